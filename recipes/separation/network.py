"""The network that takes recordings apart, and the sound of what it finds, both differentiable."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tts.corpus.separation import AUDIO, N_INPUTS
from tts.model.convnext import ConvNeXt
from tts.model.spectrum import SpectrumNet
from tts.training import sound_loss

DIM, HIDDEN_DIM, BLOCKS = 256, 512, 5
STEEPNESS = 12.0  # of the step from unvoiced to voiced, so that it has a slope


class SeparationNet(nn.Module):
    """Inputs (B, T, N_INPUTS) of `tts.corpus.separation.inputs` -> standardised frames (B, T, n_channels).

    The pitch is not predicted: its channel is untrained, and the frames take that of the inputs.
    """

    input_mean: Tensor
    input_std: Tensor
    mean: Tensor
    std: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stack = ConvNeXt(N_INPUTS, AUDIO.n_channels, DIM, HIDDEN_DIM, BLOCKS)
        for name, size in (("input_mean", N_INPUTS), ("mean", AUDIO.n_channels)):
            self.register_buffer(name, torch.zeros(size))
        for name, size in (("input_std", N_INPUTS), ("std", AUDIO.n_channels)):
            self.register_buffer(name, torch.ones(size))

    def forward(self, inputs: Tensor) -> Tensor:
        """See the class."""
        frames: Tensor = self.stack((inputs - self.input_mean) / self.input_std, inputs.new_ones(*inputs.shape[:2], 1))
        return frames

    def frames(self, standardised: Tensor, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return frames (B, T, n_channels) with the pitch of the inputs, and how voiced they are (B, T), 0 to 1."""
        raw = standardised * self.std + self.mean
        voicing = torch.sigmoid(STEEPNESS * (raw[..., -1] - 0.5))
        return torch.cat([raw[..., : AUDIO.n_bands], inputs[..., -2:-1], voicing.unsqueeze(2)], dim=2), voicing


def render(network: SpectrumNet, frames: Tensor, voicing: Tensor, pulses: Tensor) -> Tensor:
    """Turn frames (B, T, n_channels) into sound (B, (T - 1) * hop_length), from the centre of the first frame on."""
    return sound_loss.render(network(frames.transpose(1, 2)), voicing, pulses, AUDIO)

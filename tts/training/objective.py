"""Combine the losses of a batch into the total that training minimises."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tts.config import AudioConfig, ModelConfig
from tts.model.encoder import length_mask
from tts.model.spectrum import Parts
from tts.model.tacotron import Tacotron, TeacherForced
from tts.training.config import LossConfig
from tts.training.data import Batch
from tts.training.extensions import load_loss
from tts.training.losses import (
    duration_loss,
    frame_loss,
    guided_attention_loss,
    occupancy,
    position_loss,
    stop_loss,
)
from tts.training.sound_loss import render, sound_loss
from tts.training.spectrum_loss import spectrum_loss
from tts.training.windows import Refined, symbols_of_frames

EDGE = 4
"""Frames at both ends of a window whose sound is not compared."""
VOICED = 0.5  # of a frame's first voicing channel, from which it has a pitch
_SEMITONES = 12 / math.log(2)  # in one unit of the natural logarithm of a frequency


class Losses(NamedTuple):
    """The losses of one batch."""

    total: Tensor  # their weighted sum
    parts: dict[str, Tensor]  # unweighted, by name; a loss that the batch has no target for is absent


class Objective(nn.Module):
    """Computes all losses except the adversary's."""

    channel_weights: Tensor  # (n_channels,)

    def __init__(self, config: LossConfig, model: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.extra = {name.partition(":")[2]: (load_loss(name), weight) for name, weight in config.extra.items()}
        weights = torch.ones(model.n_channels)
        weights[model.n_mels] = config.pitch_weight
        weights[model.n_mels + 1 :] = config.voicing_weight
        self.register_buffer("channel_weights", weights, persistent=False)

    def forward(
        self, model: Tacotron, batch: Batch, mel: Tensor, output: TeacherForced, windows: Refined, step: int
    ) -> Losses:
        """Return the losses of a teacher-forced batch. mel: (B, n_channels, T_mel), standardised."""
        config = self.config
        before = frame_loss(output.mel, mel, length_mask(batch.mel_lengths, mel.size(2)), self.channel_weights)
        after = frame_loss(windows.refined, windows.target, windows.mask, self.channel_weights)
        stop = stop_loss(output.stop_logits, step_lengths(batch, output), config.stop_positive_weight)
        total = before + config.postnet_weight * after + config.stop_weight * stop
        of_attention = self._of_attention(batch, output, mel.size(2), step)
        of_spectrum = self._of_spectrum(model, batch, windows)
        extra = {name: loss(model, batch, mel, output, windows) for name, (loss, _) in self.extra.items()}
        parts = {"mel_before": before, "mel_after": after, "stop": stop, **of_attention.parts, **of_spectrum.parts}
        parts |= {f"extra_{name}": value for name, value in extra.items()}
        total = total + of_attention.total + of_spectrum.total
        return Losses(total + sum(self.extra[name][1] * value for name, value in extra.items()), parts)

    def _of_attention(self, batch: Batch, output: TeacherForced, frames: int, step: int) -> Losses:
        """Compare the attention with the durations of clips that have them, and with the diagonal for other clips."""
        config, known = self.config, batch.has_symbols
        losses = Losses(output.alignment.new_zeros(()), {})
        if known.any():
            alignment, symbols = output.alignment[known], symbols_of_frames(batch, output, frames)[known]
            factor = frames // alignment.size(1)
            shares = occupancy(symbols, batch.mel_lengths[known], alignment.size(2), factor)
            duration, position = duration_loss(alignment, shares), position_loss(alignment, shares)
            total = config.duration_weight * duration + config.position_weight * position
            losses = Losses(total, {"duration": duration, "position": position})
        if not known.all():
            rows = ~known
            lengths = step_lengths(batch, output)[rows], batch.phoneme_lengths[rows]
            guided = guided_attention_loss(output.alignment[rows], *lengths, config.guided_sigma)
            weight = config.guided_weight * 0.5 ** (step / config.guided_half_life)
            losses = Losses(losses.total + weight * guided, {**losses.parts, "guided": guided})
        return losses

    def _of_spectrum(self, model: Tacotron, batch: Batch, windows: Refined) -> Losses:
        """Compare the spectrum network's output with the teacher's parts or with the recording, if there are any."""
        found: dict[str, Tensor] = {}
        total = windows.refined.new_zeros(())
        if windows.parts is None:
            return Losses(total, found)
        is_taught = batch.has_parts[batch.has_parts | batch.has_sound]
        voiced = is_voiced(model, windows.target)
        if is_taught.any():
            rows = batch.has_parts
            taught = Parts(*(part[is_taught] for part in windows.parts))
            losses = spectrum_loss(taught, batch.parts, voiced[rows], windows.mask[rows])
            total = total + losses.total
            found |= {f"spectrum_{name}": value for name, value in losses._asdict().items() if name != "total"}
        if batch.has_sound.any():
            rows = batch.has_sound
            heard = Parts(*(part[~is_taught] for part in windows.parts))
            assert model.spectrum is not None
            audio = model.spectrum.audio
            found["sound"] = of_sound(heard, batch, voiced[rows], windows.mask[rows], audio)
            total = total + found["sound"]
        return Losses(self.config.spectrum_weight * total, {"spectrum": total, **found})


def of_sound(parts: Parts, batch: Batch, voiced: Tensor, mask: Tensor, audio: AudioConfig) -> Tensor:
    """Compare the sound of parts (B_sound, W, n_freqs) with the recordings of a batch, where mask (B_sound, W) is true.

    voiced: (B_sound, W) bool. Where a window ends, the sound lacks its neighbours and is not compared.
    """
    hop = audio.hop_length
    inner = slice(EDGE * hop, (mask.size(1) - EDGE) * hop)
    real = mask.repeat_interleave(hop, dim=1)[:, inner]
    sound = render(parts, voiced.float(), batch.pulses, audio)[:, inner]
    return sound_loss(sound * real, batch.sound[:, inner] * real, audio)


def step_lengths(batch: Batch, output: TeacherForced) -> Tensor:
    """Return the decoder steps of each clip of a batch, (B,)."""
    factor = output.mel.size(2) // output.stop_logits.size(1)
    return (batch.mel_lengths + factor - 1) // factor


def is_voiced(model: Tacotron, mel: Tensor) -> Tensor:
    """Return which standardised frames (B, n_channels, T) are voiced: (B, T) bool."""
    return model.log_mel(mel)[:, model.config.n_mels + 1] > VOICED


@torch.no_grad()
def errors(model: Tacotron, windows: Refined) -> dict[str, Tensor]:
    """Measure the refined frames in units that are comparable between voices.

    Returns the root mean square error of the pitch of voiced frames, in semitones, and the mean absolute error of the
    bands, in nats.
    """
    n_bands = model.config.n_mels
    difference = (windows.refined - windows.target) * model.mel_std.unsqueeze(1)  # (B, n_channels, W)
    voiced = is_voiced(model, windows.target) & windows.mask
    pitch = ((difference[:, n_bands] * _SEMITONES).square() * voiced).sum() / voiced.sum().clamp_min(1)
    bands = (difference[:, :n_bands].abs().mean(dim=1) * windows.mask).sum() / windows.mask.sum().clamp_min(1)
    return {"pitch_semitones": pitch.sqrt(), "band_nats": bands}

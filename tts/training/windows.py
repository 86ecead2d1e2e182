"""Train the postnet and the spectrum network on one random window of each clip.

Both networks see few frames at a time, so a window teaches as much a frame as a whole clip, and costs a fraction.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from tts.config import ModelConfig, convnext_look_ahead
from tts.model.encoder import length_mask
from tts.model.postnet import context_of_frame, symbol_of_frame
from tts.model.spectrum import Parts
from tts.model.tacotron import Tacotron, TeacherForced
from tts.training.data import Batch


class Refined(NamedTuple):
    """Windows of a batch, (B, n_channels, W) each."""

    predicted: Tensor  # by the decoder
    refined: Tensor  # by the postnet
    target: Tensor  # the recorded frames
    mask: Tensor  # (B, W) bool, true where there is a frame
    parts: Parts | None  # (B_parts, W, n_freqs) each, of clips with a teacher's parts or a recording; None without


def refine(
    model: Tacotron, batch: Batch, mel: Tensor, output: TeacherForced, width: int, detach: bool = False
) -> Refined:
    """Run the postnet and the spectrum network on the batch's windows of `width` frames.

    mel: (B, n_channels, T_mel), standardised. Each network sees the frames around a window too, so its output is that
    for the whole clip. detach: stop the gradient before the encoder and the decoder.
    """
    look_ahead = _look_ahead(model.config)
    cut = Cutter(batch.windows, width, look_ahead)
    mask = cut(length_mask(batch.mel_lengths, mel.size(2)))
    symbols = cut(symbols_of_frames(batch, output, mel.size(2)))
    frames, memory = (x.detach() if detach else x for x in (output.mel, output.memory))
    predicted = cut(frames)
    refined = model.postnet(predicted, context_of_frame(memory, symbols), mask)
    inner = slice(look_ahead, look_ahead + width)
    parts = None
    rows = batch.has_parts | batch.has_sound
    if model.spectrum is not None and rows.any():
        whole = model.spectrum(model.log_mel(refined[rows]), mask[rows])
        parts = Parts(*(part[:, inner] for part in whole))
    return Refined(predicted[..., inner], refined[..., inner], cut(mel)[..., inner], mask[:, inner], parts)


def _look_ahead(config: ModelConfig) -> int:
    """Return the frames on each side of a frame that its spectrum depends on, through both networks."""
    of_spectrum = config.spectrum.look_ahead if config.spectrum else 0
    return convnext_look_ahead(config.postnet_blocks) + of_spectrum


def symbols_of_frames(batch: Batch, output: TeacherForced, frames: int) -> Tensor:
    """Return the symbol that each frame speaks, (B, T_mel), from the durations, or else from the attention.

    No gradient flows into the attention.
    """
    known = functional.pad(batch.symbols, (0, frames - batch.symbols.size(1)))
    if batch.has_symbols.all():
        return known
    factor = frames // output.alignment.size(1)
    steps = (batch.mel_lengths + factor - 1) // factor
    guessed = symbol_of_frame(output.alignment.detach(), steps, factor)
    return torch.where(batch.has_symbols.unsqueeze(1), known, guessed)


class Cutter:
    """Cuts the same windows out of several tensors, with surrounding frames."""

    def __init__(self, starts: Tensor, width: int, around: int) -> None:
        """starts: (B,) int64, the first frame of each window. around: frames to keep on each side."""
        self.width, self.around = width, around
        self.places = starts.unsqueeze(1) + torch.arange(width + 2 * around, device=starts.device)

    def __call__(self, x: Tensor) -> Tensor:
        """Cut (B, …, T) to (B, …, width + 2 around), with zeros beyond the ends."""
        padded = functional.pad(x, (self.around, self.around + self.width))
        places = self.places.view(len(x), *[1] * (x.ndim - 2), -1)
        return padded.gather(-1, places.expand(*x.shape[:-1], -1))

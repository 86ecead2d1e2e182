"""The stretch of each clip on which the postnet and the spectrum network are trained: a random one, as they see few
frames at a time, and a whole clip would cost a step several times as much."""

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
    """Windows of a batch before and after the postnet, (B, n_channels, W) each, beside what was recorded."""

    predicted: Tensor  # the decoder's
    refined: Tensor  # the postnet's
    target: Tensor
    mask: Tensor  # (B, W) bool: where there is a frame
    parts: Parts | None  # (B_parts, W, n_freqs) each, of the clips whose parts are known; None where none are


def refine(
    model: Tacotron, batch: Batch, mel: Tensor, output: TeacherForced, width: int, detach: bool = False
) -> Refined:
    """Pass the batch's windows, `width` frames long, through the postnet and the spectrum network.

    mel: (B, n_channels, T_mel), standardised. Each network sees as many frames around a window as it would in a whole
    clip. detach: keep the gradient from encoder and decoder.
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
    if model.spectrum is not None and len(batch.parts):
        rows = batch.has_parts
        whole = model.spectrum(model.log_mel(refined[rows]), mask[rows])
        parts = Parts(*(part[:, inner] for part in whole))
    return Refined(predicted[..., inner], refined[..., inner], cut(mel)[..., inner], mask[:, inner], parts)


def _look_ahead(config: ModelConfig) -> int:
    """Frames on each side of a frame on which its spectrum depends, by way of both networks."""
    of_spectrum = config.spectrum.look_ahead if config.spectrum else 0
    return convnext_look_ahead(config.postnet_blocks) + of_spectrum


def symbols_of_frames(batch: Batch, output: TeacherForced, frames: int) -> Tensor:
    """The symbol that each frame speaks, (B, T_mel): by the durations, or where these are not known, by the attention.

    The attention is hardened, so no gradient flows into it.
    """
    known = functional.pad(batch.symbols, (0, frames - batch.symbols.size(1)))
    if batch.has_symbols.all():
        return known
    factor = frames // output.alignment.size(1)
    steps = (batch.mel_lengths + factor - 1) // factor
    guessed = symbol_of_frame(output.alignment.detach(), steps, factor)
    return torch.where(batch.has_symbols.unsqueeze(1), known, guessed)


class Cutter:
    """Cuts the same windows out of several tensors, with some frames around each."""

    def __init__(self, starts: Tensor, width: int, around: int) -> None:
        """starts: (B,) int64, the first frame of each window. around: frames to keep on each side of it."""
        self.width, self.around = width, around
        self.places = starts.unsqueeze(1) + torch.arange(width + 2 * around, device=starts.device)

    def __call__(self, x: Tensor) -> Tensor:
        """(B, …, T) -> (B, …, width + 2 around), zero where there is no frame."""
        padded = functional.pad(x, (self.around, self.around + self.width))
        places = self.places.view(len(x), *[1] * (x.ndim - 2), -1)
        return padded.gather(-1, places.expand(*x.shape[:-1], -1))

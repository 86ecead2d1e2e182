"""Compare a spectrum network's output with the parts of a teacher's spectrum (`tts.corpus.folder.TEACHER_PARTS`)."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from tts.model.spectrum import MAX_LOG_MAGNITUDE, Parts

AUDIBLE = -6.0
"""Log magnitude at which an error counts half. Much weaker parts are inaudible and count for nothing."""
FILTER_PHASE_WEIGHT = 0.3  # without it the sound loses a little (DistillMOS 4.55 -> 4.46)
FREE_PHASE_WEIGHT = 0.5  # drawn at random, it costs more than any other (4.55 -> 3.92)
_SMALLEST_POWER = 1e-5


class SpectrumLosses(NamedTuple):
    """The losses of a spectrum network."""

    total: Tensor  # the weighted sum of the others
    amplitude: Tensor  # mean absolute error of the three log magnitudes, in nats
    filter_phase: Tensor  # mean of 1 - cos of the error of the pulses' filter
    free_phase: Tensor  # the same of the free part


def spectrum_loss(parts: Parts, teacher: Tensor, voiced: Tensor, mask: Tensor) -> SpectrumLosses:
    """Compare parts (B, T, n_freqs) with a teacher's (B, T, 5, n_freqs) where mask (B, T) is true.

    voiced: (B, T) bool, true where the teacher has pulses. Their filter is inaudible elsewhere.
    """
    parts = Parts(*(part.float() for part in parts))
    log_harmonic, phase, log_noise, log_free, free_phase = teacher.float().unbind(2)
    log_harmonic = log_harmonic.clamp(max=MAX_LOG_MAGNITUDE)
    real = mask.unsqueeze(2).float()
    of_filter = torch.sigmoid(log_harmonic - AUDIBLE) * voiced.unsqueeze(2) * real  # (B, T, n_freqs)
    of_noise, of_free = (torch.sigmoid(level - AUDIBLE) * real for level in (log_noise, log_free))
    filter_power, filter_cosine = _compare(parts.filter_real, parts.filter_imag, math.pi * torch.tanh(phase))
    free_power, free_cosine = _compare(parts.free_real, parts.free_imag, free_phase)
    errors = (
        of_filter * (parts.filter_envelope + filter_power.log() / 2 - log_harmonic).abs()
        + of_noise * (parts.log_noise - log_noise).abs()
        + of_free * (parts.free_envelope + free_power.log() / 2 - log_free).abs()
    )
    amplitude = errors.sum() / (real.sum() * errors.size(2)).clamp_min(1)
    filter_error = ((1 - filter_cosine) * of_filter).sum() / of_filter.sum().clamp_min(1)
    free_error = ((1 - free_cosine) * of_free).sum() / of_free.sum().clamp_min(1)
    total = amplitude + FILTER_PHASE_WEIGHT * filter_error + FREE_PHASE_WEIGHT * free_error
    return SpectrumLosses(total, amplitude, filter_error, free_error)


def _compare(real: Tensor, imag: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    """Return the power of complex numbers, and the cosine of the difference between their angles and `angle`."""
    power = real.square() + imag.square() + _SMALLEST_POWER
    return power, (real * torch.cos(angle) + imag * torch.sin(angle)) * power.rsqrt()

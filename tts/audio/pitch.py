"""Pitch of a magnitude spectrogram: harmonics move, the envelope that makes the vowels stays.

A frame is taken apart into its spectral envelope, which is the vocal tract's, and what remains, which is the voice's.
Each peak of the remainder moves to its new frequency together with the bins around it, unstretched, so that it keeps
the shape that a window gives it (as in Laroche and Dolson 1999, "New phase-vocoder techniques for pitch-shifting,
harmonizing and other exotic effects"); then the envelope is put back. Griffin-Lim finds the phases afterwards.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from tts.audio.mel import Float32
from tts.audio.phases import spectral_peaks
from tts.config import AudioConfig

MAX_SEMITONES = 12.0
"""An octave up or down."""

_QUEFRENCY = 0.0022  # seconds: the envelope has no detail finer than 1 / 0.0022 = 450 Hz, so no single harmonic
_LOWEST = 230.0  # hertz: below, where no harmonic may be, the envelope is flat; it would dip, and take the first along
_ROUNDS = 10  # of raising the envelope to the peaks
_TINY = np.float32(1e-9)  # keeps silence from minus infinity
_RANGE = np.float32(1e-4)  # of a frame's largest magnitude: the envelope does not follow what lies 80 dB below


def shift_pitch(magnitude: Float32, semitones: float | NDArray[np.floating], config: AudioConfig) -> Float32:
    """Magnitudes `(n_freqs, T_mel)` of the same speech, `semitones` higher; same shape.

    One number of semitones, or one per frame, `(T_mel,)`; a frame whose number is 0 stays as it is, bit for bit.
    Raises ValueError for semitones outside -12..12 or of another shape.
    """
    n_frames = magnitude.shape[1]
    shifts = np.asarray(semitones, np.float64)
    if shifts.shape not in ((), (n_frames,)):
        raise ValueError(f"semitones have shape {shifts.shape}: pass one number, or one for each of {n_frames} frames")
    shifts = np.broadcast_to(shifts, (n_frames,))
    if not np.all(np.abs(shifts) <= MAX_SEMITONES):
        worst = shifts[~(np.abs(shifts) <= MAX_SEMITONES)][0]
        raise ValueError(f"{worst:g} semitones: use a number from {-MAX_SEMITONES:g} (low) to {MAX_SEMITONES:g} (high)")
    moved = np.flatnonzero(shifts)
    shifted = np.array(magnitude.T, np.float32, order="C")  # (T_mel, n_freqs), a copy
    if len(moved):
        shifted[moved] = _shift_frames(shifted[moved], 2.0 ** (shifts[moved] / 12.0), config)
    result: Float32 = shifted.T
    return result


def _shift_frames(target: Float32, ratios: NDArray[np.float64], config: AudioConfig) -> Float32:
    """Frames `(T, n_freqs)`, their pitch times `ratios` `(T,)`."""
    quietest = _RANGE * target.max(axis=1, keepdims=True)
    envelope = spectral_envelope(np.log(np.maximum(target, quietest) + _TINY), config)
    residual = np.log(target + _TINY) - envelope
    sources = _sources(target, ratios)
    left = np.minimum(sources.astype(np.int64), config.n_freqs - 2)
    weight = (sources - left).astype(np.float32)
    left += np.arange(len(target))[:, None] * config.n_freqs
    residual = residual.take(left) * (1 - weight) + residual.take(left + 1) * weight
    moved: Float32 = np.exp(envelope + residual)
    return moved


def _sources(target: Float32, ratios: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where, in bins, the residual of every shifted bin comes from: `(T, n_freqs)`, like the magnitudes `target`."""
    n_freqs = target.shape[1]
    peaks, frequencies = spectral_peaks(target)
    rows, bins = np.divmod(peaks, n_freqs)
    is_lowest = bins == 0
    frequencies = np.where(is_lowest, 0.0, frequencies)
    goals = frequencies * ratios[rows]
    # A peak takes along what lies around it, halfway to its neighbours, and rules halfway to theirs.
    lower = np.where(is_lowest, 0.0, 0.5 * (frequencies + np.roll(frequencies, 1)))
    upper = np.where(np.roll(is_lowest, -1), n_freqs - 1.0, np.roll(lower, -1))
    borders = np.where(is_lowest, 0.0, np.ceil(0.5 * (goals + np.roll(goals, 1)))).clip(0, n_freqs)
    counts = np.diff(rows * n_freqs + borders.astype(np.int64), append=target.size)
    offset, lower, upper = (np.repeat(a, counts).reshape(target.shape) for a in (frequencies - goals, lower, upper))
    sources: NDArray[np.float64] = np.clip(np.arange(n_freqs) + offset, lower, upper)
    return sources


def spectral_envelope(log_magnitude: Float32, config: AudioConfig) -> Float32:
    """Smooth curve over the peaks of log magnitudes `(T, n_freqs)`, same shape.

    The true envelope of Röbel and Rodet (2005, "Efficient spectral envelope estimation and its application to pitch
    shifting and envelope preservation"): cepstral smoothing of whatever is higher, the spectrum or the curve so far.
    """
    quefrencies = np.arange(config.n_freqs) / (_QUEFRENCY * config.sample_rate)  # of the longest that is kept
    lifter = (0.5 + 0.5 * np.cos(np.pi * np.clip(4.0 * quefrencies - 3.0, 0.0, 1.0))).astype(np.float32)
    n_low = 1 + round(_LOWEST * config.n_fft / config.sample_rate)
    raised = log_magnitude.copy()
    raised[:, :n_low] = raised[:, :n_low].max(axis=1, keepdims=True)
    envelope: Float32 = raised
    for _ in range(_ROUNDS):
        raised = np.maximum(envelope, raised)
        cepstrum = scipy.fft.dct(raised, type=1, axis=1, workers=1)
        envelope = scipy.fft.idct(cepstrum * lifter, type=1, axis=1, workers=1)
    return envelope

"""Clips to learn separation from: a teacher's sounds and noise with their true frames, and recordings without."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from librosa import resample
from numpy.typing import NDArray
from torch import Tensor

from recipes.heart.teacher import Spoken, render
from tts.audio.mel import analysis_window, mel_filterbank
from tts.audio.pulses import PulseSpectra
from tts.corpus.features import Features
from tts.corpus.recording import read_recording
from tts.corpus.separation import AUDIO, VOICED, inputs

Float32 = NDArray[np.float32]

WINDOW = 64  # frames of a clip in a batch
SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
TEMPOS = (0.8, 0.85, 0.9, 1.1, 1.18, 1.25)
"""Each recording is learnt from twice, once faster or slower: as if another speaker spoke."""
LEVEL = 0.4  # standard deviation of a window's change of level, in nats
EQUALISER = 8  # cosines over the mel scale
LOUDEST = 0.9  # sample of a clip
EQUALISED, LOUDER = 0.25, 0.4  # standard deviations of the first cosine and of the level, in nats
UNCHANGED = 3  # one of so many teacher's clips keeps its timbre
NOISY = 2  # one of so many teacher's clips gets noise
NOISE, QUIET_NOISE = (-7.0, 0.0), (-8.5, -4.5)  # log magnitudes of noise alone, and of noise behind speech
COLOUR = 0.7  # standard deviation of the first cosine of a noise's spectrum, in nats
NOISE_CLIP = 400  # frames


class Clip(NamedTuple):
    """One clip."""

    samples: NDArray[np.float16]  # (T * hop_length,)
    inputs: NDArray[np.float16]  # (T, N_INPUTS)
    frames: NDArray[np.float16] | None  # (T, n_channels), if known


class Batch(NamedTuple):
    """Windows of clips."""

    inputs: Tensor  # (B, WINDOW, N_INPUTS)
    pulses: Tensor  # (B, WINDOW, n_freqs) complex: at the pitch of the inputs, as if all frames were voiced
    samples: Tensor  # (B, WINDOW * hop_length)
    frames: Tensor  # (B, WINDOW, n_channels), 0 where not known
    is_known: Tensor  # (B,) float: 1 where the frames are known


def make_clip(samples: Float32, frames: Float32 | None = None) -> Clip:
    """Analyse a clip."""
    n_frames = len(samples) // AUDIO.hop_length
    samples = samples[: n_frames * AUDIO.hop_length]
    known = None if frames is None else frames[:n_frames].astype(np.float16)
    return Clip(samples.astype(np.float16), inputs(samples, AUDIO).astype(np.float16), known)


def of_teacher(features: Features, minutes: float, draw: random.Random) -> Iterator[Clip]:
    """Yield clips of a teacher's features that have parts, most with another timbre."""
    left = minutes * 60 * AUDIO.frames_per_second
    indices = [index for index, clip in enumerate(features.clips) if clip.has_parts]
    for index in draw.sample(indices, len(indices)):
        mel, parts = features.mel(index).T.copy(), features.parts(index, slice(None))  # (T, n_channels)
        if left <= 0:
            return
        left -= len(mel)
        assert parts is not None
        yield _with_timbre(parts.astype(np.float32), mel, draw)


def of_noise(minutes: float, draw: random.Random) -> Iterator[Clip]:
    """Yield clips of noise of many colours, which have no harmonics."""
    for _ in range(round(minutes * 60 * AUDIO.frames_per_second / NOISE_CLIP)):
        colour = _curve(draw, COLOUR) + np.float32(draw.uniform(*NOISE))
        frames = np.full((NOISE_CLIP, AUDIO.n_channels), math.log(AUDIO.floor), np.float32)
        frames[:, AUDIO.n_mels : AUDIO.n_bands] = _band_means(colour)
        frames[:, AUDIO.n_bands :] = 0.0
        yield _within_range(_noise(colour, NOISE_CLIP, draw), frames)


def _with_timbre(parts: Float32, frames: Float32, draw: random.Random) -> Clip:
    """Return a clip of parts (T, 5, n_freqs), most through an equaliser and with noise, as in microphones and rooms."""
    is_voiced = frames[:, -1] > VOICED
    spoken = Spoken(parts.transpose(1, 2, 0).copy(), np.where(is_voiced, np.exp(frames[:, -2]), 0.0), np.empty(0, int))
    if draw.randrange(UNCHANGED):
        timbre = _curve(draw, EQUALISED) + np.float32(draw.gauss(0, LOUDER))
        spoken.parts[[0, 2, 3]] += timbre[:, np.newaxis]
        frames[:, AUDIO.n_mels : AUDIO.n_bands] += _band_means(timbre)
        frames[is_voiced, : AUDIO.n_mels] += _band_means(timbre)
    samples = render(spoken, AUDIO)
    if draw.randrange(NOISY) == 0:
        colour = _curve(draw, COLOUR) + np.float32(draw.uniform(*QUIET_NOISE))
        samples += _noise(colour, len(frames), draw)[: len(samples)]
        aperiodic = frames[:, AUDIO.n_mels : AUDIO.n_bands]
        aperiodic[:] = np.logaddexp(2 * aperiodic, 2 * _band_means(colour)) / 2
    return _within_range(samples, frames)


def _within_range(samples: Float32, frames: Float32) -> Clip:
    """Return a clip that is not louder than full scale."""
    gain = LOUDEST / max(LOUDEST, float(np.abs(samples).max()))
    bands = frames[:, : AUDIO.n_bands]
    bands[:] = np.maximum(bands + math.log(gain), math.log(AUDIO.floor))
    return make_clip(gain * samples, frames)


def _curve(draw: random.Random, deviation: float) -> Float32:
    """Return a smooth random curve over the frequencies, (n_freqs,): cosines over the mel scale."""
    mel = np.log1p(np.arange(AUDIO.n_freqs) * AUDIO.sample_rate / AUDIO.n_fft / 700)
    place = np.pi * mel / mel[-1]
    curve = np.zeros(AUDIO.n_freqs)
    for number in range(1, EQUALISER + 1):
        curve += draw.gauss(0, deviation) / number**0.7 * np.cos(number * place + draw.uniform(0, 2 * np.pi))
    return curve.astype(np.float32)


def _band_means(curve: Float32) -> Float32:
    """Return the means of a curve (n_freqs,) over the mel bands, (n_mels,)."""
    filterbank = mel_filterbank(AUDIO)
    means: Float32 = filterbank @ curve / filterbank.sum(axis=1)
    return means


def _noise(log_magnitude: Float32, n_frames: int, draw: random.Random) -> Float32:
    """Return noise (n_frames * hop_length,) whose spectra have a log magnitude (n_freqs,), like a teacher's noise."""
    length = (n_frames + 8) * AUDIO.hop_length
    white = np.random.default_rng(draw.getrandbits(32)).standard_normal(length)
    gain = np.exp(np.interp(np.fft.rfftfreq(length), np.linspace(0, 0.5, AUDIO.n_freqs), log_magnitude))
    coloured = np.fft.irfft(np.fft.rfft(white) * gain, length)[: n_frames * AUDIO.hop_length]
    noise: Float32 = (coloured / np.sqrt(np.sum(analysis_window(AUDIO) ** 2) / 2)).astype(np.float32)
    return noise


def recordings(folder: Path, draw: random.Random) -> Iterator[Float32]:
    """Yield each recording in a folder twice: as it is, and at another tempo, which changes pitch and formants."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        samples = read_recording(path, AUDIO.sample_rate).samples
        yield samples
        yield resample(samples, orig_sr=draw.choice(TEMPOS), target_sr=1, res_type="soxr_hq")


def batch(clips: list[Clip], draw: random.Random) -> Batch:
    """Cut a random window out of each clip, at another level."""
    windows = [_window(clip, draw) for clip in clips]
    return Batch(*(torch.from_numpy(np.stack(column)) for column in zip(*windows, strict=True)))


def _window(clip: Clip, draw: random.Random) -> tuple[NDArray[np.generic], ...]:
    start, level = draw.randrange(len(clip.inputs) - WINDOW + 1), draw.gauss(0, LEVEL)
    of_frames = slice(start, start + WINDOW)
    x = clip.inputs[of_frames].astype(np.float32)
    x[:, :-2] += level
    samples = clip.samples[start * AUDIO.hop_length : (start + WINDOW) * AUDIO.hop_length].astype(np.float32)
    frames = np.zeros((WINDOW, AUDIO.n_channels), np.float32)
    if clip.frames is not None:
        frames[:] = clip.frames[of_frames]
        frames[:, : AUDIO.n_bands] += level
    pulses = PulseSpectra(AUDIO)
    pulses.push(np.exp(x[:, -2]))
    pulses.finish()
    return x, pulses.take(WINDOW), samples * np.float32(math.exp(level)), frames, np.float32(clip.frames is not None)

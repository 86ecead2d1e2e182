"""Take recordings apart: frames of a harmonic and an aperiodic mel spectrogram, pitch and voicing, by a network.

How much of a vowel is harmonic cannot be read off its spectrum alone: breath, creak and room blur the harmonics. The
network of `recipes/separation` learnt it from a teacher that knows, and from recordings of several speakers, each of
which it had to take apart so that the spectrum network of a voice sounds like the recording (Engel et al. 2020, "DDSP",
section 3, train an encoder of frames in the same way).
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from importlib import resources

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tts.audio.fourier import rfft
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig
from tts.errors import ConfigError

Float32 = NDArray[np.float32]

GRAPH = "separation.onnx"
AUDIO = AudioConfig(
    sample_rate=24000,
    n_fft=1200,
    win_length=1200,
    hop_length=300,
    n_mels=80,
    f_max=12000.0,
    floor=1.234e-4,
    f0_min=70.0,
    f0_max=450.0,
    voicing_edges=(),
)
"""The frames that the network finds. `f0_min` and `f0_max` are free: they bound the search for the pitch."""
WINDOWS = (1200, 384)  # samples of the two spectra: one resolves harmonics, the other attacks
N_INPUTS = sum(window // 2 + 1 for window in WINDOWS) + 2
VOICED = 0.5  # of the network's voicing, from which a frame is voiced
_EDGE = 1000.0  # hertz: below it the correlation from period to period is an input
_SMALLEST_POWER = 1e-8


def check_separable(audio: AudioConfig) -> None:
    """Raise ConfigError for settings that describe other frames than the network finds."""
    wanted, given = dataclasses.asdict(AUDIO), dataclasses.asdict(audio)
    for name in wanted.keys() - {"f0_min", "f0_max"}:
        if wanted[name] != given[name]:
            raise ConfigError(
                f"audio.{name} is {given[name]}, but recordings are taken apart with {wanted[name]} only: set "
                f"audio.{name}={wanted[name]}, or set audio.voicing_edges to those of one mel spectrogram"
            )


def separate(samples: Float32, audio: AudioConfig) -> Float32:
    """Compute frames (n_channels, T) of samples (T_samples,), T = T_samples // hop_length.

    Frame t is centred on sample t * hop_length, as in `tts.audio.mel.log_mel`. audio: see `check_separable`.
    """
    x = inputs(samples, audio)
    (frames,) = _session().run(None, {"inputs": x})
    bands = np.maximum(frames[:, : audio.n_bands], np.log(audio.floor, dtype=np.float32))
    voicing = (frames[:, -1:] > VOICED).astype(np.float32)
    return np.ascontiguousarray(np.concatenate([bands, x[:, -2:-1], voicing], axis=1).T)


def inputs(samples: Float32, audio: AudioConfig) -> Float32:
    """Compute the network's inputs (T, N_INPUTS): two log-magnitude spectra, log F0 and its correlation.

    Pitch and correlation are those of the middle of a frame's hop, from where a straight line leads to the next.
    """
    n_frames = len(samples) // audio.hop_length
    spectra = [_log_spectrum(samples, window, audio.hop_length, n_frames) for window in WINDOWS]
    source = analyse_source(samples, dataclasses.replace(audio, voicing_edges=(_EDGE,)))[:2]
    after = np.concatenate([source[:, 1:], source[:, -1:]], axis=1)
    middle = (source + after)[:, :n_frames].T / 2
    return np.concatenate([*spectra, middle], axis=1, dtype=np.float32)


def _log_spectrum(samples: Float32, window: int, hop_length: int, n_frames: int) -> Float32:
    """Return the log magnitudes (T, window // 2 + 1) of Hann windows. The signal is silent beyond its ends."""
    half = window // 2
    padded = np.pad(samples.astype(np.float32), (half, half + hop_length))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop_length][:n_frames]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    power = np.abs(rfft(frames * hann.astype(np.float32))) ** 2
    log_magnitude: Float32 = 0.5 * np.log(power + np.float32(_SMALLEST_POWER))
    return log_magnitude


@lru_cache(maxsize=1)
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # tts prepare runs one process per core
    options.log_severity_level = 3
    graph = (resources.files("tts.corpus") / "data" / GRAPH).read_bytes()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

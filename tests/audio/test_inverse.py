"""The inverse transform gives back the signal whose spectrum it is shown, however the spectrum is cut."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from tts.audio.inverse import StreamingInverse
from tts.config import AudioConfig

CONFIG = AudioConfig(24000, 1200, 1200, 300, 80, 0.0, 12000.0, voicing_edges=())


def signal(n_frames: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n_frames - 1) * CONFIG.hop_length).astype(np.float32)


def spectrum(samples: np.ndarray) -> np.ndarray:
    return librosa.stft(samples, n_fft=CONFIG.n_fft, hop_length=CONFIG.hop_length, pad_mode="reflect")


@pytest.mark.parametrize("n_frames", [5, 6, 40])
def test_the_signal_comes_back(n_frames: int) -> None:
    samples = signal(n_frames)
    stream = StreamingInverse(CONFIG)
    found = np.concatenate([stream.push(spectrum(samples)), stream.finish()])
    np.testing.assert_allclose(found, samples, atol=1e-5)


def test_an_inconsistent_spectrum_is_inverted_as_librosa_does() -> None:
    changed = spectrum(signal(30)) * np.random.default_rng(1).uniform(0.5, 2.0, (CONFIG.n_freqs, 30))
    stream = StreamingInverse(CONFIG)
    found = np.concatenate([stream.push(changed.astype(np.complex64)), stream.finish()])
    expected = librosa.istft(changed, n_fft=CONFIG.n_fft, hop_length=CONFIG.hop_length)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("size", [1, 4, 13])
def test_cutting_the_spectrum_changes_nothing(size: int) -> None:
    whole, stream, other = spectrum(signal(30)), StreamingInverse(CONFIG), StreamingInverse(CONFIG)
    pieces = [stream.push(whole[:, start : start + size]) for start in range(0, 30, size)]
    expected = np.concatenate([other.push(whole), other.finish()])
    np.testing.assert_allclose(np.concatenate([*pieces, stream.finish()]), expected, atol=1e-6)


def test_no_frame_is_no_sound() -> None:
    stream = StreamingInverse(CONFIG)
    assert len(stream.push(np.empty((CONFIG.n_freqs, 0), np.complex64))) == 0
    assert len(stream.finish()) == 0

"""Test known distortions: a ripple in decibels, a louder copy, a slower copy."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("librosa", reason="needs the extra [eval]")

from tts.evaluation.cepstrum import (
    AUDIO,
    DECIBELS,
    N_CEPSTRA,
    cepstra,
    mel_cepstra,
    mel_cepstral_distortion,
    warp,
)

RNG = np.random.default_rng(0)
MEL = RNG.normal(-4.0, 1.0, (AUDIO.n_mels, 60))


def distortion(one: np.ndarray, other: np.ndarray) -> float:
    return mel_cepstral_distortion(one, other, warp(one, other))


@pytest.mark.parametrize("order", [1, 7, 13])
def test_a_pure_shift_in_one_cepstrum_is_so_many_decibels(order: int) -> None:
    ripple = 0.3 * np.cos(np.pi * order * (np.arange(AUDIO.n_mels) + 0.5) / AUDIO.n_mels)
    one, other = cepstra(MEL), cepstra(MEL + ripple[:, None])
    np.testing.assert_allclose(other[:, order - 1] - one[:, order - 1], 0.3)
    # The root mean square over the bands follows from the definition of the decibel.
    rms = np.sqrt(np.mean((20 * ripple / np.log(10)) ** 2))
    assert distortion(one, other) == pytest.approx(10 * np.sqrt(2) / np.log(10) * 0.3) == pytest.approx(rms)


def test_the_level_does_not_count_nor_does_detail_beyond_the_thirteenth() -> None:
    ripple = np.cos(np.pi * (N_CEPSTRA + 1) * (np.arange(AUDIO.n_mels) + 0.5) / AUDIO.n_mels)
    assert distortion(cepstra(MEL), cepstra(MEL + 2.0)) == pytest.approx(0, abs=1e-9)
    assert distortion(cepstra(MEL), cepstra(MEL + ripple[:, None])) == pytest.approx(0, abs=1e-9)
    noise = RNG.normal(0, 0.1, 16_000).astype(np.float32)
    assert distortion(mel_cepstra(noise), mel_cepstra(noise / 2)) == pytest.approx(0, abs=1e-3)


def test_warping_undoes_the_timing() -> None:
    one = RNG.normal(size=(40, N_CEPSTRA))
    slow = np.repeat(one, 3, axis=0)
    assert distortion(one, slow) == pytest.approx(0, abs=1e-9)
    path = warp(one, slow)
    assert path[0].tolist() == [0, 0]
    assert path[-1].tolist() == [39, 119]
    assert np.all(np.diff(path, axis=0) >= 0)


def test_two_kinds_of_noise_differ() -> None:
    white = RNG.normal(0, 0.1, 16_000).astype(np.float32)
    red = np.cumsum(white).astype(np.float32) / 50
    assert distortion(mel_cepstra(white), mel_cepstra(red)) > 5
    assert pytest.approx(6.1419, abs=1e-4) == DECIBELS

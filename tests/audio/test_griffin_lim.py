"""Griffin-Lim converges faster than librosa's, does not depend on chunks, and is quiet at the edges."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
import pytest

from tts.audio import files
from tts.audio.griffin_lim import BLOCK, WINDOW, StreamingGriffinLim, griffin_lim
from tts.audio.mel import inverse_filterbank, linear_magnitude, log_mel, mel_filterbank
from tts.audio.phases import peak_phase_advance
from tts.config import AudioConfig

from .signals import convergence, magnitude, noise, sine, vowel

CONFIG = AudioConfig()
CLIPS = Path(__file__).parents[3] / "shared/data/ljspeech-mini"


def _librosas(target: np.ndarray, config: AudioConfig, n_iter: int, seed: int = 0) -> np.ndarray:
    return librosa.griffinlim(
        target,
        n_iter=n_iter,
        hop_length=config.hop_length,
        win_length=config.win_length,
        n_fft=config.n_fft,
        momentum=0.99,
        pad_mode="reflect",
        random_state=seed,
    )


@pytest.mark.parametrize("make", [vowel, noise])
def test_half_the_rounds_converge_like_librosas(make: Callable[[int], np.ndarray]) -> None:
    target = magnitude(make(33000), CONFIG)
    ours = [convergence(griffin_lim(target, CONFIG, 16, seed), target, CONFIG) for seed in range(3)]
    theirs = [convergence(_librosas(target, CONFIG, 32, seed), target, CONFIG) for seed in range(3)]
    assert np.mean(ours) < np.mean(theirs) + 1  # decibels; seeds differ by about 1
    assert np.mean(ours) < -10


def test_real_speech_through_the_mel() -> None:
    clips = sorted(CLIPS.rglob("*.wav"))[:1] if CLIPS.is_dir() else []
    if not clips:
        pytest.skip(f"no speech clips in {CLIPS}")
    samples, sample_rate = files.read(clips[0])
    assert sample_rate == CONFIG.sample_rate
    filterbank = mel_filterbank(CONFIG)
    mel = log_mel(samples[:88200], CONFIG, filterbank)
    target = linear_magnitude(mel, inverse_filterbank(filterbank))
    ours = griffin_lim(target, CONFIG)
    assert convergence(ours, target, CONFIG) < convergence(_librosas(target, CONFIG, 32), target, CONFIG) + 0.5
    assert np.abs(log_mel(ours, CONFIG, filterbank)[:, :-1] - mel[:, : len(ours) // 256]).mean() < 0.2


@pytest.mark.parametrize("hertz", [100.0, 440.0, 3000.0, 9000.0])
def test_a_sine_keeps_its_frequency_and_level(hertz: float) -> None:
    samples = griffin_lim(magnitude(sine(hertz, 22050), CONFIG), CONFIG)
    middle = samples[4096 : 4096 + 8192]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 8 * len(middle)))
    assert abs(spectrum.argmax() * 22050 / (8 * len(middle)) - hertz) < 1.0
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)


def test_more_rounds_come_closer() -> None:
    target = magnitude(vowel(22050), CONFIG)
    found = [convergence(griffin_lim(target, CONFIG, n), target, CONFIG) for n in (0, 4, 16, 64)]
    assert found == sorted(found, reverse=True)


def test_the_same_seed_gives_the_same_bits() -> None:
    target = magnitude(vowel(11025), CONFIG)
    first = griffin_lim(target, CONFIG, 4, seed=7)
    assert np.array_equal(first, griffin_lim(np.asfortranarray(target.astype(np.float64)), CONFIG, 4, seed=7))
    assert not np.array_equal(first, griffin_lim(target, CONFIG, 4, seed=8))


def test_the_magnitude_is_left_alone() -> None:
    target = magnitude(vowel(11025), CONFIG)
    before = target.copy()
    griffin_lim(np.ascontiguousarray(target.T).T, CONFIG, 2)
    griffin_lim(target, CONFIG, 2)
    assert np.array_equal(target, before)


@pytest.mark.parametrize("n_frames", [0, 1, 2, 3, 4, 5, 63, 64, 65, 66, 129])
def test_lengths(n_frames: int) -> None:
    target = np.abs(np.random.default_rng(0).standard_normal((CONFIG.n_freqs, n_frames))).astype(np.float32)
    samples = griffin_lim(target, CONFIG, 3)
    assert samples.shape == (max(0, n_frames - 1) * CONFIG.hop_length,)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()


@pytest.mark.parametrize("level", [0.0, 1e-30, 1e-8])
def test_silence_stays_silent(level: float) -> None:
    samples = griffin_lim(np.full((CONFIG.n_freqs, 20), level, np.float32), CONFIG)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() < 1e-6


def test_sound_beside_silence_is_finite() -> None:
    target = magnitude(vowel(22050), CONFIG)
    target[:, 20:40] = 0.0
    samples = griffin_lim(target, CONFIG)
    assert np.isfinite(samples).all()
    assert np.abs(samples[26 * 256 : 34 * 256]).max() < 0.1 * np.abs(samples).max()


@pytest.mark.parametrize(
    ("n_fft", "win_length", "hop_length"),
    [(1024, 1024, 200), (1024, 800, 200), (1024, 1024, 275), (1000, 900, 301), (513, 513, 101), (512, 512, 512)],
)
def test_any_hop(n_fft: int, win_length: int, hop_length: int) -> None:
    config = AudioConfig(n_fft=n_fft, win_length=win_length, hop_length=hop_length, n_mels=40)
    target = magnitude(vowel(22050), config)
    samples = griffin_lim(target, config)
    assert samples.shape == ((target.shape[1] - 1) * hop_length,)
    assert np.isfinite(samples).all()
    if hop_length < win_length // 2:  # without convergence, agreement would mean nothing
        theirs = _librosas(target, config, 32)
        assert convergence(samples, target, config) < convergence(theirs, target, config) + 2.5  # two seeds differ by 1


def test_no_click_at_the_ends() -> None:
    samples = np.pad(vowel(11025), 2048)
    made = griffin_lim(magnitude(samples, CONFIG), CONFIG)
    assert np.abs(made[:1024]).max() < 0.02 * np.abs(made).max()
    assert np.abs(made[-1024:]).max() < 0.02 * np.abs(made).max()
    steady = griffin_lim(magnitude(sine(500.0, 22050), CONFIG), CONFIG)  # a signal without silence at its ends
    assert np.abs(steady).max() < 0.75
    assert np.abs(np.diff(steady)).max() < 2 * np.abs(np.diff(steady[5000:15000])).max()


def test_peaks_turn_at_the_frequency_of_a_sine() -> None:
    target = np.ascontiguousarray(magnitude(sine(1000.0, 22050), CONFIG).T)  # (T_mel, n_freqs)
    advance = peak_phase_advance(target, CONFIG)
    assert advance.shape == target.shape
    assert advance.min() >= 0
    assert advance.max() <= 1
    peak = round(1000.0 * CONFIG.n_fft / CONFIG.sample_rate)
    error = advance[10:70, peak - 1 : peak + 2] - 1000.0 * CONFIG.hop_length / CONFIG.sample_rate
    assert np.abs(error - np.rint(error)).max() < 0.02


def _streamed(target: np.ndarray, cuts: list[int], n_iter: int = 4) -> np.ndarray:
    stream = StreamingGriffinLim(CONFIG, n_iter, seed=3)
    pieces = [stream.push(piece) for piece in np.split(target, cuts, axis=1)]
    return np.concatenate([*pieces, stream.finish()])


@pytest.mark.parametrize("n_frames", [0, 1, 2, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + BLOCK, 101])
def test_the_stream_does_not_depend_on_how_it_is_cut(n_frames: int) -> None:
    target = magnitude(vowel(101 * CONFIG.hop_length), CONFIG)[:, :n_frames]
    whole = griffin_lim(target, CONFIG, 4, seed=3)
    random = np.random.default_rng(0).integers(0, n_frames + 1, 9)
    for cuts in (list(range(1, n_frames)), [n_frames // 2], sorted(random.tolist()), [0, n_frames]):
        assert np.array_equal(_streamed(target, cuts), whole)


def test_samples_come_with_every_block() -> None:
    target, stream = magnitude(vowel(101 * CONFIG.hop_length), CONFIG), StreamingGriffinLim(CONFIG, 1)
    found = [len(stream.push(target[:, t : t + 1])) for t in range(target.shape[1])]
    heard = np.flatnonzero(found)
    assert heard[0] + 1 == WINDOW
    assert np.all(np.diff(heard) == BLOCK)
    assert found[WINDOW - 1] == BLOCK * CONFIG.hop_length - CONFIG.n_fft // 2
    assert set(found[WINDOW:]) == {0, BLOCK * CONFIG.hop_length}


def test_no_click_where_blocks_join() -> None:
    samples = griffin_lim(magnitude(sine(500.0, 88200), CONFIG), CONFIG)
    bend = np.abs(np.diff(samples, 2))  # a click bends the curve far more than 500 Hz does
    first = BLOCK * CONFIG.hop_length - CONFIG.n_fft // 2
    for join in range(first, len(samples) - 4096, BLOCK * CONFIG.hop_length):
        assert bend[join - 256 : join + 256].max() < 1.3 * np.median(bend) * np.pi / 2


def test_memory_does_not_grow() -> None:
    target, stream = magnitude(vowel(22050), CONFIG), StreamingGriffinLim(CONFIG, 1)
    peaks = []
    tracemalloc.start()
    for _ in range(12):
        tracemalloc.reset_peak()
        stream.push(target)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert max(peaks[6:]) <= 1.02 * max(peaks[:6])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"magnitude": np.zeros((512, 10), np.float32)}, r"\(512, 10\).*n_freqs 513"),
        ({"magnitude": np.zeros(513, np.float32)}, r"shape \(513,\)"),
        ({"n_iter": -1}, "n_iter is -1: use 0 or more"),
    ],
)
def test_refusals(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        griffin_lim(**{"magnitude": np.zeros((513, 10), np.float32), "config": CONFIG, **arguments})  # type: ignore[arg-type]

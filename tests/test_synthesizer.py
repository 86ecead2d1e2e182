"""The public API, on a voice with random weights: it babbles, but through every stage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts import AudioChunk, Speech, Synthesizer, Voice
from tts.synthesizer import SENTENCE_PAUSE, stretch

TEXT = "Hello there. The second sentence is a little longer!\n\nA third?"


@pytest.fixture(scope="module")
def synthesizer(tiny_voice: Path) -> Synthesizer:
    return Synthesizer(tiny_voice, threads=1)


def test_speech(synthesizer: Synthesizer) -> None:
    speech = synthesizer.synthesize("Hello.")
    assert isinstance(speech, Speech)
    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert speech.sample_rate == 22050
    assert 0 < np.abs(speech.samples).max() <= 1


def test_stream_yields_a_chunk_a_sentence_with_its_span(synthesizer: Synthesizer) -> None:
    chunks = list(synthesizer.stream(TEXT))
    assert all(isinstance(chunk, AudioChunk) for chunk in chunks)
    spoken = [TEXT[chunk.start : chunk.end].strip() for chunk in chunks]
    assert spoken == ["Hello there.", "The second sentence is a little longer!", "A third?"]


def test_synthesis_is_the_fold_of_the_stream(synthesizer: Synthesizer) -> None:
    joined = np.concatenate([chunk.samples for chunk in synthesizer.stream(TEXT, seed=3)])
    np.testing.assert_array_equal(synthesizer.synthesize(TEXT, seed=3).samples, joined)


def test_sentences_are_divided_by_silence(synthesizer: Synthesizer) -> None:
    first, *others = synthesizer.stream(TEXT)
    pause = round(SENTENCE_PAUSE * synthesizer.sample_rate)
    assert first.samples[:pause].any()
    for chunk in others:
        assert not chunk.samples[:pause].any()
        assert chunk.samples[pause : 2 * pause].any()


def test_streaming_is_lazy(synthesizer: Synthesizer) -> None:
    stream = synthesizer.stream("One. " * 10_000)
    assert next(stream).start == 0  # an hour of speech is not made before its first word is heard


def test_the_same_seed_gives_the_same_samples(synthesizer: Synthesizer, tiny_voice: Path) -> None:
    first = synthesizer.synthesize("Hello there.", seed=1).samples
    np.testing.assert_array_equal(first, Synthesizer(tiny_voice, threads=1).synthesize("Hello there.", seed=1).samples)
    assert not np.array_equal(first, synthesizer.synthesize("Hello there.", seed=2).samples)


def test_threads_share_a_synthesizer(synthesizer: Synthesizer) -> None:
    texts = [f"This is number {number}." for number in range(6)]
    alone = [synthesizer.synthesize(text).samples for text in texts]
    with ThreadPoolExecutor(3) as pool:
        for one, other in zip(alone, pool.map(lambda text: synthesizer.synthesize(text).samples, texts), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_save(synthesizer: Synthesizer, tmp_path: Path, suffix: str) -> None:
    speech = synthesizer.synthesize("Hello.")
    speech.save(tmp_path / f"hello.{suffix}")
    samples, sample_rate = soundfile.read(tmp_path / f"hello.{suffix}")
    assert sample_rate == speech.sample_rate
    assert abs(len(samples) - len(speech.samples)) <= 2304  # mp3 rounds to its frames


@pytest.mark.parametrize("text", ["", "   \n", "...", "?!", "《》"])
def test_nothing_speakable_is_an_error(synthesizer: Synthesizer, text: str) -> None:
    with pytest.raises(ValueError, match=r"nothing to speak in .*give at least one word"):
        synthesizer.synthesize(text)


@pytest.mark.parametrize("speed", [0, -1, 0.1, 5, float("nan"), float("inf")])
def test_speed_out_of_range_is_an_error(synthesizer: Synthesizer, speed: float) -> None:
    with pytest.raises(ValueError, match=r"speed is .*: use a number from 0.25"):
        synthesizer.stream("Hello.", speed=speed)


@pytest.mark.parametrize("seed", [-1, 1.5, "1"])
def test_a_seed_that_is_no_seed_is_an_error(synthesizer: Synthesizer, seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed is .*: use a whole number from 0 on"):
        synthesizer.stream("Hello.", seed=seed)  # type: ignore[arg-type]


def test_speed_changes_the_duration(synthesizer: Synthesizer) -> None:
    normal, fast, slow = (len(synthesizer.synthesize("Hello.", speed=s).samples) for s in (1, 2, 0.5))
    assert fast == pytest.approx(normal / 2, abs=1024)
    assert slow == pytest.approx(normal * 2, abs=1024)


def test_stretch_keeps_a_ramp_a_ramp() -> None:
    ramp = np.linspace(0, 1, 11, dtype=np.float32)[None]
    np.testing.assert_allclose(stretch(ramp, 0.5)[0], np.linspace(0, 1, 22), atol=1e-6)
    np.testing.assert_allclose(stretch(ramp, 2.0)[0], np.linspace(0, 1, 6), atol=1e-6)


def test_what_is_not_spoken_is_reported(synthesizer: Synthesizer) -> None:
    (chunk,) = synthesizer.stream("Hello \u4e16\u754c there.")
    assert any("characters 6 to 8 were not spoken" in warning for warning in chunk.warnings)


def test_a_loaded_voice_serves_too(voice: Voice) -> None:
    assert Synthesizer(voice).voice is voice


def test_words_are_timed_within_their_chunks(synthesizer: Synthesizer) -> None:
    chunks = list(synthesizer.stream(TEXT, speed=1.5))
    end = 0.0
    for chunk in chunks:
        start, end = end, end + len(chunk.samples) / chunk.sample_rate
        times = [time for word in chunk.words for time in (word.start_time, word.end_time)]
        assert times == sorted(times)
        assert start <= times[0]
        assert times[-1] <= end + 0.01  # stretching rounds to frames
        assert all(chunk.start <= word.start < word.end <= chunk.end for word in chunk.words)
    words = synthesizer.synthesize(TEXT, speed=1.5).words
    assert words == tuple(word for chunk in chunks for word in chunk.words)
    assert [TEXT[word.start : word.end].lower() for word in words] == [word.word for word in words]
    assert len(words) == 11

"""Test the public API on a voice with random weights, which babbles through every stage."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import pytest
import soundfile

import tts
from tts import AudioChunk, Speech, Synthesizer, Voice
from tts.audio.loudness import integrated_loudness
from tts.errors import TextError
from tts.options import SynthesisOptions

SENTENCES = ["Hello there.", "The second sentence is a little longer!", "A third?"]
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


def test_chunks_are_parts_of_sentences_with_their_span(synthesizer: Synthesizer) -> None:
    chunks = list(synthesizer.stream(TEXT))
    assert all(isinstance(chunk, AudioChunk) for chunk in chunks)
    assert len(chunks) > len(SENTENCES)
    spans = list(dict.fromkeys((chunk.start, chunk.end) for chunk in chunks))
    assert [TEXT[start:end] for start, end in spans] == SENTENCES
    assert [(chunk.start, chunk.end) for chunk in chunks if chunk.is_last] == spans


def test_speech_begins_within_its_sentence(synthesizer: Synthesizer) -> None:
    first, second, *_ = synthesizer.stream("A sentence that is long enough to be spoken in several chunks.")
    assert 0.1 < len(first.samples) / first.sample_rate < 0.5
    assert second.samples.any()


def test_synthesis_is_the_fold_of_the_stream(synthesizer: Synthesizer) -> None:
    joined = np.concatenate([chunk.samples for chunk in synthesizer.stream(TEXT, seed=3)])
    np.testing.assert_array_equal(synthesizer.synthesize(TEXT, seed=3).samples, joined)


def test_a_text_in_pieces_is_the_text(synthesizer: Synthesizer) -> None:
    whole = list(synthesizer.stream(TEXT))
    for size in (1, 9, 1000):
        pieces = [TEXT[start : start + size] for start in range(0, len(TEXT), size)]
        for one, other in zip(whole, synthesizer.stream(pieces), strict=True):
            np.testing.assert_array_equal(one.samples, other.samples)
            assert (one.start, one.end, one.is_last, one.words) == (other.start, other.end, other.is_last, other.words)


@pytest.mark.parametrize("text", ["\ufeff<speak>Hello</speak>", "<?xml\nversion='1.0'?><speak>Hi.</speak>"])
def test_ssml_is_ssml_in_any_pieces(synthesizer: Synthesizer, text: str) -> None:
    (word,) = synthesizer.synthesize(text).words
    assert text[word.start : word.end] in ("Hello", "Hi")
    for cut in range(len(text) + 1):
        chunks = list(synthesizer.stream([text[:cut], text[cut:]]))
        assert [spoken for chunk in chunks for spoken in chunk.words] == [word], cut


@pytest.mark.parametrize("size", [1, 9, 1000])
@pytest.mark.parametrize(
    "text", [TEXT, "<speak>Hello <break time='1s'/> you. Two. <p>Three.</p> Four.<break/></speak>"]
)
def test_a_session_speaks_the_text(synthesizer: Synthesizer, text: str, size: int) -> None:
    session = synthesizer.session(seed=3, speed=1.5)
    chunks = [chunk for n in range(0, len(text), size) for chunk in session.feed(text[n : n + size])]
    chunks += session.finish()
    for one, other in zip(synthesizer.stream(text, seed=3, speed=1.5), chunks, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
        assert (one.start, one.end, one.is_last, one.words) == (other.start, other.end, other.is_last, other.words)
    assert list(session.finish()) == []


def test_chunks_that_are_not_taken_come_first_from_the_next_call(synthesizer: Synthesizer) -> None:
    whole = list(synthesizer.stream(TEXT))
    session = synthesizer.session()
    assert not session.is_ready
    taken = []
    for piece in (TEXT[:30], TEXT[30:60], TEXT[60:]):
        taken += islice(session.feed(piece), 1)  # of several
        session.feed("")  # whose chunks nobody takes
    assert session.is_ready
    taken += session.finish()
    assert [len(chunk.samples) for chunk in taken] == [len(chunk.samples) for chunk in whole]
    np.testing.assert_array_equal(taken[-1].samples, whole[-1].samples)


def test_a_session_is_ready_when_a_sentence_is_complete(synthesizer: Synthesizer) -> None:
    session = synthesizer.session()
    session.feed("Hello there. And")
    assert not session.is_ready
    session.feed(" so. On")
    assert session.is_ready
    assert [(chunk.start, chunk.end) for chunk in session.feed("") if chunk.is_last] == [(0, 12)]
    assert not session.is_ready


@pytest.mark.parametrize("text", ["", "?!", "<speak></speak>"])
def test_a_session_without_a_word_is_an_error(synthesizer: Synthesizer, text: str) -> None:
    session = synthesizer.session()
    assert list(session.feed(text)) == []
    with pytest.raises(TextError, match="nothing to speak in "):
        list(session.finish())


def test_a_sentence_is_spoken_when_the_next_has_come(synthesizer: Synthesizer) -> None:
    taken = []

    def pieces() -> Iterator[str]:
        for number in range(100):
            taken.append(number)
            yield f"This is number {number}. "

    assert next(synthesizer.stream(pieces())).start == 0
    assert len(taken) <= 3


def test_sentences_are_divided_by_silence(synthesizer: Synthesizer) -> None:
    chunks = list(synthesizer.stream(TEXT, sentence_pause=0.2, paragraph_pause=0.6))
    silent = [chunk for chunk in chunks if not chunk.samples.any()]
    assert [chunk.start for chunk in silent] == [13, 54]
    pauses = [round(seconds * synthesizer.sample_rate) for seconds in (0.2, 0.6)]
    assert [len(chunk.samples) for chunk in silent] == pauses
    assert all(chunk.samples.any() for chunk in synthesizer.stream(TEXT, sentence_pause=0, paragraph_pause=0))


def test_markup_asks_for_pauses_and_prosody() -> None:
    synthesizer = Synthesizer()  # a babbling voice does not pause at a comma
    plain = synthesizer.synthesize("Hello, you. There.", sentence_pause=0).samples
    text = '<speak>Hello<break time="2s"/> you. <break time="1s"/> There.</speak>'
    paused = synthesizer.synthesize(text, sentence_pause=0)
    assert len(paused.samples) - len(plain) == 3 * synthesizer.sample_rate
    assert paused.words[1].start_time - paused.words[0].end_time > 2
    fast = synthesizer.synthesize('<speak><prosody rate="200%">Hello, you.</prosody> There.</speak>', sentence_pause=0)
    assert len(fast.samples) < 0.8 * len(plain)


def test_a_sentence_dies_away_in_its_pause() -> None:
    synthesizer = Synthesizer()
    abrupt, whole = (synthesizer.synthesize("One thing. Another.", sentence_pause=pause) for pause in (0.0, 0.25))
    more = len(whole.samples) - len(abrupt.samples)
    assert more == pytest.approx(2 * 0.25 * synthesizer.sample_rate, abs=synthesizer.sample_rate // 80)
    lengthened = whole.words[2].start_time - abrupt.words[2].start_time
    assert lengthened == pytest.approx(0.25, abs=1 / 80)
    quiet = whole.samples[-int(0.2 * synthesizer.sample_rate) :]
    assert 0 < np.abs(quiet).max() < 0.02  # sound dies away; it is not cut off


def test_a_session_speaks_the_samples_of_the_whole_text() -> None:
    synthesizer, text = Synthesizer(), "The sky is blue. Short waves scatter more than long ones."
    for pause in (0.0, 0.25, 1.0):  # after the first, no silence divides the sentences
        session = synthesizer.session(sentence_pause=pause)
        chunks = [*session.feed(text[:20]), *session.feed(text[20:]), *session.finish()]
        samples = np.concatenate([chunk.samples for chunk in chunks])
        np.testing.assert_array_equal(samples, synthesizer.synthesize(text, sentence_pause=pause).samples)


def test_streaming_is_lazy(synthesizer: Synthesizer) -> None:
    stream = synthesizer.stream("One. " * 10_000)
    assert next(stream).start == 0  # the first word arrives long before the end of an hour


def test_the_same_seed_gives_the_same_samples(synthesizer: Synthesizer, tiny_voice: Path) -> None:
    first = synthesizer.synthesize("Hello there.", seed=1).samples
    np.testing.assert_array_equal(first, Synthesizer(tiny_voice, threads=1).synthesize("Hello there.", seed=1).samples)
    assert not np.array_equal(first, synthesizer.synthesize("Hello there.", seed=2).samples)


def test_a_long_text_takes_no_more_memory_than_a_short_one(synthesizer: Synthesizer) -> None:
    def peak(n_sentences: int) -> int:
        tracemalloc.start()
        for _ in synthesizer.stream(f"This is number {number % 10}. " for number in range(n_sentences)):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(3)  # caches fill
    assert peak(40) < peak(10) + 500_000  # a sentence of this voice's speech has about as many bytes


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


@pytest.mark.parametrize("text", ["", "   \n", "...", "?!", "世界"])
def test_nothing_speakable_is_an_error(synthesizer: Synthesizer, text: str) -> None:
    with pytest.raises(ValueError, match=r"nothing to speak in .*give at least one word"):
        synthesizer.synthesize(text)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        *(("speed", value, "from 0.25 to 4 ") for value in (0, -1, 0.1, 5, float("nan"), float("inf"))),
        ("pitch", 13, "from -12 to 12 "),
        ("volume", float("nan"), "from -60 to 20 "),
        ("loudness", 0, "from -50 to -10 "),
        ("sentence_pause", -0.1, "from 0 to 60 "),
        ("paragraph_pause", 61, "from 0 to 60 "),
    ],
)
def test_a_value_out_of_range_is_an_error(synthesizer: Synthesizer, name: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is .*: use a number {message}"):
        synthesizer.stream("Hello.", **{name: value})


def test_reading_ahead_changes_nothing(synthesizer: Synthesizer, tiny_voice: Path) -> None:
    ahead = Synthesizer(tiny_voice, threads=2)
    for one, other in zip(synthesizer.stream(TEXT), ahead.stream(TEXT), strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)
        assert (one.start, one.end, one.is_last, one.words) == (other.start, other.end, other.is_last, other.words)


def test_who_reads_ahead_may_be_left_at_any_time(tiny_voice: Path) -> None:
    before = threading.active_count()
    stream = Synthesizer(tiny_voice, threads=2).stream("One. " * 1000)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_a_number_of_threads_below_zero_is_an_error(voice: Voice) -> None:
    with pytest.raises(ValueError, match="threads is -1: use 1 or more"):
        Synthesizer(voice, threads=-1)


def test_options_may_be_given_and_changed(synthesizer: Synthesizer) -> None:
    options = SynthesisOptions(seed=5)
    samples = synthesizer.synthesize("Hello.", options, speed=2).samples
    np.testing.assert_array_equal(samples, synthesizer.synthesize("Hello.", speed=2, seed=5).samples)
    with pytest.raises(TypeError, match="tempo"):
        synthesizer.stream("Hello.", tempo=2)


def test_the_old_names_of_the_options_work_for_one_release(synthesizer: Synthesizer) -> None:
    assert tts.Delivery is SynthesisOptions
    renamed = "delivery= is called options= now"
    with pytest.warns(DeprecationWarning, match=renamed) as noted:
        speech = synthesizer.synthesize("Hello.", delivery=tts.Delivery(seed=5))
    with pytest.warns(DeprecationWarning, match=renamed) as noted_streaming:
        chunks = synthesizer.stream("Hello.", delivery=tts.Delivery(seed=5))
    assert {warning.filename for warning in [*noted, *noted_streaming]} == {__file__}
    np.testing.assert_array_equal(speech.samples, synthesizer.synthesize("Hello.", seed=5).samples)
    np.testing.assert_array_equal(speech.samples, np.concatenate([chunk.samples for chunk in chunks]))


@pytest.mark.parametrize("seed", [-1, 1.5, "1"])
def test_a_seed_that_is_no_seed_is_an_error(synthesizer: Synthesizer, seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed is .*: use a whole number from 0 on"):
        synthesizer.stream("Hello.", seed=seed)  # type: ignore[arg-type]


def test_speed_changes_the_duration(synthesizer: Synthesizer) -> None:
    normal, fast, slow = (len(synthesizer.synthesize("Hello.", speed=s).samples) for s in (1, 2, 0.5))
    assert fast == pytest.approx(normal / 2, abs=1024)
    assert slow == pytest.approx(normal * 2, abs=1024)


def test_pitch_changes_the_sound_and_not_its_length(synthesizer: Synthesizer) -> None:
    normal, high = (synthesizer.synthesize("Hello.", pitch=pitch).samples for pitch in (0, 5))
    assert len(normal) == len(high)
    assert not np.array_equal(normal, high)


def test_volume_is_in_decibels(synthesizer: Synthesizer) -> None:
    loud, soft = (synthesizer.synthesize("Hello.", volume=volume).samples for volume in (-30, -50))
    assert 20 * np.log10(np.std(loud) / np.std(soft)) == pytest.approx(20, abs=0.5)


def test_loudness_is_in_lufs(synthesizer: Synthesizer) -> None:
    for target, volume in ((-30, 0), (-45, 6)):
        speech = synthesizer.synthesize("Hello there, this is louder or softer.", loudness=target, volume=volume)
        assert integrated_loudness(speech.samples, 22050) == pytest.approx(target + volume, abs=1.5)


def test_what_is_not_spoken_is_reported(synthesizer: Synthesizer) -> None:
    first, *others = synthesizer.stream("Hello \u4e16\u754c there.")
    (unspoken,) = [warning for warning in first.warnings if warning.kind == "unspoken"]
    assert (unspoken.start, unspoken.end) == (6, 8)
    assert str(unspoken) == f"characters 6 to 8: {unspoken.message}"
    assert "not spoken" in unspoken.message
    assert not any(chunk.warnings for chunk in others)


def test_what_is_misread_has_its_place_in_a_text_in_pieces_too(synthesizer: Synthesizer) -> None:
    text = "Hello there. This is one. Say [pause 61s] now."
    for source in (text, [text[:15], text[15:]]):
        warnings = [warning for chunk in synthesizer.stream(source) for warning in chunk.warnings]
        (misread,) = [warning for warning in warnings if warning.kind == "misread"]
        assert (misread.start, misread.end) == (30, 41)
        assert misread.message.startswith("[pause 61s] ")


def test_marks_are_timed(synthesizer: Synthesizer) -> None:
    text = '<speak><mark name="a"/>Hello <mark name="b"/>there.<mark name="c"/> <s>You.</s><mark name="d"/></speak>'
    speech = synthesizer.synthesize(text)
    hello, there, you = speech.words
    times = {mark.name: mark.time for mark in speech.marks}
    assert list(times) == ["a", "b", "c", "d"]
    assert times["a"] == hello.start_time
    assert times["b"] == there.start_time
    assert times["c"] in (there.end_time, you.start_time)
    assert times["d"] == you.end_time


def test_a_loaded_voice_serves_too(voice: Voice) -> None:
    assert Synthesizer(voice).voice is voice


@pytest.mark.parametrize("speed", [1.0, 1.5])
def test_words_are_timed_within_their_sentences(synthesizer: Synthesizer, speed: float) -> None:
    end = 0.0
    for span, group in groupby(synthesizer.stream(TEXT, speed=speed), lambda chunk: (chunk.start, chunk.end)):
        chunks = list(group)
        start, end = end, end + sum(len(chunk.samples) / chunk.sample_rate for chunk in chunks)
        words = [word for chunk in chunks for word in chunk.words]
        times = [time for word in words for time in (word.start_time, word.end_time)]
        assert times == sorted(times)
        assert start <= times[0]
        assert times[-1] <= end + 1e-3  # pauses are whole samples
        assert all(span[0] <= word.start < word.end <= span[1] for word in words)
    words = synthesizer.synthesize(TEXT, speed=speed).words
    assert [TEXT[word.start : word.end].lower() for word in words] == [word.word for word in words]
    assert len(words) == 11

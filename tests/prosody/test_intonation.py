"""Test the rise at the end of a question: its start, its height and its end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tts import Synthesizer
from tts.card import Calibration
from tts.corpus.separation import separate
from tts.decoding.alignment import Alignment
from tts.options import SynthesisOptions
from tts.prosody.intonation import SHORTEST_RISE, question_rise
from tts.prosody.plan import Planner
from tts.text.frontend import Frontend
from tts.text.incremental import sentences
from tts.text.token import Token
from tts.voice import Voice

FACTOR, STEPS_EACH, RATE = 3, 8, 22050 / 256
TOKENS = (
    Token("is", 0, 2, ("IH1", "Z"), "lexicon"),
    Token("tonight", 3, 10, ("T", "AH0", "N", "AY1", "T"), "lexicon", rises=True),
    Token("?", 10, 11, ("?",), "mark"),
    Token("she", 12, 15, ("SH", "IY1"), "lexicon"),
    Token(".", 15, 16, (".",), "mark"),
)
SYMBOLS = ("^", "IH1", "Z", " ", "T", "AH0", "N", "AY1", "T", "?", " ", "SH", "IY1", ".", "$")
INDICES = [-1, 0, 0, -1, 1, 1, 1, 1, 1, 2, -1, 3, 3, 4, -1]
ATTENTION = np.repeat(np.eye(len(SYMBOLS), dtype=np.float32), STEPS_EACH, axis=0)
EACH = FACTOR * STEPS_EACH
RISE = 8.0  # semitones
LOG_F0, VOICED = -2, -1  # channels


def contour(
    tokens: tuple[Token, ...] = TOKENS, indices: list[int] = INDICES, attention: np.ndarray = ATTENTION
) -> np.ndarray:
    alignment = Alignment(tokens, SYMBOLS, np.array(indices), attention, FACTOR, RATE)
    return question_rise(alignment, RISE, np.ones(alignment.n_frames, bool))


def heard(place: int) -> float:
    """Return the first frame of a symbol."""
    return place * EACH - Calibration().phoneme_lead * RATE


def test_rises_evenly_from_the_stressed_vowel_to_the_end_of_the_last_voiced_sound() -> None:
    rise = contour()
    assert rise.shape == (len(SYMBOLS) * EACH,)
    assert not rise[: int(heard(7))].any()
    np.testing.assert_allclose(rise[round((heard(7) + heard(8)) / 2)], 4.0, atol=0.3)
    assert np.all(rise[int(heard(8)) + 2 : int(heard(11))] == 8.0)
    assert not rise[int(heard(11)) + 1 :].any()


def test_ends_where_the_voice_ends() -> None:
    """The last sound of a clause dies away without voice."""
    alignment = Alignment(TOKENS, SYMBOLS, np.array(INDICES), ATTENTION, FACTOR, RATE)
    voice = np.arange(alignment.n_frames) < round(heard(8)) - 5
    rise = question_rise(alignment, RISE, voice)
    assert rise[round(heard(8)) - 5] == 8.0
    assert rise[round(heard(8)) - 7] < 8.0
    silent = question_rise(alignment, RISE, np.zeros(alignment.n_frames, bool))
    np.testing.assert_array_equal(silent, contour())


def test_takes_a_while_where_the_last_syllable_is_short() -> None:
    rise = contour(attention=np.eye(len(SYMBOLS), dtype=np.float32))
    assert np.diff(rise).max() <= 8.0 / (SHORTEST_RISE * RATE) + 1e-9


def test_nothing_rises_without_a_rising_word() -> None:
    assert not contour(tuple(token._replace(rises=False) for token in TOKENS)).any()
    assert not contour(
        indices=[-1 if index == 1 else index for index in INDICES]
    ).any()  # none of its symbols was attended


def test_lasts_to_the_end_where_nothing_follows() -> None:
    last = [index if index < 3 else -1 for index in INDICES]
    assert contour(TOKENS[:3], last)[-1] == 8.0


def frames_with(rise: float, text: str) -> np.ndarray:
    """Return the frames (n_channels, T) of the default voice, whose questions rise by some semitones."""
    voice = Voice.load()
    planner = Planner(replace(voice, card=replace(voice.card, question_rise=rise)))
    plan = planner.plan(sentences(Frontend(), [text], "plain", "read"), SynthesisOptions())
    return np.concatenate([chunk.frames for chunk in plan], axis=1)


CLAUSES = ("You are coming with us tonight", "She can play the piano")


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_question_ends_higher_by_the_semitones_of_the_voice(clause: str) -> None:
    """Nothing but the pitch changes, and only in the last word. It rises evenly to the end of the voice."""
    flat, risen = frames_with(0.0, clause + "?"), frames_with(RISE, clause + "?")
    np.testing.assert_array_equal(np.delete(risen, LOG_F0, axis=0), np.delete(flat, LOG_F0, axis=0))
    rise = (risen - flat)[LOG_F0] * 12 / np.log(2)  # semitones
    voice, words = Voice.load(), Synthesizer().synthesize(clause + "?").words
    last_word = round(words[-1].start_time * voice.card.audio.frames_per_second)
    assert not rise[:last_word].any()
    steps = np.diff(rise)
    assert 0 <= steps.min() < steps.max() <= RISE / (SHORTEST_RISE * voice.card.audio.frames_per_second) + 1e-3
    end = np.flatnonzero(flat[VOICED] > 0.5)[-1]
    assert 0.8 * RISE < rise[end] <= RISE + 1e-3
    np.testing.assert_allclose(rise[end + 4 :], RISE, atol=1e-3)


def test_a_question_is_heard_to_end_higher() -> None:
    """The pitch that is found in the sound of a last word that is loud to its end; `heart` ends others in a creak."""
    voice, pitches = Voice.load(), []
    for rise in (0.0, RISE):
        speech = Synthesizer(replace(voice, card=replace(voice.card, question_rise=rise))).synthesize(
            "You like the new menu?"
        )
        frames = separate(speech.samples, voice.card.audio)
        last, rate = speech.words[-1], voice.card.audio.frames_per_second
        word = frames[:, round(last.start_time * rate) : round(last.end_time * rate)]
        pitches.append(word[LOG_F0, word[VOICED] > 0.5])
    second_half = [float(np.median(found[len(found) // 2 :])) for found in pitches]
    assert (second_half[1] - second_half[0]) * 12 / np.log(2) > 1  # semitone


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_statement_does_not_rise(clause: str) -> None:
    np.testing.assert_array_equal(frames_with(RISE, clause + "."), frames_with(0.0, clause + "."))

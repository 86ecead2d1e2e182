"""Subtitles can be parsed and follow the guidelines."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.prosody.timing import MarkTiming, PhonemeTiming, WordTiming
from tts.subtitle_cues import GAP, MAX_DURATION, MAX_LINE, MIN_DURATION, Cue, cues
from tts.subtitles import save_timings, to_json, to_srt, to_vtt
from tts.text.token import SpeechWarning

TEXT = (
    "When the rain stopped, the children ran out of the house and down the lane. Their grandfather was waiting for "
    "them with a basket of apples & a small dog. "
    "\u201cHello!\u201d he said \u2014 and then he laughed."
)


def spoken(text: str, seconds_a_character: float = 1 / 15, pause: float = 0.4) -> list[WordTiming]:
    """Make one word of each run of letters and digits, with a pause after commas and full stops."""
    words, time = [], 0.05
    for match in re.finditer(r"[\w'$]+", text):
        end = time + seconds_a_character * (len(match[0]) + 1)
        words.append(WordTiming(match[0].lower(), *match.span(), time, end, (PhonemeTiming("AH0", time, end),)))
        time = end + (pause if text[match.end() : match.end() + 1] in {".", ",", "!", "?"} else 0)
    return words


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def parse(blocks: list[str], stamp: str, numbered: bool) -> list[Cue]:
    found = []
    for number, block in enumerate(blocks, 1):
        lines = block.rstrip("\n").split("\n")
        if numbered:
            assert lines.pop(0) == str(number)
        times = re.fullmatch(rf"({stamp}) --> ({stamp})", lines[0])
        assert times
        found.append(Cue(tuple(lines[1:]), seconds(times[1]), seconds(times[2])))
    return found


def check(found: list[Cue]) -> None:
    """Check properties of all subtitles."""
    for cue, following in itertools.zip_longest(found, found[1:]):
        assert 1 <= len(cue.lines) <= 2
        assert all(0 < len(line) <= MAX_LINE and line == line.strip() for line in cue.lines)
        assert 0 <= cue.start_time < cue.end_time <= cue.start_time + MAX_DURATION + 1e-6
        assert following is None or cue.end_time <= following.start_time


def test_srt_parses() -> None:
    words = spoken(TEXT)
    found = parse(to_srt(words, TEXT).split("\n\n"), r"\d\d:\d\d:\d\d,\d{3}", numbered=True)
    assert [cue.lines for cue in found] == [cue.lines for cue in cues(words, TEXT)]
    check(found)


def test_vtt_parses_and_escapes() -> None:
    words = spoken(TEXT)
    header, *blocks = to_vtt(words, TEXT).split("\n\n")
    assert header == "WEBVTT"
    found = parse(blocks, r"\d\d:\d\d:\d\d\.\d{3}", numbered=False)
    assert len(found) == len(cues(words, TEXT))
    assert "apples &amp; a" in " ".join(line for cue in found for line in cue.lines)


def test_nothing_of_the_text_is_lost() -> None:
    assert " ".join(line for cue in cues(spoken(TEXT), TEXT) for line in cue.lines) == TEXT


def test_breaks_fall_at_sentences_and_clauses() -> None:
    lines = [cue.lines for cue in cues(spoken(TEXT), TEXT)]
    assert lines[0] == ("When the rain stopped, the children", "ran out of the house and down the lane.")
    assert [cue[0].split()[0] for cue in lines][1:] == ["Their", "\u201cHello!\u201d"]


def test_a_short_subtitle_stays_into_the_pause_after_it() -> None:
    text = "No. That is all that there is to say."
    words = spoken(text, pause=2.0)
    first = cues(words, text)[0]
    assert first.lines == ("No.",)
    assert first.end_time == pytest.approx(first.start_time + MIN_DURATION)


def test_subtitles_that_touch_leave_a_gap() -> None:
    found = cues(spoken("word " * 60), "word " * 60)
    assert len(found) > 2
    for one, other in itertools.pairwise(found):
        assert other.start_time - one.end_time == pytest.approx(GAP)


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "They had a right, as Mr. Buxton affirmed, to be employed in the crafts of their own choice."
    words = spoken(text)
    stop = next(i for i, word in enumerate(words) if word.word == "mr")
    shift = words[stop + 1].start_time - words[stop].end_time
    words[stop + 1 :] = [
        WordTiming(w.word, w.start, w.end, w.start_time - shift, w.end_time - shift, ()) for w in words[stop + 1 :]
    ]
    assert not any(line.endswith("Mr.") for cue in cues(words, text) for line in cue.lines)


def test_words_of_one_span_are_shown_once() -> None:
    text = "In 1984 at 5 p.m. it rained."
    times = iter(range(20))

    def word(name: str, start: int, end: int) -> WordTiming:
        time = next(times) * 0.3
        return WordTiming(name, start, end, time, time + 0.3, ())

    words = [word("in", 0, 2), word("nineteen", 3, 7), word("eighty-four", 3, 7), word("at", 8, 10)]
    words += [word("five", 11, 17), word("p", 11, 17), word("m", 11, 17), word("it", 18, 20), word("rained", 21, 27)]
    (cue,) = cues(words, text)
    assert cue.lines == (text,)
    assert cue.end_time == pytest.approx(2.7)


def test_what_is_not_spoken_takes_no_subtitle() -> None:
    text = "\U0001f600 hello \u2014 \U0001f600 there " + "\u4e16" * 200
    words = [w for w in spoken(text) if w.word in {"hello", "there"}]
    (cue,) = cues(words, text)
    assert cue.lines == ("\U0001f600 hello \u2014 \U0001f600 there",)
    assert cues([], "...") == []
    assert to_srt([], "") == ""
    assert to_vtt([], "") == "WEBVTT\n"


def test_json_has_the_words_their_source_and_phonemes() -> None:
    words = [WordTiming("five", 3, 5, 0.12345, 0.5, (PhonemeTiming("F", 0.12345, 0.5),))]
    assert json.loads(
        to_json(words, "It $5.", [MarkTiming("a", 0.12345)], [SpeechWarning(3, 4, "unspoken", "why")])
    ) == {
        "words": [
            {
                "word": "five",
                "source": "$5",
                "start": 3,
                "end": 5,
                "start_time": 0.123,
                "end_time": 0.5,
                "phonemes": [["F", 0.123, 0.5]],
            }
        ],
        "marks": [{"name": "a", "time": 0.123}],
        "warnings": [{"start": 3, "end": 4, "kind": "unspoken", "message": "why"}],
    }
    assert json.loads(to_json([], "")) == {"words": [], "marks": [], "warnings": []}


@pytest.mark.parametrize(("name", "start"), [("a.json", "{"), ("a.srt", "1\n00:"), ("A.VTT", "WEBVTT\n")])
def test_the_suffix_chooses_the_format(tmp_path: Path, name: str, start: str) -> None:
    save_timings(tmp_path / name, spoken(TEXT), TEXT)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_another_suffix_and_a_folder_that_is_not_there_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot write timings as 'a.txt': end its name in .json, .srt, .vtt"):
        save_timings(tmp_path / "a.txt", [], "")
    with pytest.raises(FileNotFoundError) as caught:
        save_timings(tmp_path / "absent" / "a.srt", [], "")
    assert caught.value.filename == str(tmp_path / "absent" / "a.srt")  # not that of a temporary file


def test_times_beyond_an_hour() -> None:
    assert "01:00:59,999 --> 01:01:00,833" in to_srt([WordTiming("a", 0, 1, 3659.9994, 3660.0, ())], "a")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.text("abcdefghij.,!?-/", min_size=1, max_size=60), min_size=1, max_size=40),
    st.floats(0.01, 0.4),
    st.floats(0, 3),
)
def test_any_text_keeps_the_rules(runs: list[str], seconds_a_character: float, pause: float) -> None:
    text = " ".join(runs)
    words = spoken(text, seconds_a_character, pause)
    found = cues(words, text)
    check(found)
    assert bool(found) == bool(words)
    shown = "".join(line for cue in found for line in cue.lines).replace(" ", "")
    for word in words:
        assert text[word.start : word.end] in shown or len(word.word) > MAX_LINE // 2

"""Write word times as JSON, SubRip (SRT) or WebVTT. Subtitles quote the source text.

Subtitles follow the rules that guidelines share (Netflix Timed Text Style Guide, general requirements; BBC Subtitle
Guidelines, sections on lines, timing and breaks): at most two lines of 42 characters, five sixths of a second to seven
seconds, and time to read them where possible. A subtitle ends after a sentence if it can, else after a clause, else
before a conjunction or preposition; after an article only if there is no other place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from tts.common.files import atomic_write_text
from tts.errors import StorageError
from tts.prosody.timing import MarkTiming, WordTiming
from tts.text.token import SpeechWarning

MAX_LINE = 42  # characters
MIN_DURATION, MAX_DURATION = 5 / 6, 7.0  # seconds
GAP = 1 / 12  # seconds between two subtitles that would touch: two frames of film
READING_SPEED = 17.0  # characters a second; a subtitle stays into the pause after it until it can be read at this speed
MAX_READING_SPEED = 20.0  # characters a second; a subtitle that must be read faster costs more
SENTENCE_PAUSE = 0.1  # seconds; a full stop with a shorter pause after it does not end a sentence

# Cost of a break by the words around it, and cost of the other faults of a subtitle on the same scale.
_AFTER_SENTENCE, _AFTER_CLAUSE, _BEFORE_LINK, _ANYWHERE, _AFTER_LINK = 0.0, 1.0, 3.0, 6.0, 20.0
_PER_CUE, _PER_INNER_SENTENCE, _PER_UNEQUAL_LINE, _PER_MISSING_SECOND = 2.0, 3.0, 4.0, 8.0
_QUOTES = " ()[]{}\"'“”‘’«»"
_LINKS = frozenset(
    "a about after although an and as at because before but by for from her his if in into its my nor of on or our so "
    "than that the their to until when where which while who with your".split()
)


@dataclass(frozen=True)
class Cue:
    """One subtitle: its lines, and when it appears and disappears, in seconds."""

    lines: tuple[str, ...]
    start_time: float
    end_time: float


@dataclass(frozen=True)
class _Fragment:
    """Text that is never broken, with the spaces after it: a run without a space, or a span spoken as a whole."""

    text: str
    start_time: float
    end_time: float


def to_rows(words: Sequence[WordTiming], text: str) -> list[dict[str, Any]]:
    """Return a row for each spoken word: its source, its span in the text, its times and its phonemes, in seconds."""
    return [
        {
            "word": word.word,
            "source": text[word.start : word.end],
            "start": word.start,
            "end": word.end,
            "start_time": _seconds(word.start_time),
            "end_time": _seconds(word.end_time),
            "phonemes": [[p.phoneme, _seconds(p.start_time), _seconds(p.end_time)] for p in word.phonemes],
        }
        for word in words
    ]


def to_json(
    words: Sequence[WordTiming],
    text: str,
    marks: Sequence[MarkTiming] = (),
    warnings: Sequence[SpeechWarning] = (),
) -> str:
    """Write the rows of `to_rows`, one on each line, the marks and the warnings."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in to_rows(words, text))
    named = json.dumps([{"name": mark.name, "time": _seconds(mark.time)} for mark in marks], ensure_ascii=False)
    noted = json.dumps([warning._asdict() for warning in warnings], ensure_ascii=False)
    return f'{{"words": [\n{lines}\n],\n"marks": {named},\n"warnings": {noted}}}\n'


def to_srt(words: Sequence[WordTiming], text: str) -> str:
    """Write SubRip subtitles; see `cues`."""
    return "\n".join(srt_blocks(cues(words, text)))


def srt_blocks(shown: Sequence[Cue], first: int = 1) -> list[str]:
    """Return the blocks of a SubRip file. first: number of the first block."""
    return [
        f"{number}\n{_clock(cue.start_time, ',')} --> {_clock(cue.end_time, ',')}\n" + "\n".join(cue.lines) + "\n"
        for number, cue in enumerate(shown, first)
    ]


def to_vtt(words: Sequence[WordTiming], text: str) -> str:
    """Write WebVTT subtitles (W3C Candidate Recommendation 2019); see `cues`."""
    blocks = ["WEBVTT\n"]
    for cue in cues(words, text):
        lines = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines]
        blocks.append(f"{_clock(cue.start_time, '.')} --> {_clock(cue.end_time, '.')}\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def formatter(path: Path) -> Callable[[Sequence[WordTiming], str], str]:
    """Return `to_json`, `to_srt` or `to_vtt`, by the suffix. Raises StorageError for any other suffix."""
    known = {".json": to_json, ".srt": to_srt, ".vtt": to_vtt}
    if path.suffix.lower() not in known:
        raise StorageError(f"cannot write timings as {path.name!r}: end its name in {', '.join(known)}")
    return known[path.suffix.lower()]


def save_timings(
    path: Path,
    words: Sequence[WordTiming],
    text: str,
    marks: Sequence[MarkTiming] = (),
    warnings: Sequence[SpeechWarning] = (),
) -> None:
    """Write the timings in the format of the suffix; only JSON has marks and warnings. The file appears when complete.

    Raises StorageError for any other suffix, or if the file cannot be written.
    """
    write = formatter(path)
    content = to_json(words, text, marks, warnings) if write is to_json else write(words, text)
    try:
        atomic_write_text(path, content)
    except OSError as error:
        raise StorageError(f"cannot write {str(path)!r} ({error.strerror}): name a file that you may write") from error


def cues(words: Sequence[WordTiming], text: str) -> list[Cue]:
    """Return the subtitles in order. They never overlap.

    words: with spans in `text`, in the order of both text and time. text: shown as it stands; replace parts that must
    not be shown, such as markup, by as many spaces.
    """
    groups = _groups(_fragments(words, text))
    found = []
    for group, following in zip_longest(groups, groups[1:]):
        start, end = group[0].start_time, group[-1].end_time
        wanted = start + max(MIN_DURATION, len(_joined(group)) / READING_SPEED)
        limit = following[0].start_time if following else math.inf
        if max(end, wanted) > limit - GAP:  # the next subtitle would follow at once: a gap shows the change
            limit -= min(GAP, (limit - start) / 2)
        end = min(max(end, wanted), limit, start + MAX_DURATION)
        found.append(Cue(_lines(group) or (_joined(group),), start, end))
    return found


def _fragments(words: Sequence[WordTiming], text: str) -> list[_Fragment]:
    """Return the fragments of the text, each with the times of its words.

    Words with the same span share a fragment, and a span with spaces in it (such as "5 p.m.") is one fragment. A run
    without a word, such as a dash, joins the fragment before it or, at the start of the text, the fragment after it.
    """
    runs = [match.span() for match in re.finditer(r"\S+\s*", text)]
    found: list[_Fragment] = []
    lead, position, index = "", 0, 0
    while index < len(runs):
        start, end = runs[index]
        first = position
        while position < len(words) and words[position].start < end:
            while index + 1 < len(runs) and runs[index + 1][0] < words[position].end:
                index += 1
                end = runs[index][1]
            position += 1
        index += 1
        shown = " ".join(text[start:end].split()) + " " * text[end - 1].isspace()
        if position > first:
            inside = words[first:position]
            found.extend(_cut(lead + shown, inside[0].start_time, max(word.end_time for word in inside)))
            lead = ""
        elif found and len(found[-1].text + shown.rstrip()) <= MAX_LINE:
            found[-1] = replace(found[-1], text=found[-1].text + shown)
        elif not found and len(lead + shown) <= MAX_LINE // 2:
            lead += shown  # a longer run that is not spoken is not shown
    return found


def _cut(text: str, start: float, end: float) -> list[_Fragment]:
    """Return one fragment, or several if it is longer than a line: cut at marks if it can be, with times by length."""
    if len(text.rstrip()) <= MAX_LINE:
        return [_Fragment(text, start, end)]
    parts = re.findall(rf".{{1,{MAX_LINE}}}(?<=[-/_.,&?= ])|.{{1,{MAX_LINE}}}", text)
    edges = [start + (end - start) * len("".join(parts[:n])) / len(text) for n in range(len(parts) + 1)]
    return [_Fragment(part, *times) for part, times in zip(parts, pairwise(edges), strict=True)]


def _groups(fragments: list[_Fragment]) -> list[list[_Fragment]]:
    """Group the fragments into subtitles with the least total cost, by dynamic programming from the end."""
    n = len(fragments)
    best, cut = [math.inf] * n + [0.0], [0] * n
    for first in range(n - 1, -1, -1):
        for last in range(first + 1, n + 1):
            group = fragments[first:last]
            if len(group) > 1 and (group[-1].end_time - group[0].start_time > MAX_DURATION or not _lines(group)):
                break
            cost = _cost(group, fragments[last] if last < n else None) + best[last]
            if cost < best[first]:
                best[first], cut[first] = cost, last
    groups, first = [], 0
    while first < n:
        groups.append(fragments[first : cut[first]])
        first = cut[first]
    return groups


def _cost(group: list[_Fragment], following: _Fragment | None) -> float:
    """Return the cost of one subtitle: itself, its end, sentences that end inside it, and too little time to read."""
    cost = _PER_CUE + _PER_INNER_SENTENCE * sum(_break(a, b) == _AFTER_SENTENCE for a, b in pairwise(group))
    if following is not None:
        needed = max(MIN_DURATION, len(_joined(group)) / MAX_READING_SPEED)
        missing = needed - (following.start_time - group[0].start_time)
        cost += _break(group[-1], following) + _PER_MISSING_SECOND * max(0.0, missing)
    return cost


def _break(before: _Fragment, after: _Fragment) -> float:
    """Return the cost of a break. A sentence ends with a pause, unlike "Mr.", and not before a small letter."""
    if before.text[-1:] != " ":
        return _AFTER_LINK
    text, word = before.text.rstrip(_QUOTES), after.text.strip(_QUOTES)
    if text.endswith((".", "!", "?", "…")) and after.start_time - before.end_time >= SENTENCE_PAUSE:
        return _AFTER_CLAUSE if word[:1].islower() else _AFTER_SENTENCE
    if text.endswith((",", ";", ":", "-", "–", "—")):
        return _AFTER_CLAUSE
    if text.lower() in _LINKS:
        return _AFTER_LINK
    return _BEFORE_LINK if word.lower() in _LINKS else _ANYWHERE


def _lines(group: list[_Fragment]) -> tuple[str, ...]:
    """Return the text in one line if it fits, else in two of similar length; nothing if it does not fit in two."""
    whole = _joined(group)
    if len(whole) <= MAX_LINE:
        return (whole,)
    choices = []
    for place in range(1, len(group)):
        lines = _joined(group[:place]), _joined(group[place:])
        if max(map(len, lines)) <= MAX_LINE:
            difference = abs(len(lines[0]) - len(lines[1])) / MAX_LINE
            choices.append((_break(group[place - 1], group[place]) + _PER_UNEQUAL_LINE * difference, lines))
    return min(choices)[1] if choices else ()


def _joined(group: Sequence[_Fragment]) -> str:
    return "".join(fragment.text for fragment in group).strip()


def _clock(seconds: float, decimal: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{decimal}{milliseconds % 1000:03}"


def _seconds(value: float) -> float:
    """Round to the millisecond: times are no more exact, and files are easier to read."""
    return round(value, 3)

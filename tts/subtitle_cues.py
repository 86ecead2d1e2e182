"""Divide a text and the times of its words into subtitles.

Subtitles follow the rules that guidelines share (Netflix Timed Text Style Guide, general requirements; BBC Subtitle
Guidelines, sections on lines, timing and breaks): at most two lines of 42 characters, five sixths of a second to seven
seconds, and time to read them where possible. A subtitle ends after a sentence if it can, else after a clause, else
before a conjunction or preposition; after an article only if there is no other place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from tts.prosody.timing import WordTiming

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

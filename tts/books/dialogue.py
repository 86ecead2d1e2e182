"""Tell dialogue from narration by quotation marks."""

from __future__ import annotations

import re
from typing import NamedTuple

from tts.text.markup.html_tags import ENTITY

_DOUBLE = re.compile(rf"<[^>]*>|{ENTITY.pattern}|[“”\"„‟«»]")
_SINGLE = re.compile(r"(?:(?<=\A)|(?<=[\s(>—–]))‘(?=[^\s’])(.*?[.,!?…—–-])’(?=\s|\Z|[)<—–])", re.DOTALL)


class Run(NamedTuple):
    """A stretch of a block's XHTML that one voice speaks."""

    start: int
    end: int
    is_dialogue: bool


def split_runs(html: str) -> list[Run]:
    """Split a block at its quotation marks. A quotation without an end goes on to the end of the block.

    “Double” and "straight" marks count. Single ones count in a block that has no double ones, if the quotation ends
    with a mark of punctuation: ‘So,’ he said.
    """
    runs, start, is_open = list[Run](), 0, False
    for match in _DOUBLE.finditer(html):
        mark = match[0]
        if len(mark) > 1:
            continue
        opens = mark in "“„«" or (mark in '"‟' and not is_open)
        if opens and not is_open:
            runs.append(Run(start, match.start(), False))
            start, is_open = match.start(), True
        elif not opens and is_open:
            runs.append(Run(start, match.end(), True))
            start, is_open = match.end(), False
    runs.append(Run(start, len(html), is_open))
    if len(runs) == 1 and not is_open:
        runs = _single_runs(html)
    return [run for run in runs if run.start < run.end]


def _single_runs(html: str) -> list[Run]:
    runs, done = list[Run](), 0
    for match in _SINGLE.finditer(html):
        runs += [Run(done, match.start(), False), Run(match.start(), match.end(), True)]
        done = match.end()
    return [*runs, Run(done, len(html), False)]

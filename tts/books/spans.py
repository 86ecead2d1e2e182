"""Give each spoken word of a block an element of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from tts.books.speaking import PlacedWord

_TAG = re.compile(r"<(/?)(\w+)[^>]*?(/?)>")


class OverlayClip(NamedTuple):
    """A marked word and when it is heard."""

    name: str
    start_time: float


def mark_words(html: str, words: Sequence[PlacedWord], start: float, count: int) -> tuple[str, list[OverlayClip]]:
    """Return the block with its words marked, and their clips.

    start: seconds at which the piece begins. count: number of the words before. Words with one span, such as those of
    a number, are one clip. A word that begins and ends in different elements is heard with the word before it.
    """
    parts, clips, done = list[str](), list[OverlayClip](), 0
    for (begin, end), group in groupby(words, lambda word: (word.start, word.end)):
        if begin < done or not _is_balanced(html[begin:end]):
            continue
        clip = OverlayClip(f"w{count + len(clips) + 1}", start + next(group).start_time)
        parts += [html[done:begin], f'<span id="{clip.name}">{html[begin:end]}</span>']
        clips.append(clip)
        done = end
    return "".join([*parts, html[done:]]), clips


def _is_balanced(html: str) -> bool:
    """Whether every element that begins here ends here, and none ends that began before."""
    names = list[str]()
    for is_end, name, is_empty in _TAG.findall(html):
        if is_end:
            if not names or names.pop() != name:
                return False
        elif not is_empty:
            names.append(name)
    return not names

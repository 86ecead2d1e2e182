"""Cut chapters into pieces, each of which is spoken at once by one process, and name what a piece depends on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tts.books.book import Block, Chapter, Kind, count_words

MOST_WORDS = 1500
"""Words of a piece, and some more to the end of its last sentence or block. Fewer start processes' work more often;
more leave cores idle."""

_LONGEST_SENTENCE = 500  # words, after which a sentence is cut
_SPACE_OR_TAG = re.compile(r"(?P<end>[.!?…][\"'”’)\]]*)?\s|<(?P<close>/)?(?P<name>\w+)[^>]*?(?P<empty>/)?>")
_VERSION = 1  # of everything that turns blocks into sound: pauses, dialogue, cuts


@dataclass(frozen=True)
class Piece:
    """Consecutive blocks of a chapter."""

    blocks: tuple[Block, ...]
    before: Kind | None
    """Kind of the block before, or None at the start of the chapter."""
    ends_chapter: bool
    n_words: int
    limit: float | None = None
    """Seconds after which the piece ends with a sentence."""


def cut_chapter(chapter: Chapter, limit: float | None = None) -> Iterator[Piece]:
    """Yield the pieces of a chapter in order."""
    held, words = list[Block](), 0
    before: Kind | None = None
    blocks = chapter.blocks if limit else [part for block in chapter.blocks for part in _cut_block(block)]
    for number, block in enumerate(blocks, 1):
        held.append(block)
        words += count_words(block)
        is_last = number == len(blocks)
        if is_last or (words >= MOST_WORDS and block.kind != "heading"):
            yield Piece(tuple(held), before, is_last, words, limit)
            held, words, before = [], 0, block.kind


def _cut_block(block: Block) -> Iterator[Block]:
    """Yield a block that is longer than a piece in parts that end with a sentence, and close and reopen elements."""
    if count_words(block) < MOST_WORDS + _LONGEST_SENTENCE:
        yield block
        return
    start, words, prefix = 0, 0, ""
    opened = list[tuple[str, str]]()  # the names and the tags of open elements
    for match in _SPACE_OR_TAG.finditer(block.html):
        if match["close"]:
            opened.pop()
        elif match["name"]:
            opened += [] if match["empty"] else [(match["name"], match[0])]
        else:
            words += 1
            if words >= MOST_WORDS and (match["end"] or words >= MOST_WORDS + _LONGEST_SENTENCE):
                end = "".join(f"</{name}>" for name, _ in reversed(opened))
                yield dataclasses.replace(block, html=f"{prefix}{block.html[start : match.end()].rstrip()}{end}")
                start, words, prefix = match.end(), 0, "".join(tag for _, tag in opened)
    yield dataclasses.replace(block, html=prefix + block.html[start:])


def fingerprint(piece: Piece, reading: str) -> str:
    """Return a digest of everything that the sound of a piece depends on. reading: the digest of voices and options."""
    return digest([_VERSION, dataclasses.asdict(piece), reading])


def digest(values: Any) -> str:
    """Return the SHA-256 of some values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

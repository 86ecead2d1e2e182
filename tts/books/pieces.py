"""Cut chapters into pieces, each of which is spoken at once by one process, and name what a piece depends on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tts.books.book import Block, Chapter, Kind, count_words

MOST_WORDS = 1500
"""Words of a piece, unless one block has more. Fewer start processes' work more often; more leave cores idle."""

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
    for number, block in enumerate(chapter.blocks, 1):
        held.append(block)
        words += count_words(block)
        is_last = number == len(chapter.blocks)
        if is_last or (words >= MOST_WORDS and block.kind != "heading"):
            yield Piece(tuple(held), before, is_last, words, limit)
            held, words, before = [], 0, block.kind


def fingerprint(piece: Piece, reading: str) -> str:
    """Return a digest of everything that the sound of a piece depends on. reading: the digest of voices and options."""
    return digest([_VERSION, dataclasses.asdict(piece), reading])


def digest(values: Any) -> str:
    """Return the SHA-256 of some values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

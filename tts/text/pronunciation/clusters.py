"""Words that keep the same company share a number, as "goalkeeper" and "striker" do.

The table holds a cluster for each slot, and a word's slot is its checksum: no word is stored, so a word that the table
was not made from may get a cluster by chance. `recipes/text/build_word_clusters.py` makes it; of what, and under what
licence, is in `data/LICENSE-glove`.
"""

from __future__ import annotations

from functools import cache
from zlib import crc32

from tts.text.pronunciation.lexicon import DATA

CLUSTERS_NAME = "words.clusters"
SLOTS = 1 << 16


def cluster(word: str) -> int:
    """The cluster of a lower-case word, 1 to 255; 0 for one that the table lacks."""
    return _table()[slot(word)]


def slot(word: str) -> int:
    """Where in the table the word's cluster is."""
    return crc32(word.encode()) % SLOTS


@cache
def _table() -> bytes:
    return (DATA / CLUSTERS_NAME).read_bytes()

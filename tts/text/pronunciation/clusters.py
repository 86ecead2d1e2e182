"""Word clusters: words with similar contexts, such as "goalkeeper" and "striker", share a cluster number.

The table holds one cluster per slot. A word's slot is its checksum, and words are not stored, so a word outside the
training vocabulary may get a random cluster. `recipes/text/build_word_clusters.py` builds the table;
`data/LICENSE-glove` names its source and licence.
"""

from __future__ import annotations

from functools import cache
from zlib import crc32

from tts.text.pronunciation.lexicon import DATA

CLUSTERS_NAME = "words.clusters"
SLOTS = 1 << 16


def cluster(word: str) -> int:
    """Return the cluster of a lower-case word: 1 to 255, or 0 for an unknown word."""
    return _table()[slot(word)]


def slot(word: str) -> int:
    """Return the index of the word's cluster in the table."""
    return crc32(word.encode()) % SLOTS


@cache
def _table() -> bytes:
    return (DATA / CLUSTERS_NAME).read_bytes()

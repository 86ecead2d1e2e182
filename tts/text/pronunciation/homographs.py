"""Disambiguate homographs with a linear model of their context.

The score of a reading is the sum of the weights of the context's features, each hashed with the reading's name. If the
pronunciation depends on noun or verb, weights hashed with that role are added. Role weights are shared by all words,
so what "to _ the" says about nouns and verbs also serves rare words, words outside the training data, and the parts of
speech in user lexicons.

The file has a line for each reading (word, name, role and phonemes, divided by tabs), an empty line, and the weights,
one signed byte each. `recipes/text/train_homographs.py` trains the weights; `data/LICENSE-homographs` names the data
and its licence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple
from zlib import crc32

from tts.errors import StorageError
from tts.text.pronunciation.clauses import is_imperative, is_plural_noun
from tts.text.pronunciation.context import features
from tts.text.pronunciation.lexicon import DATA, Pronunciation

Role = Literal["noun", "verb"]
"""Part of speech with shared weights. Adjectives count as nouns."""

MODEL_NAME = "homographs.model"
_ROLES: dict[str, Role] = {"noun": "noun", "verb": "verb"}
OWN_SCALE = 0.7
"""Scale of a word's own weights, relative to the weights of its role, which are trained on far more examples."""
BAG_SCALE = 0.5
"""Scale of features without a position, relative to features with one."""
_MAGIC = b"homographs 2\n"
_TABLE_END = b"\n\n"
_VERBAL = ("vrb", "bow_nou-ship")
"""Ends of the names of readings that a verb may have: the verb "bow" sounds like the bow of a ship."""


class HomographReading(NamedTuple):
    """One pronunciation of a homograph."""

    name: str
    role: Role | None
    phonemes: Pronunciation


class Homographs:
    """The trained model. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        if not content.startswith(_MAGIC):
            raise StorageError(f"{path} is not a homograph model: install griffon-tts again")
        table, _, weights = content[len(_MAGIC) :].partition(_TABLE_END)
        self.readings: dict[str, tuple[HomographReading, ...]] = {}
        for line in table.decode("ascii").splitlines():
            word, name, role, phonemes = line.split("\t")
            reading = HomographReading(name, _ROLES.get(role), tuple(phonemes.split()))
            self.readings[word] = (*self.readings.get(word, ()), reading)
        self._weights = memoryview(weights).cast("b")
        self._mask = len(weights) - 1

    @staticmethod
    def load() -> Homographs:
        """Load the package's model, once per process."""
        return _load(DATA / MODEL_NAME)

    def choose(self, words: Sequence[str], capitals: Sequence[bool], index: int) -> Pronunciation | None:
        """Choose the pronunciation of words[index] by its context; None if the word is not a homograph.

        `words`: lower-case words and marks. `capitals`: whether each begins with a capital letter in the source.
        """
        readings = self.readings.get(words[index])
        if readings is None:
            return None
        if readings[-1].name.endswith(_VERBAL) and is_imperative(words, index):
            return readings[-1].phonemes
        if readings[0].role == "noun" and is_plural_noun(words, index):
            return readings[0].phonemes
        near, bag = features(words, capitals, index)
        return max(readings, key=lambda reading: self._score(reading.name, reading.role, near, bag)).phonemes

    def role(self, words: Sequence[str], capitals: Sequence[bool], index: int) -> Role:
        """Classify any words[index] by its context as a verb or a noun (which includes all other parts of speech)."""
        near, bag = features(words, capitals, index)
        named: dict[Role, str] = {
            reading.role: reading.name for reading in self.readings.get(words[index], ()) if reading.role
        }
        verb = self._score(named.get("verb"), "verb", near, bag)
        return "verb" if verb > self._score(named.get("noun"), "noun", near, bag) else "noun"

    def _score(self, name: str | None, role: Role | None, near: list[bytes], bag: list[bytes]) -> float:
        weights, mask = self._weights, self._mask
        score = 0.0
        for seed, scale in seeds(name, role):
            placed = sum([weights[crc32(feature, seed) & mask] for feature in near])
            anywhere = sum([weights[crc32(feature, seed) & mask] for feature in bag])
            score += scale * (placed + BAG_SCALE * anywhere)
        return score


@cache
def _load(path: Path) -> Homographs:
    return Homographs(path)


@lru_cache(1024)
def seeds(name: str | None, role: Role | None) -> tuple[tuple[int, float], ...]:
    """Return the hash seeds and scales for a reading: one for its name and one for its role."""
    own = ((crc32(name.encode()), OWN_SCALE),) if name else ()
    return (*own, (crc32(b"*" + role.encode()), 1.0)) if role else own

"""CMUdict and a supplement compiled into one sorted, memory-mapped file, which opens in well under a millisecond.

Layout: a header line `lexicon 1 P P P …` names the phonemes. Each further line is a word in ASCII and its phonemes, one
byte each (0x80 + the phoneme's index in the header), with 0xFF between alternatives. Lines are sorted as bytes, and
all bytes of a word are below 0x80, so binary search over the raw bytes finds a word without an index.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from tts.errors import PronunciationError, StorageError
from tts.text.pronunciation.arpabet import PHONEMES

Pronunciation = tuple[str, ...]

DATA = Path(__file__).parents[1] / "data"
LEXICON_NAME = "cmudict.lexicon"
_ACCENT_MARK = "~"
_NAME_MARK = "="
_MAGIC = "lexicon 1 "
_FIRST = 0x80
_SEPARATOR = 0xFF
_CACHED_WORDS = 16_384
_LONGEST_WORD = 64
"""Maximum length in characters. Longer words are never stored, so they are not searched or cached."""


class Lexicon:
    """Pronunciations of known lower-case words. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise StorageError(f"no lexicon at {path}; build it with: python recipes/text/build_lexicon.py") from None
        except ValueError:
            raise StorageError(
                f"{path} is empty, not a lexicon; rebuild it: python recipes/text/build_lexicon.py"
            ) from None
        header = self._bytes[: max(self._bytes.find(b"\n"), 0)]
        if not header.startswith(_MAGIC.encode()):
            raise StorageError(
                f"{path} is not a lexicon (no {_MAGIC!r} header); rebuild it: python recipes/text/build_lexicon.py"
            )
        self._phonemes = tuple(header.decode("ascii").split()[2:])
        self._body = len(header) + 1
        # The cache belongs to this object, so that it is freed with the lexicon.
        self._cached = lru_cache(_CACHED_WORDS)(self._search)

    @staticmethod
    def load(path: Path | None = None) -> Lexicon:
        """Open the lexicon at `path` (default: the package's own), once per process."""
        return _load(path or DATA / LEXICON_NAME)

    def lookup(self, word: str) -> tuple[Pronunciation, ...]:
        """Return all pronunciations of a lower-case word, the most usual first; empty if the word is unknown."""
        return self._cached(word) if len(word) <= _LONGEST_WORD else ()

    def lookup_name(self, word: str) -> tuple[Pronunciation, ...]:
        """Return the pronunciations of a short name that is no word for `lookup`, so that "IDO" is still spelled."""
        return self.lookup(name_key(word))

    def lookup_accented(self, word: str) -> tuple[Pronunciation, ...]:
        """Return the pronunciations of a lower-case word with accents, in Unicode's form NFC."""
        return self.lookup(accented_key(word)) if len(word) <= _LONGEST_WORD else ()

    def __contains__(self, word: str) -> bool:
        return bool(self.lookup(word))

    def __reduce__(self) -> tuple[Callable[[Path], Lexicon], tuple[Path]]:
        return _load, (self.path,)

    def _search(self, word: str) -> tuple[Pronunciation, ...]:
        if not word or not word.isascii() or "\n" in word:
            return ()
        key = word.encode("ascii")
        target = key + bytes([_FIRST])
        low, high = self._body, len(self._bytes)
        while low < high:
            start = max(self._bytes.rfind(b"\n", low, (low + high) // 2) + 1, low)
            end = self._bytes.find(b"\n", start)
            if self._bytes[start:end] < target:
                low = end + 1
            else:
                high = start
        line = self._bytes[low : max(self._bytes.find(b"\n", low), low)]
        if not line.startswith(key) or line[len(key)] < _FIRST:
            return ()
        codes = line[len(key) :].split(bytes([_SEPARATOR]))
        return tuple(tuple(self._phonemes[code - _FIRST] for code in variant) for variant in codes)


def name_key(word: str) -> str:
    """Return the word under which a short name is stored."""
    return _NAME_MARK + word


def accented_key(word: str) -> str:
    """Return the ASCII word under which a word with accents is stored: the Punycode of "résumé"."""
    return _ACCENT_MARK + word.encode("punycode").decode("ascii")


@cache
def _load(path: Path) -> Lexicon:
    return Lexicon(path)


def compile_lexicon(entries: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Compile words and their pronunciations into a lexicon file.

    Raises PronunciationError for an invalid word or phoneme.
    """
    codes = {phoneme: _FIRST + index for index, phoneme in enumerate(PHONEMES)}
    lines = []
    for word, pronunciations in entries.items():
        if not 0 < len(word) <= _LONGEST_WORD or not word.isascii() or any(map(str.isspace, word)):
            raise PronunciationError(
                f"word {word!r} cannot be stored: use 1 to {_LONGEST_WORD} ASCII characters without spaces"
            )
        unknown = [phoneme for variant in pronunciations for phoneme in variant if phoneme not in codes]
        if unknown or not pronunciations:
            raise PronunciationError(
                f"word {word!r} has phonemes {unknown}; allowed: {' '.join(PHONEMES)}; correct the entry"
            )
        variants = [bytes(codes[phoneme] for phoneme in variant) for variant in pronunciations]
        lines.append(word.encode("ascii") + bytes([_SEPARATOR]).join(variants))
    header = (_MAGIC + " ".join(PHONEMES)).encode("ascii")
    return b"\n".join([header, *sorted(lines), b""])

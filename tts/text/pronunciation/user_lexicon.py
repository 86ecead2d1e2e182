"""User lexicon: a text file of pronunciations, one word per line, that take precedence over all other sources.

    # word [noun|verb] ARPAbet, or IPA between slashes
    Nvidia   EH0 N V IH1 D IY0 AH0
    tomato   /təˈmɑːtəʊ/
    lead noun L EH1 D

A lower-case entry matches any capitalisation of the word. An entry with a capital matches only that spelling, and takes
precedence. Entries also apply to possessives and plurals, and disable the rules for acronyms, numerals and
abbreviations. "noun" (which includes adjectives) or "verb" limits an entry to that part of speech, as decided by the
homograph model; other uses keep their ordinary pronunciation. In ARPAbet every vowel needs its stress digit. An entry
is a single word; phrases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from tts.common.encoding import decode
from tts.errors import PronunciationError, StorageError
from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.alphabets import from_arpabet, from_ipa
from tts.text.pronunciation.homographs import Role
from tts.text.pronunciation.inflections import plural
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.regex import regex

Entry = Mapping[Role | None, Pronunciation]
"""Pronunciations of a word by part of speech; the key None is for any other use."""

_COMMENT = regex(r"(?:^|\s)#.*")
_WORD = regex(r"[^\W_]+(?:['’-][^\W_]+)*")
_ROLES: tuple[Role, ...] = get_args(Role)
_BREAKS = regex(r"\r\n|\r|\n")
_LONGEST_WORD = 64


class UserLexicon:
    """Words with their pronunciations. Safe to share between threads."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)
        self._known = Lexicon.load()

    @staticmethod
    def load(path: str | Path) -> UserLexicon:
        """Read a lexicon from a UTF-8 file. Raises StorageError, TextError or PronunciationError with its name."""
        try:
            return UserLexicon.parse(decode(Path(path).read_bytes(), str(path)), str(path))
        except OSError as error:
            raise StorageError(f"cannot read the lexicon {str(path)!r} ({error.strerror}): check the path") from error

    @staticmethod
    def parse(text: str, name: str = "lexicon") -> UserLexicon:
        """Parse a lexicon. Raises PronunciationError, with `name` and line, for an invalid entry."""
        entries: dict[str, dict[Role | None, Pronunciation]] = {}
        for number, line in enumerate(_BREAKS.split(text), 1):
            fields = _COMMENT.sub("", line).split()
            if not fields:
                continue
            try:
                word, role, phonemes = _entry(fields)
                if role in entries.setdefault(word, {}):
                    raise PronunciationError(f"{word!r} occurs twice; keep one of the lines")
            except PronunciationError as error:
                raise PronunciationError(f"{name}, line {number}: {error}") from None
            entries[word][role] = phonemes
        return UserLexicon(entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, spelling: str) -> Entry | None:
        """Return the entry of a word as written, or of the word that it is a possessive or plural of; else None."""
        spelling = spelling.replace("’", "'")
        found = self._find(spelling)
        if found:
            return found
        for ending in ("'s", "'", "es", "s"):
            stem = spelling[: -len(ending)]
            found = self._find(stem) if spelling.lower().endswith(ending) else None
            if found and self._is_form(spelling.lower(), stem.lower(), ending, found):
                return {role: sound if ending == "'" else plural(sound) for role, sound in found.items()}
        return None

    def _find(self, spelling: str) -> Entry | None:
        return self.entries.get(spelling) or self.entries.get(spelling.lower())

    def _is_form(self, word: str, stem: str, ending: str, entry: Entry) -> bool:
        """Return whether `word` is a form of the stem, and not another word: "his" is not the plural of "hi"."""
        if "'" in ending:
            return True
        usual = {_bare(plural(sound)) for sound in self._known.lookup(stem)}
        known = {_bare(sound) for sound in self._known.lookup(word)}
        if known and not usual & known:
            return False
        return ending == "s" or stem.endswith("o") or all(plural(sound)[-2] == "IH0" for sound in entry.values())

    def keep_whole(self, text: str, words: Sequence[SpokenWord]) -> list[SpokenWord]:
        """Replace the normalized words of `text` that belong to an entry of this lexicon by the entry's word."""
        kept: list[SpokenWord] = []
        nowhere = (len(text), len(text))
        spans = self._spans(text)
        start, end = next(spans, nowhere)
        for word in words:
            while end <= word.start and (start, end) != nowhere:
                start, end = next(spans, nowhere)
            whole = start <= word.start and word.end <= end
            if whole or (start <= word.start < end and text[end : word.end] == "."):
                spoken = SpokenWord(text[start:end].replace("’", "'").lower(), start, max(end, word.end))
                if not (kept and kept[-1].start == start and kept[-1].text == spoken.text):
                    kept.append(spoken)
            else:
                kept.append(word)
        return kept

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of this lexicon's words in `text`, also as parts of a hyphenated word."""
        for match in _WORD.finditer(text):
            if self.get(match[0]):
                yield match.span()
            elif "-" in match[0]:
                place = match.start()
                for part in match[0].split("-"):
                    if self.get(part):
                        yield place, place + len(part)
                    place += len(part) + 1


def _bare(phonemes: Pronunciation) -> str:
    """Remove details in which dictionaries differ: stress, and the vowel of a suffix's syllable."""
    return re.sub(r"\d", "", " ".join(phonemes)).replace("IH Z", "AH Z")


def _entry(fields: list[str]) -> tuple[str, Role | None, Pronunciation]:
    word, rest = fields[0].replace("’", "'"), fields[1:]
    if not _WORD.fullmatch(word) or len(word) > _LONGEST_WORD or not any(map(str.isalpha, word)):
        raise PronunciationError(
            f"{word[:40]!r} is not a word: use letters and digits, with single apostrophes and hyphens between them, "
            f"{_LONGEST_WORD} characters at most"
        )
    role = next((role for role in _ROLES if rest and rest[0] == role), None)
    pronunciation = " ".join(rest[1:] if role else rest)
    if not pronunciation:
        raise PronunciationError(
            f"{word!r} has no pronunciation: write ARPAbet (HH AH0 L OW1) or IPA (/həˈloʊ/) after it"
        )
    if pronunciation[0] in "/[":
        return word, role, from_ipa(pronunciation)
    if pronunciation.split()[0].islower() and len(pronunciation.split()[0]) > 2:
        raise PronunciationError(
            f"{pronunciation.split()[0]!r} is neither a part of speech ({', '.join(_ROLES)}) nor a phoneme; several "
            "words cannot be one entry"
        )
    return word, role, from_arpabet(pronunciation)

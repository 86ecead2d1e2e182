"""Pronunciations of one's own: a text file, one word a line, that is asked before all else.

    # word [noun|verb] ARPAbet, or IPA between slashes
    Nvidia   EH0 N V IH1 D IY0 AH0
    tomato   /təˈmɑːtəʊ/
    lead noun L EH1 D

A word in small letters matches however it is written; one with a capital matches only that spelling, and goes first.
Possessives and plurals follow from the word, and no rule for capitals, numerals or abbreviations touches it. "noun"
(with adjectives) and "verb" give a pronunciation to that use of the word alone, as the homograph model sees it; other
uses keep their ordinary one. In ARPAbet every vowel has its stress digit. Expressions of several words are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from tts.text.normalize.word import SpokenWord
from tts.text.pronunciation.alphabets import from_arpabet, from_ipa
from tts.text.pronunciation.homographs import Role
from tts.text.pronunciation.inflections import plural
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.regex import regex

Entry = Mapping[Role | None, Pronunciation]
"""The pronunciations of a word by its use; None for any other use."""

_COMMENT = regex(r"(?:^|\s)#.*")
_WORD = regex(r"[^\W_]+(?:['’-][^\W_]+)*")
_ROLES: tuple[Role, ...] = get_args(Role)
_BREAKS = regex(r"\r\n|\r|\n")
_LONGEST_WORD = 64


class UserLexicon:
    """Words with pronunciations of their own; safe to share between threads."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = dict(entries)
        self._known = Lexicon.load()

    @staticmethod
    def load(path: str | Path) -> UserLexicon:
        """The lexicon of a UTF-8 file. Raises ValueError, naming file and line, for what cannot be read."""
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise ValueError(f"cannot read the lexicon {str(path)!r} ({error.strerror}): check the path") from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ValueError(f"{path}, line {line}: not UTF-8; convert the file to UTF-8") from error
        return UserLexicon.parse(text, str(path))

    @staticmethod
    def parse(text: str, name: str = "lexicon") -> UserLexicon:
        """The lexicon in a text; `name` is what errors call it. Raises ValueError that names the line."""
        entries: dict[str, dict[Role | None, Pronunciation]] = {}
        for number, line in enumerate(_BREAKS.split(text), 1):
            fields = _COMMENT.sub("", line).split()
            if not fields:
                continue
            try:
                word, role, phonemes = _entry(fields)
                if role in entries.setdefault(word, {}):
                    raise ValueError(f"{word!r} is there twice; keep one of the lines")
            except ValueError as error:
                raise ValueError(f"{name}, line {number}: {error}") from None
            entries[word][role] = phonemes
        return UserLexicon(entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, spelling: str) -> Entry | None:
        """The entry of a word as it is written, or of what it is a possessive or plural of."""
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
        """Whether `word` is the stem with that ending, and not another word: "his" is no plural of "hi"."""
        if "'" in ending:
            return True
        usual = {_bare(plural(sound)) for sound in self._known.lookup(stem)}
        known = {_bare(sound) for sound in self._known.lookup(word)}
        if known and not usual & known:
            return False
        return ending == "s" or stem.endswith("o") or all(plural(sound)[-2] == "IH0" for sound in entry.values())

    def keep_whole(self, text: str, words: Sequence[SpokenWord]) -> list[SpokenWord]:
        """The words of `text`, those of this lexicon in one piece, whatever the normaliser made of them."""
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
        """Where words of this lexicon stand: whole, or as parts of a hyphenated word."""
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
    """Without what dictionaries differ in: stress, and the vowel of a syllable that an ending adds."""
    return re.sub(r"\d", "", " ".join(phonemes)).replace("IH Z", "AH Z")


def _entry(fields: list[str]) -> tuple[str, Role | None, Pronunciation]:
    word, rest = fields[0].replace("’", "'"), fields[1:]
    if not _WORD.fullmatch(word) or len(word) > _LONGEST_WORD or not any(map(str.isalpha, word)):
        raise ValueError(
            f"{word[:40]!r} is no word: use letters and digits, with single apostrophes and hyphens between them, "
            f"{_LONGEST_WORD} at most"
        )
    role = next((role for role in _ROLES if rest and rest[0] == role), None)
    pronunciation = " ".join(rest[1:] if role else rest)
    if not pronunciation:
        raise ValueError(f"{word!r} has no pronunciation: write ARPAbet (HH AH0 L OW1) or IPA (/həˈloʊ/) after it")
    if pronunciation[0] in "/[":
        return word, role, from_ipa(pronunciation)
    if pronunciation.split()[0].islower() and len(pronunciation.split()[0]) > 2:
        raise ValueError(
            f"{pronunciation.split()[0]!r} is neither a part of speech ({', '.join(_ROLES)}) nor a phoneme; several "
            "words cannot be one entry"
        )
    return word, role, from_arpabet(pronunciation)

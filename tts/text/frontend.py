"""Text to tokens: sentences, normalised words, pronunciations; every token keeps its span in the source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tts.text.g2p import LETTERS, Pronouncer
from tts.text.homographs import Homographs, the
from tts.text.lexicon import Lexicon, Pronunciation
from tts.text.normalize.normalizer import analyze
from tts.text.normalize.word import WORDLESS, Skipped, Word
from tts.text.sentences import split
from tts.text.token import Origin, Token
from tts.text.user_lexicon import UserLexicon

LONGEST_SPOKEN = 400
"""Phonemes in a sentence before it is cut: a few characters, such as a row of "%", can take long to say."""

# Of marks that stand together only the first of these is kept: "?!" is a question, ".," a full stop.
_STRENGTH = "?!….;:,"
_FINAL = frozenset(".?!…,;:-")
_CLOSING = frozenset('")')


@dataclass(frozen=True)
class Sentence:
    """The tokens of one sentence, with at least one word and a final mark; spans count from the start of the text."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    skipped: tuple[Skipped, ...] = ()
    """What a listener misses in this sentence and in wordless stretches beside it."""
    unread: tuple[Skipped, ...] = ()
    """What is deliberately not spoken there, spaces apart; the first part of a sentence that was cut has it all."""

    def reporting(self, skipped: Sequence[Skipped]) -> Sentence:
        """The same sentence, with more that was not spoken."""
        missed = tuple(skip for skip in skipped if not skip.is_deliberate)
        unread = tuple(skip for skip in skipped if skip.is_deliberate)
        return replace(self, skipped=tuple(sorted(self.skipped + missed)), unread=tuple(sorted(self.unread + unread)))


class Frontend:
    """Text to tokens; safe to share between threads."""

    def __init__(self, lexicon: Lexicon | None = None, *, user_lexicon: UserLexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.load()
        self._user = user_lexicon
        self._pronouncer = Pronouncer(self._lexicon, user_lexicon)
        self._homographs = Homographs.load()

    def __reduce__(self) -> tuple[object, ...]:
        # Caches stay behind when a frontend goes to another process.
        return partial(type(self), user_lexicon=self._user), (self._lexicon,)

    def tokens(self, text: str) -> list[Token]:
        """The tokens of all sentences of the text, one after the other."""
        return [token for sentence in self.sentences(text) for token in sentence.tokens]

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences of the text that contain a word; the characters of the others are reported as skipped.

        None is held back for more than the one that follows it. Texts without a word have none: that is the
        caller's to report.
        """
        ready: Sentence | None = None
        wordless: list[Skipped] = []
        for start, end in split(text):
            tokens, skipped = self._read(text, start, end)
            if all(token.is_mark for token in tokens):
                reason = next((skip.reason for skip in skipped if not skip.is_deliberate), WORDLESS)
                wordless.append(Skipped(start, end, reason))
                continue
            for part in _parts(tokens, start, end):
                if ready:
                    yield ready.reporting(wordless)
                else:
                    skipped = wordless + skipped
                ready, skipped, wordless = part.reporting(skipped), [], []
        if ready:
            yield ready.reporting(wordless)

    def _read(self, text: str, start: int, end: int) -> tuple[list[Token], list[Skipped]]:
        """The tokens of one stretch of the text and what is left out of it, with spans in the whole text."""
        stretch = text[start:end]
        words, skipped = analyze(stretch, self._lexicon)
        if self._user:
            words = self._user.keep_whole(stretch, words)
        tokens = self._pronounce(stretch, _merge_marks(words), start)
        return tokens, [Skipped(first + start, last + start, reason) for first, last, reason in skipped]

    def _pronounce(self, source: str, words: Sequence[Word], offset: int) -> list[Token]:
        texts = [word.text for word in words]
        capitals = [source[word.start].isupper() for word in words]
        tokens: list[Token] = []
        following: Pronunciation = ()
        for index in range(len(words) - 1, -1, -1):
            word = words[index]
            phonemes, origin = self._say(source, words, texts, capitals, index, following)
            following = () if origin == "mark" else phonemes
            if phonemes:
                tokens.append(Token(word.text, word.start + offset, word.end + offset, phonemes, origin))
        tokens.reverse()
        return tokens

    def _say(
        self,
        source: str,
        words: Sequence[Word],
        texts: Sequence[str],
        capitals: Sequence[bool],
        index: int,
        following: Pronunciation,
    ) -> tuple[Pronunciation, Origin]:
        """How words[index] is said, before a word that is said as `following`."""
        word = words[index]
        if word.kind == "mark":
            return (word.text,), "mark"
        if self._user:
            entry = self._user.get(source[word.start : word.end].rstrip(".")) or self._user.get(word.text)
            if entry:
                role = self._homographs.role(texts, capitals, index) if len(entry) > (None in entry) else None
                if role in entry or None in entry:
                    return entry[role if role in entry else None], "user"
        if word.kind == "letter":
            return LETTERS[word.text], "spelled"
        if word.text == "the":
            return the(following), "homograph"
        chosen = self._homographs.choose(texts, capitals, index)
        return (chosen, "homograph") if chosen else self._pronouncer.pronounce(word.text)


def _merge_marks(words: Sequence[Word]) -> list[Word]:
    """Marks that stand together become the strongest of them, over the span of all."""
    merged: list[Word] = []
    for word in words:
        previous = merged[-1] if merged else None
        if previous and previous.kind == word.kind == "mark":
            pair = previous.text + word.text
            strongest = next((mark for mark in _STRENGTH if mark in pair), "-")
            if pair == "--" or all(mark in _STRENGTH for mark in pair):
                merged[-1] = Word(strongest, previous.start, word.end, "mark")
                continue
        merged.append(word)
    return merged


def _parts(tokens: list[Token], start: int, end: int) -> Iterator[Sentence]:
    """The sentence, in parts of about equal length where it is too long to be spoken at once."""
    left = sum(len(token.phonemes) for token in tokens if not token.is_mark)
    if left <= LONGEST_SPOKEN:
        yield Sentence(tuple(_with_final_mark(tokens, end)), start, end)
        return
    share = left / math.ceil(left / LONGEST_SPOKEN)
    first = spoken = 0
    for index, token in enumerate(tokens[:-1]):
        if not token.is_mark:
            spoken += len(token.phonemes)
        if spoken < left and _may_cut(token, tokens[index + 1], spoken, share):
            yield Sentence(tuple(_with_final_mark(tokens[first : index + 1], token.end)), start, token.end)
            first, start = index + 1, tokens[index + 1].start
            left, spoken = left - spoken, 0
    yield Sentence(tuple(_with_final_mark(tokens[first:], end)), start, end)


def _may_cut(token: Token, following: Token, spoken: int, share: float) -> bool:
    """Whether a sentence may be cut between two tokens, after so many phonemes: sooner at a mark than at a word."""
    if token.text == "(" or (following.is_mark and following.text != "("):
        return False
    if following.start < token.end:  # within a number, whose words share one span
        return spoken >= LONGEST_SPOKEN
    return spoken >= (share * 2 / 3 if token.is_mark else share)


def _with_final_mark(tokens: list[Token], end: int) -> list[Token]:
    """The tokens, with a full stop of no width at the end if no mark ends the sentence."""
    last = next((token for token in reversed(tokens) if token.text not in _CLOSING), None)
    if last is None or last.text in _FINAL:
        return tokens
    return [*tokens, Token(".", end, end, (".",), "mark")]

"""Text to tokens: sentences, normalised words, pronunciations; every token keeps its span in the source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tts.text.markup import gaps
from tts.text.markup.read import read
from tts.text.markup.segments import Event, MarkedWord
from tts.text.markup.sentence_text import SentenceText, SentenceWords
from tts.text.normalize.normalizer import analyze
from tts.text.normalize.word import WORDLESS, Normalized, Skipped, SpokenWord
from tts.text.pronunciation.g2p import LETTERS, Pronouncer
from tts.text.pronunciation.homographs import Homographs
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.pronunciation.neighbors import by_neighbors
from tts.text.questions import mark_rises
from tts.text.token import Origin, Sentence, Token

if TYPE_CHECKING:
    from tts.text.pronunciation.user_lexicon import UserLexicon

LONGEST_SPOKEN = 400
"""Phonemes in a sentence before it is cut: a few characters, such as a row of "%", can take long to say."""

# Of marks that stand together only the first of these is kept: "?!" is a question, ".," a full stop.
_STRENGTH = "?!….;:,"
_FINAL = frozenset(".?!…,;:-")
_CLOSING = frozenset('")')


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

    def tokens(self, text: str, ssml: bool | None = None) -> list[Token]:
        """The tokens of all sentences of the text, one after the other; arguments and errors as for `sentences`."""
        return [token for sentence in self.sentences(text, ssml) for token in sentence.tokens]

    def sentences(self, text: str, ssml: bool | None = None) -> Iterator[Sentence]:
        """The sentences of the text that contain a word; the characters of the others are reported as skipped.

        ssml: whether the text is SSML (`tts.text.markup.ssml`) or plain text, which may have control in braces and
        brackets (`tts.text.markup.inline`); None takes it for SSML if it begins with <speak>. No sentence is held back
        for more than the one that follows it. Texts without a word have none: that is the caller's to report. Raises
        ValueError, before the first sentence, for SSML that is at fault.
        """
        ready: Sentence | None = None
        gap: list[Event | Skipped] = []
        for item in read(text, ssml):
            if not isinstance(item, SentenceText):
                gap.append(item)
                continue
            laid, skipped = self._normalize(item)
            tokens = mark_rises(self._pronounce(_merge_marks(laid.words)))
            gap += laid.before
            start, end = item.span(0, len(item.text))
            if all(token.is_mark for token in tokens):
                reason = next((skip.reason for skip in skipped if not skip.is_deliberate), WORDLESS)
                gap += [Skipped(start, end, reason), *laid.inside, *laid.after]
                continue
            first, *others = gaps.insert_events(list(_parts(tokens, start, end)), laid.inside)
            if ready:
                yield gaps.close_sentence(ready, gap, is_last=False)
            first = gaps.open_sentence(first.reporting(skipped), gap, is_first=ready is None)
            *parts, ready = first, *others
            yield from parts
            gap = [*laid.after]
        if ready:
            yield gaps.close_sentence(ready, gap, is_last=True)

    def words(self, text: str, ssml: bool | None = None) -> Normalized:
        """The words that the sentences are made of, and what is left out; arguments and errors as for `sentences`."""
        words: list[SpokenWord] = []
        skipped: list[Skipped] = []
        for item in read(text, ssml):
            if isinstance(item, SentenceText):
                laid, missed = self._normalize(item)
                words += [replace(marked.word, start=marked.start, end=marked.end) for marked in laid.words]
                skipped += missed
        return Normalized(words, skipped)

    def _normalize(self, stretch: SentenceText) -> tuple[SentenceWords, list[Skipped]]:
        """The words of one stretch of the text and what is left out of it, with spans in the whole text."""
        words, skipped = analyze(stretch.text, self._lexicon)
        if self._user:
            words = self._user.keep_whole(stretch.text, words)
        return stretch.place_words(words), [
            Skipped(*stretch.span(start, end), reason) for start, end, reason in skipped
        ]

    def _pronounce(self, marked: Sequence[MarkedWord]) -> list[Token]:
        texts = [item.word.text for item in marked]
        capitals = [item.written[:1].isupper() for item in marked]
        tokens: list[Token] = []
        following: Pronunciation = ()
        for index in range(len(marked) - 1, -1, -1):
            item = marked[index]
            phonemes, origin = self._say(item, texts, capitals, index, following)
            following = () if origin == "mark" else phonemes
            if phonemes:
                word, prosody, pause = item.word, item.prosody, item.pause
                tokens.append(Token(word.text, item.start, item.end, phonemes, origin, prosody, word.semiotic, pause))
        tokens.reverse()
        return tokens

    def _say(
        self, item: MarkedWord, texts: Sequence[str], capitals: Sequence[bool], index: int, following: Pronunciation
    ) -> tuple[Pronunciation, Origin]:
        """How texts[index] is marked, before a word that is marked as `following`."""
        word = item.word
        if word.kind == "mark":
            return (word.text,), "mark"
        if item.phonemes:
            return item.phonemes, "markup"
        if self._user:
            entry = self._user.get(item.written.rstrip(".")) or self._user.get(word.text)
            if entry:
                role = self._homographs.role(texts, capitals, index) if len(entry) > (None in entry) else None
                if role in entry or None in entry:
                    return entry[role if role in entry else None], "user"
        if word.kind == "letter":
            return LETTERS[word.text], "spelled"
        chosen = by_neighbors(texts, index, following) or self._homographs.choose(texts, capitals, index)
        return (chosen, "homograph") if chosen else self._pronouncer.pronounce(word.text)


def _merge_marks(marked: Sequence[MarkedWord]) -> list[MarkedWord]:
    """Marks that stand together become the strongest of them, over the span of all, with all of their silence."""
    merged: list[MarkedWord] = []
    for item in marked:
        previous = merged[-1] if merged else None
        if previous and previous.word.kind == item.word.kind == "mark":
            pair = previous.word.text + item.word.text
            strongest = next((mark for mark in _STRENGTH if mark in pair), "-")
            if pair == "--" or all(mark in _STRENGTH for mark in pair):
                mark = replace(item.word, text=strongest)
                pauses = [pause for pause in (previous.pause, item.pause) if pause is not None]
                merged[-1] = MarkedWord(mark, strongest, previous.start, item.end, pause=gaps.add_pauses(pauses))
                continue
        merged.append(item)
    return merged


def _parts(tokens: list[Token], start: int, end: int) -> Iterator[Sentence]:
    """The sentence, in parts of about equal length where it is too long to be spoken at once."""
    left = sum(len(token.phonemes) for token in tokens if not token.is_mark)
    if left <= LONGEST_SPOKEN:
        yield _sentence(tokens, start, end)
        return
    share = left / math.ceil(left / LONGEST_SPOKEN)
    first = spoken = 0
    for index, token in enumerate(tokens[:-1]):
        if not token.is_mark:
            spoken += len(token.phonemes)
        if spoken < left and _may_cut(token, tokens[index + 1], spoken, share):
            yield _sentence(tokens[first : index + 1], start, token.end)
            first, start = index + 1, tokens[index + 1].start
            left, spoken = left - spoken, 0
    yield _sentence(tokens[first:], start, end)


def _may_cut(token: Token, following: Token, spoken: int, share: float) -> bool:
    """Whether a sentence may be cut between two tokens, after so many phonemes: sooner at a mark than at a word."""
    if token.text == "(" or (following.is_mark and following.text != "("):
        return False
    if following.start < token.end:  # within a number, whose words share one span
        return spoken >= LONGEST_SPOKEN
    return spoken >= (share * 2 / 3 if token.is_mark else share)


def _sentence(tokens: list[Token], start: int, end: int) -> Sentence:
    """The tokens as a sentence: with a full stop of no width if no mark ends it; a pause at its end is after it."""
    pause = tokens[-1].pause
    if pause is not None:
        tokens = [*tokens[:-1], replace(tokens[-1], pause=None)]
    last = next((token for token in reversed(tokens) if token.text not in _CLOSING), None)
    if last and last.text not in _FINAL:
        tokens = [*tokens, Token(".", end, end, (".",), "mark")]
    return Sentence(tuple(tokens), start, end, pause_after=pause)

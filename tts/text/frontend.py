"""The front end: split text into sentences, normalize and pronounce their words. Tokens keep their source spans."""

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
"""Maximum number of phonemes in a sentence: a few characters, such as a row of "%", can take long to speak."""

# The first of these that occurs in a row of marks replaces the row: "?!" is a question, ".," a full stop.
_STRENGTH = "?!….;:,"
_FINAL = frozenset(".?!…,;:-")
_CLOSING = frozenset('")')


class Frontend:
    """Turns text into tokens. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon | None = None, *, user_lexicon: UserLexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.load()
        self._user = user_lexicon
        self._pronouncer = Pronouncer(self._lexicon, user_lexicon)
        self._homographs = Homographs.load()

    def __reduce__(self) -> tuple[object, ...]:
        # Caches are not sent to another process.
        return partial(type(self), user_lexicon=self._user), (self._lexicon,)

    def tokens(self, text: str, ssml: bool | None = None) -> list[Token]:
        """Return the tokens of all sentences of the text in order. Arguments and errors are those of `sentences`."""
        return [token for sentence in self.sentences(text, ssml) for token in sentence.tokens]

    def sentences(self, text: str, ssml: bool | None = None) -> Iterator[Sentence]:
        """Yield the sentences of the text that contain a word. Sentences without words are reported as skipped.

        `ssml`: whether the text is SSML (`tts.text.markup.ssml`) or plain text, which may contain controls in braces
        and brackets (`tts.text.markup.inline`). None detects SSML by a <speak> at the start.
        Each sentence is yielded as soon as the next one is read. A text without words yields nothing; the caller
        reports that. Raises MarkupError for invalid SSML, before the first sentence.
        """
        ready: Sentence | None = None
        gap: list[Event | Skipped] = []
        for item in read(text, ssml):
            if not isinstance(item, SentenceText):
                gap.append(item)
                continue
            placed, skipped = self._normalize(item)
            tokens = mark_rises(self._pronounce(_merge_marks(placed.words)))
            gap += placed.before
            start, end = item.span(0, len(item.text))
            if all(token.is_mark for token in tokens):
                reason = next((skip.reason for skip in skipped if not skip.is_deliberate), WORDLESS)
                gap += [Skipped(start, end, reason), *placed.inside, *placed.after]
                continue
            first, *others = gaps.insert_events(list(_parts(tokens, start, end)), placed.inside)
            if ready:
                yield gaps.close_sentence(ready, gap, is_last=False)
            first = gaps.open_sentence(first.reporting(skipped), gap, is_first=ready is None)
            *parts, ready = first, *others
            yield from parts
            gap = [*placed.after]
        if ready:
            yield gaps.close_sentence(ready, gap, is_last=True)

    def words(self, text: str, ssml: bool | None = None) -> Normalized:
        """Return the normalized words and the skipped spans. Arguments and errors are those of `sentences`."""
        words: list[SpokenWord] = []
        skipped: list[Skipped] = []
        for item in read(text, ssml):
            if isinstance(item, SentenceText):
                placed, missed = self._normalize(item)
                words += [replace(marked.word, start=marked.start, end=marked.end) for marked in placed.words]
                skipped += missed
        return Normalized(words, skipped)

    def _normalize(self, sentence: SentenceText) -> tuple[SentenceWords, list[Skipped]]:
        """Return the words and the skipped spans of one sentence, with spans in the whole text."""
        words, skipped = analyze(sentence.text, self._lexicon)
        if self._user:
            words = self._user.keep_whole(sentence.text, words)
        return sentence.place_words(words), [
            Skipped(*sentence.span(start, end), reason) for start, end, reason in skipped
        ]

    def _pronounce(self, marked: Sequence[MarkedWord]) -> list[Token]:
        texts = [item.word.text for item in marked]
        capitals = [item.written[:1].isupper() for item in marked]
        tokens: list[Token] = []
        following: Pronunciation = ()
        for index in range(len(marked) - 1, -1, -1):
            item = marked[index]
            phonemes, origin = self._pronounce_word(item, texts, capitals, index, following)
            following = () if origin == "mark" else phonemes
            if phonemes:
                word, prosody, pause = item.word, item.prosody, item.pause
                tokens.append(Token(word.text, item.start, item.end, phonemes, origin, prosody, word.semiotic, pause))
        tokens.reverse()
        return tokens

    def _pronounce_word(
        self, item: MarkedWord, texts: Sequence[str], capitals: Sequence[bool], index: int, following: Pronunciation
    ) -> tuple[Pronunciation, Origin]:
        """Pronounce texts[index] in context. `following`: the pronunciation of the next word, or () before a mark."""
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
    """Merge adjacent marks into the strongest one, with the span of all marks and the sum of their pauses."""
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
    """Yield the sentence, or parts of about equal length if it has more than `LONGEST_SPOKEN` phonemes."""
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
    """Return whether a sentence may be cut between two tokens, `spoken` phonemes after the last cut.

    `share`: the target length of a part in phonemes. A cut at a mark may come earlier than a cut between words.
    """
    if token.text == "(" or (following.is_mark and following.text != "("):
        return False
    if following.start < token.end:  # inside a number, whose words share one span
        return spoken >= LONGEST_SPOKEN
    return spoken >= (share * 2 / 3 if token.is_mark else share)


def _sentence(tokens: list[Token], start: int, end: int) -> Sentence:
    """Make a sentence of tokens. Add a full stop of no width if no mark ends it, and move a final pause after it."""
    pause = tokens[-1].pause
    if pause is not None:
        tokens = [*tokens[:-1], replace(tokens[-1], pause=None)]
    last = next((token for token in reversed(tokens) if token.text not in _CLOSING), None)
    if last and last.text not in _FINAL:
        tokens = [*tokens, Token(".", end, end, (".",), "mark")]
    return Sentence(tuple(tokens), start, end, pause_after=pause)

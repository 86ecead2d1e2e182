"""Text to tokens: sentences, normalised words, pronunciations; every token keeps its span in the source."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tts.text.g2p import LETTERS, Pronouncer
from tts.text.homographs import choose
from tts.text.lexicon import Lexicon
from tts.text.normalize.normalizer import analyze
from tts.text.normalize.word import Skipped, Word
from tts.text.sentences import split
from tts.text.token import Token

logger = logging.getLogger(__name__)

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
    """What is not spoken in this sentence and in wordless stretches beside it, spaces apart."""


class Frontend:
    """Text to tokens; safe to share between threads."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.load()
        self._pronouncer = Pronouncer(self._lexicon)

    def __reduce__(self) -> tuple[type[Frontend], tuple[Lexicon]]:
        # Caches stay behind when a frontend goes to another process.
        return type(self), (self._lexicon,)

    def tokens(self, text: str) -> list[Token]:
        """The tokens of all sentences of the text, one after the other."""
        return [token for sentence in self.sentences(text) for token in sentence.tokens]

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences of the text that contain a word; the characters of the others are reported as skipped."""
        ready: Sentence | None = None
        wordless: list[Skipped] = []
        for start, end in split(text):
            sentence = self._sentence(text, start, end)
            if not any(not token.is_mark for token in sentence.tokens):
                reason = sentence.skipped[0].reason if sentence.skipped else "marks without a word"
                wordless.append(Skipped(start, end, reason))
                continue
            if ready:
                yield replace(ready, skipped=ready.skipped + tuple(wordless))
            else:
                sentence = replace(sentence, skipped=tuple(wordless) + sentence.skipped)
            ready, wordless = sentence, []
        if ready:
            yield replace(ready, skipped=ready.skipped + tuple(wordless))
        elif wordless:
            logger.warning("nothing speakable in a text of %d characters", len(text))

    def _sentence(self, text: str, start: int, end: int) -> Sentence:
        words, skipped = analyze(text[start:end], self._lexicon)
        words = _merge_marks(words)
        tokens = self._pronounce(words, start)
        return Sentence(
            tuple(_with_final_mark(tokens, end)),
            start,
            end,
            tuple(Skipped(first + start, last + start, reason) for first, last, reason in skipped),
        )

    def _pronounce(self, words: Sequence[Word], offset: int) -> list[Token]:
        texts = ["" if word.kind == "mark" else word.text for word in words]
        pronunciations = [self._pronouncer.pronounce(text) for text in texts]
        tokens = []
        for index, word in enumerate(words):
            phonemes, origin = pronunciations[index]
            if word.kind == "mark":
                phonemes, origin = (word.text,), "mark"
            elif word.kind == "letter":
                phonemes, origin = LETTERS[word.text], "spelled"
            else:
                following = pronunciations[index + 1].phonemes if index + 1 < len(words) else ()
                chosen = choose(texts, index, following, self._lexicon)
                if chosen:
                    phonemes, origin = chosen, "homograph"
            if phonemes:
                tokens.append(Token(word.text, word.start + offset, word.end + offset, phonemes, origin))
        return tokens


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


def _with_final_mark(tokens: list[Token], end: int) -> list[Token]:
    """The tokens, with a full stop of no width at the end if no mark ends the sentence."""
    last = next((token for token in reversed(tokens) if token.text not in _CLOSING), None)
    if last is None or last.text in _FINAL:
        return tokens
    return [*tokens, Token(".", end, end, (".",), "mark")]

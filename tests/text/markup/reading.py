"""Show a reading as one line: words, marks, emphasis and the ends of sentences and paragraphs."""

from __future__ import annotations

from collections.abc import Iterable

from tts.options import Code, Markup
from tts.text.frontend import Frontend, SentenceStream
from tts.text.token import NEUTRAL, Sentence, Token

FRONTEND = Frontend()


def show(read: Iterable[Sentence]) -> str:
    """Words and marks. Emphasis is in asterisks, a letter that is spelled in capitals; " | " ends a sentence, " ¶ " a
    paragraph."""
    shown = [(" ".join(map(_show, sentence.tokens)), sentence.ends_paragraph) for sentence in read]
    return "".join(line + (" ¶ " if ends else " | ") for line, ends in shown)[:-3]


def reading(text: str, markup: Markup = "auto", code: Code = "announce") -> str:
    """The reading of a whole text."""
    return show(FRONTEND.sentences(text, markup, code))


def reading_in_pieces(text: str, size: int, markup: Markup = "auto", code: Code = "announce") -> str:
    """The reading of a text that arrives in pieces of `size` characters."""
    stream = SentenceStream(FRONTEND, markup, code)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return show([sentence for piece in pieces for sentence in stream.feed(piece)] + list(stream.finish()))


def _show(token: Token) -> str:
    is_letter = token.origin == "spelled" or (token.semiotic == "math" and len(token.text) == 1)
    word = token.text.upper() if is_letter else token.text
    return f"*{word}*" if token.prosody != NEUTRAL and not token.is_mark else word

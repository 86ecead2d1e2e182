r"""Read simple TeX mathematics: `$x^2$`, `$$…$$`, `\(…\)` and `\[…\]`.

Dollars in prose are money. A formula between single dollars therefore has no white space inside its dollars, stands
apart from words and digits, and looks like mathematics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.markup.segments import FixedSegment, MarkedWord
from tts.text.markup.tex_words import ACCENTS, BIG, CHOICES, COMMANDS, SIGNS, SILENT, TEXT
from tts.text.normalize.normalizer import normalize
from tts.text.normalize.numbers import ordinal
from tts.text.normalize.word import SpokenWord
from tts.text.regex import regex
from tts.text.token import NEUTRAL, Prosody

DEEPEST = 16
"""Maximum nesting of groups. A formula that is nested deeper is read as text."""

# No alternative crosses the sign that begins it, so that hostile repetition costs linear time.
TEX = (
    r"\$\$(?P<display>[^$]{1,1000})\$\$"
    r"|(?<![\w\\$])\$(?P<dollars>(?![\s$])[^$\n]{1,300}(?<![\s\\]))\$(?![\w$])"
    r"|\\\((?P<round>(?:[^\\]|\\[^()\[\]]){1,1000})\\\)"
    r"|\\\[(?P<square>(?:[^\\]|\\[^()\[\]]){1,1000})\\\]"
)
"""A formula with its delimiters."""
_MATHEMATICS = regex(r"[A-Za-z]{1,2}'*|[\d.,]+|[\s\S]*[\\^_=<>+*/|][\s\S]*")
_COMMANDS = regex(r"\\[A-Za-z]+(?:\{[^{}]*\})?")
_WORDS = regex(r"[A-Za-z]{4,}")
_TOKEN = regex(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)
_INTEGER = regex(r"\d{1,9}\Z")
_POWERS = {"2": "squared", "3": "cubed", "\\circ": "degrees", "\\prime": "prime", "'": "prime"}


def read_tex(match: re.Match[str], start: int, prosody: Prosody = NEUTRAL) -> FixedSegment | None:
    """Return the words of a formula that matches `TEX`, or None if it is no mathematics. `start`: of the text."""
    group = next(name for name in ("display", "dollars", "round", "square") if match[name] is not None)
    formula, begin = match[group], start + match.start(group)
    if group == "dollars" and not (_MATHEMATICS.fullmatch(formula) and not _WORDS.search(_COMMANDS.sub("", formula))):
        return None
    try:
        words = tuple(_Formula(formula, begin).read())
    except _TooDeepError:
        return None
    return FixedSegment(words, start + match.start(), start + match.end(), prosody, is_name=False) if words else None


class _TooDeepError(Exception):
    """A formula has more than `DEEPEST` nested groups."""


class _Formula:
    """One pass over the tokens of a formula."""

    def __init__(self, formula: str, start: int) -> None:
        self._tokens = [(match[0], start + match.start()) for match in _TOKEN.finditer(formula) if match[0].strip()]
        self._next = 0

    def read(self) -> Iterator[MarkedWord]:
        """Yield the words of the whole formula. A closing brace without an opening one is silent."""
        while self._next < len(self._tokens):
            yield from self._sequence(0)
            self._next += 1

    def _sequence(self, depth: int, end: str = "}") -> list[MarkedWord]:
        """Return the words up to an unmatched `end`, which stays the next token, or up to the end of the formula."""
        words: list[MarkedWord] = []
        while self._next < len(self._tokens) and self._tokens[self._next][0] != end:
            words += self._item(depth)
        return words

    def _item(self, depth: int) -> list[MarkedWord]:
        """Return the words of the next token and of the groups that it takes."""
        token, start = self._tokens[self._next]
        if token == "^":
            self._next += 1
            return self._power(start, depth)
        if token == "_":
            self._next += 1
            return [*_say("sub", token, start), *self._argument(depth)]
        if token in ("\\frac", "\\dfrac", "\\tfrac"):
            self._next += 1
            return self._fraction(start, depth)
        if token == "\\sqrt":
            self._next += 1
            return self._root(start, depth)
        if token in CHOICES:
            self._next += 1
            return [*self._argument(depth), *_say("choose", token, start), *self._argument(depth)]
        if token == "\\log" and self._following(1) == "_":
            self._next += 2
            return [*_say("log base", token, start), *self._argument(depth)]
        if token in BIG:
            self._next += 1
            return self._big(token, start, depth)
        return self._argument(depth)

    def _argument(self, depth: int) -> list[MarkedWord]:
        """Return the words of the next group or token."""
        if self._next >= len(self._tokens):
            return []
        token, start = self._tokens[self._next]
        if depth >= DEEPEST:
            raise _TooDeepError
        if token in ("\\frac", "\\dfrac", "\\tfrac", "\\sqrt", *BIG):
            return self._item(depth + 1)
        self._next += 1
        if token in ACCENTS:
            return [*self._argument(depth + 1), *_say(ACCENTS[token], token, start)]
        if token == "{":
            words = self._sequence(depth + 1)
            self._next += 1
            return words
        if token in TEXT or token in ("\\begin", "\\end"):
            words = self._text()
            return words if token in TEXT else []
        return _say_token(token, start)

    def _following(self, distance: int) -> str:
        """Return a token after the next one; "" if there is none."""
        index = self._next + distance
        return self._tokens[index][0] if index < len(self._tokens) else ""

    def _text(self) -> list[MarkedWord]:
        """Return the words of a group of text."""
        if self._next >= len(self._tokens) or self._tokens[self._next][0] != "{":
            return []
        inside: list[tuple[str, int]] = []
        self._next += 1
        while self._next < len(self._tokens) and self._tokens[self._next][0] != "}":
            inside.append(self._tokens[self._next])
            self._next += 1
        self._next += 1
        if not inside:
            return []
        first = inside[0][1]
        written = ""
        for token, start in inside:
            written = written.ljust(start - first) + token
        return [_marked(word.text, word.kind, written, first, first + len(written)) for word in normalize(written)]

    def _power(self, start: int, depth: int) -> list[MarkedWord]:
        first = self._next
        words = self._argument(depth)
        tokens = [token for token, _ in self._tokens[first : self._next] if token not in ("{", "}")]
        if tokens == ["T"] or tokens == ["\\top"]:
            return _say("transpose", "^", start)
        if len(tokens) == 1 and tokens[0] in _POWERS:
            return _say(_POWERS[tokens[0]], "^", start)
        if len(tokens) == 1 and _INTEGER.match(tokens[0]):
            return _say(f"to the {ordinal(tokens[0])}", "^", start)
        return [*_say("to the", "^", start), *words]

    def _fraction(self, start: int, depth: int) -> list[MarkedWord]:
        first = self._next
        above = self._argument(depth)
        middle = self._next
        below = self._argument(depth)
        parts = [
            "".join(token for token, _ in self._tokens[slice(*span)]).strip("{}")
            for span in ((first, middle), (middle, self._next))
        ]
        if all(_INTEGER.match(part) for part in parts):
            words = [word.text for word in normalize("/".join(parts))]
            return [_marked(word, "word", "/".join(parts), start, start + 1) for word in words]
        return [*above, *_say("over", "\\frac", start), *below]

    def _root(self, start: int, depth: int) -> list[MarkedWord]:
        kind = "square root of"
        degree: list[MarkedWord] = []
        if self._next < len(self._tokens) and self._tokens[self._next][0] == "[":
            self._next += 1
            first = self._next
            degree = self._sequence(depth + 1, "]")
            inside = "".join(token for token, _ in self._tokens[first : self._next])
            self._next += 1
            kind = f"{'cube' if inside == '3' else ordinal(inside)} root of" if _INTEGER.match(inside) else "root of"
        words = _say(kind, "\\sqrt", start)
        return [*(degree if kind == "root of" else []), *words, *self._argument(depth)]

    def _big(self, token: str, start: int, depth: int) -> list[MarkedWord]:
        """Return the words of a sum, a product, an integral or a limit with its bounds."""
        words = _say(BIG[token], token, start)
        bounded = False
        while self._next < len(self._tokens) and self._tokens[self._next][0] in ("_", "^", "\\limits"):
            sign, place = self._tokens[self._next]
            self._next += 1
            if sign != "\\limits":
                preposition = {"_": "as" if token == "\\lim" else "from", "^": "to"}[sign]
                bound = self._argument(depth)
                words += [*_say(preposition, sign, place), *(_approaching(bound) if token == "\\lim" else bound)]
                bounded = True
        return [*words, *_say("of", token, start)] if bounded else words


def _approaching(bound: list[MarkedWord]) -> list[MarkedWord]:
    """Return the bound of a limit with "approaches" for its arrow."""
    return [
        _marked("approaches", "word", word.written, word.start, word.end) if word.word.text == "to" else word
        for word in bound
    ]


def _say_token(token: str, start: int) -> list[MarkedWord]:
    """Return the words of one token that takes no group."""
    if token[0].isdigit():
        return [_marked(word.text, word.kind, token, start, start + len(token)) for word in normalize(token)]
    if token.isalpha() and token.isascii():
        return [_marked(token.lower(), "letter", token, start, start + 1)]
    if token in SILENT:
        return []
    if token in SIGNS:
        return _say(SIGNS[token], token, start)
    if token[0] == "\\":
        name = token[1:].rstrip("*")
        return _say(COMMANDS.get(name, name if name.isalpha() else ""), token, start)
    return [_marked(word.text, word.kind, token, start, start + 1) for word in normalize(token)]


def _say(words: str, written: str, start: int) -> list[MarkedWord]:
    return [
        _marked(
            word,
            "mark" if not word[0].isalpha() else "letter" if word.isupper() else "word",
            written,
            start,
            start + len(written),
        )
        for word in words.split()
    ]


def _marked(word: str, kind: str, written: str, start: int, end: int) -> MarkedWord:
    assert kind in ("word", "letter", "mark")
    return MarkedWord(SpokenWord(word.lower(), start, end, kind, "math"), written.lower(), start, end)  # type: ignore[arg-type]

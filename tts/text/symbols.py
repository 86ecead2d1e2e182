"""The symbols that a model reads, and the table that encodes tokens as symbol ids."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from tts.errors import ConfigError, TextError
from tts.text.pronunciation.arpabet import PHONEMES
from tts.text.punctuation import PUNCTUATION
from tts.text.token import Token

logger = logging.getLogger(__name__)

PAD = "_"
START = "^"
END = "$"
BOUNDARY = " "
SYMBOLS: tuple[str, ...] = (PAD, START, END, BOUNDARY, *PUNCTUATION, *PHONEMES)

# Fallbacks for a voice trained with fewer marks, best first. A vowel falls back on its other stresses.
_FALLBACKS: dict[str, tuple[str, ...]] = {
    "…": (".", ","),
    "!": (".",),
    "?": (".",),
    ";": (",", "."),
    ":": (",", "."),
    "-": (",",),
    "(": (",",),
    ")": (",",),
}
_STRESSES = {"0": "21", "1": "20", "2": "10"}


class Encoded(NamedTuple):
    """A sequence of symbol ids and the token of each symbol."""

    phoneme_ids: list[int]
    token_indices: list[int]
    """Token index for each id; -1 for START, END and BOUNDARY."""


class SymbolTable:
    """Ids of a voice's symbols. The id of a symbol is its index in `symbols`."""

    def __init__(self, symbols: Sequence[str] = SYMBOLS) -> None:
        self.symbols = tuple(symbols)
        self._ids = {symbol: index for index, symbol in enumerate(self.symbols)}
        if len(self._ids) != len(self.symbols):
            repeated = sorted({symbol for symbol in self.symbols if self.symbols.count(symbol) > 1})
            raise ConfigError(f"symbols repeated: {repeated}; each symbol needs exactly one id: remove the repetitions")
        missing = [symbol for symbol in (PAD, START, END, BOUNDARY) if symbol not in self._ids]
        if missing:
            raise ConfigError(f"symbols missing: {missing}; a table needs pad, start, end and boundary: add them")
        self._fallback_ids: dict[str, int | None] = {}

    def __len__(self) -> int:
        return len(self.symbols)

    def encode(self, tokens: Sequence[Token], strict: bool = False) -> Encoded:
        """Encode tokens: START, the tokens' symbols with BOUNDARY between words, END.

        A mark directly follows its word, and a boundary follows the mark. An opening mark directly precedes its word.
        For a symbol outside the table, `strict` raises TextError; otherwise the nearest symbol of the table is used.
        """
        ids, indices = [self._ids[START]], [-1]
        glued, quotes = True, 0
        for index, token in enumerate(tokens):
            token_ids = [symbol_id for symbol in token.phonemes if (symbol_id := self._id(symbol, strict)) is not None]
            if not token_ids:
                continue
            opening = token.is_mark and _is_opening(tokens, index, quotes)
            quotes += token.text == '"'
            closing = token.is_mark and not opening
            if not (glued or closing):
                ids.append(self._ids[BOUNDARY])
                indices.append(-1)
            ids.extend(token_ids)
            indices.extend([index] * len(token_ids))
            glued = opening
        ids.append(self._ids[END])
        indices.append(-1)
        return Encoded(ids, indices)

    def _id(self, symbol: str, strict: bool) -> int | None:
        known = self._ids.get(symbol)
        if known is not None:
            return known
        if strict:
            raise TextError(
                f"symbol {symbol!r} is not in the voice's table of {len(self.symbols)} symbols "
                f"({' '.join(self.symbols)}); add it to the table before training, or fix the text that produced it"
            )
        if symbol not in self._fallback_ids:
            self._fallback_ids[symbol] = self._find_fallback(symbol)
        return self._fallback_ids[symbol]

    def _find_fallback(self, symbol: str) -> int | None:
        choices = _FALLBACKS.get(symbol, ())
        if symbol[-1:] in _STRESSES:
            choices = tuple(symbol[:-1] + stress for stress in _STRESSES[symbol[-1]])
        for choice in choices:
            if choice in self._ids:
                logger.warning("this voice has no symbol %r; it uses %r instead", symbol, choice)
                return self._ids[choice]
        logger.warning("this voice has no symbol %r and no similar one; the symbol is left out", symbol)
        return None


def _is_opening(tokens: Sequence[Token], index: int, quotes: int) -> bool:
    """Return whether the mark belongs to the word after it.

    A straight quote belongs to the side that it touches. If it touches both sides or none, it opens after an even
    number of `quotes` before it.
    """
    mark = tokens[index]
    if mark.text != '"':
        return mark.text == "("
    before = index > 0 and tokens[index - 1].end == mark.start and tokens[index - 1].text not in ('"', "(")
    after = index + 1 < len(tokens) and tokens[index + 1].start == mark.end
    if before != after:
        return after
    return quotes % 2 == 0

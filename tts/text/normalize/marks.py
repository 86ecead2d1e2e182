"""Verbalize characters outside words and quantities: punctuation, dashes, signs, emoji and other scripts."""

from __future__ import annotations

import re

from tts.text.normalize.builder import NormalizedBuilder
from tts.text.normalize.chemistry import read_formula, read_mass
from tts.text.normalize.code_signs import STARTS as CODE_STARTS
from tts.text.normalize.code_signs import read_code_sign
from tts.text.normalize.hyphens import name_dash, name_hyphen, stands_alone
from tts.text.normalize.operators import STARTS, read_operator
from tts.text.normalize.word import OTHER_SCRIPT, TRANSLITERATED, UNKNOWN_SIGN, UNREAD_SIGN
from tts.text.regex import regex

_ELISION = regex(r"'(?:tis|twas|twere|twill|em|til|bout|cause|round|neath|nuff|n)(?![A-Za-z])", re.IGNORECASE)
_ELLIPSIS = regex(r"\.{2,}|…+|\. \. \.(?: \.)?")
_DASHES = regex(r"-{2,}|—+")
_POWER = regex(r"\^(-?\d{1,3}|[a-z](?![a-z]))|(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})")
_LETTERS_BEFORE = regex(r"[A-Za-z]*\Z")
_RULE = regex(r"(?<!\S)(?:={3,}|<{3,}|>{3,})(?!\S)(?!\s[\w(\"'])")
"""A line of signs that nothing compares."""
_PRIME = regex(r"'{1,2}(?=\()")
_FUNCTION_BEFORE = regex(r"(?<![A-Za-z])[A-Za-z]\Z")
_SEVERAL = regex(r"\((e?s)\)(?!\w)")
_GROUP = regex(r"\([A-Z][A-Za-z\d]{0,8}\)\d{1,2}[A-Z]")
_SOUNDS = regex(r"/(?=[^/\s]{0,40}[ˈˌəɪʊɛɔæɑʌθðʃʒŋɹɡːɒɜ])[^/\n]{1,60}/")
_PROTOCOL_BEFORE = regex(r"\b(?:HTTPS?|RTSP|SIP|RTP|SMTP|SOCKS|TLS|Mozilla)\Z")
_DIVISOR = regex(r"/[nkxyzrtqwv](?![A-Za-z])")
_SPACED_BASE = regex(r"(?<![A-Za-z])(?:[A-Za-z]|\d|\))\s\Z")
_TRIGONOMETRY = ("sin", "cos", "tan")
_NUMBERED = regex(r"#\s?(?:\d|[A-Z]{1,2}\d{3}|[A-Z]{1,4}-\d{2})")
MARKS = {
    ".": ".", ",": ",", "!": "!", "?": "?", ";": ";", ":": ":", "(": "(", ")": ")", '"': '"',
    "[": "(", "]": ")", "{": "(", "}": ")",
}  # fmt: skip
_PLAIN_MARKS = MARKS.keys() - STARTS - CODE_STARTS - {"."}
"""Marks that begin nothing else: their neighbours do not matter."""


class MarkReader:
    """Adds the marks and signs of one text to its builder."""

    def __init__(self, builder: NormalizedBuilder) -> None:
        self._builder = builder
        self._text = builder.text
        self.open_single_quote = False

    def read(self, position: int) -> int:
        """Read the mark or sign at `position`, of any kind, and return its end."""
        text = self._text
        character = text[position]
        if character == "(" and (end := self._read_bracketed(position)):
            return end
        if character in _PLAIN_MARKS:
            return self._builder.add_mark(MARKS[character], position, position + 1)
        if character in CODE_STARTS and (coded := self._read_code(position)):
            return coded
        if rule := _RULE.match(text, position):
            return self._builder.skip(position, rule.end(), UNREAD_SIGN)
        ellipsis = _ELLIPSIS.match(text, position)
        if ellipsis:
            return self._builder.add_mark("…", position, ellipsis.end())
        dash = _DASHES.match(text, position)
        if dash and text[dash.end() : dash.end() + 1] != ">":
            words = name_dash(text, position, dash.end())
            if words:
                return self._builder.add_words("range", words, position, dash.end())
            return self._builder.add_mark("-", position, dash.end())
        raised = _POWER.match(text, position)
        if raised and position and not read_mass(text, position):
            return self._read_power(raised)
        if character == "'":
            return self._read_apostrophe(position)
        operator = read_operator(text, position) if character in STARTS else read_mass(text, position)
        if operator:
            return self._builder.add_words(operator.semiotic, operator.words, position, operator.end)
        if character == "-":
            return self._read_hyphen(position)
        if character == "/" and (slash := self._read_slash(position)):
            return slash
        named = self._name_by_neighbours(position)
        if named:
            return self._builder.add_words("symbol", named, position, position + 1)
        if character in MARKS:
            return self._builder.add_mark(MARKS[character], position, position + 1)
        return self._read_sign(position)

    def _read_bracketed(self, position: int) -> int | None:
        """Read the plural of "file(s)" and the formula (NH4)2SO4; None for other brackets."""
        text, last = self._text, self._builder.last()
        several = _SEVERAL.match(text, position)
        if several and last and last.kind == "word" and text[position - 1 : position].islower():
            return self._builder.replace_last(last.text + several[1], "word", several.end())
        formula = read_formula(text, position) if _GROUP.match(text, position) else None
        return self._builder.add_words(formula.semiotic, formula.words, position, formula.end) if formula else None

    def _read_code(self, position: int) -> int | None:
        """Read or skip a sign of code; None for other signs."""
        sign = read_code_sign(self._text, position)
        if sign is None:
            return None
        if not sign.words:
            return self._builder.skip(position, sign.end, UNREAD_SIGN)
        return self._builder.add_words(sign.semiotic, sign.words, position, sign.end)

    def _read_slash(self, position: int) -> int | None:
        """Read the slash of a rate or of 1/x; skip the one of HTTP/1.1; None for other slashes."""
        text = self._text
        if sounds := _SOUNDS.match(text, position):
            return self._builder.skip(position, sounds.end(), UNREAD_SIGN)
        rate = self._read_rate(position)
        if rate:
            return rate
        if text[position + 1 : position + 2].isdigit() and _PROTOCOL_BEFORE.search(
            text[max(0, position - 9) : position]
        ):
            return self._builder.skip(position, position + 1, UNREAD_SIGN)
        if _DIVISOR.match(text, position) and text[position - 1 : position].isdigit():
            return self._builder.add_words("math", "over", position, position + 1)
        return None

    def _read_rate(self, position: int) -> int | None:
        """Read the slash before the unit of a rate, and the unit; None for other slashes."""
        from tts.text.normalize.rates import read_per  # imported on first use: few texts have rates

        per = read_per(self._text, position)
        return self._builder.add_words(per.semiotic, per.words, position, per.end) if per else None

    def _read_sign(self, position: int) -> int:
        # Imported on first use: few texts have signs other than punctuation.
        from tts.text.normalize.scripts import is_foreign
        from tts.text.normalize.symbols import is_silent, read_sign

        character = self._text[position]
        if is_silent(character):
            return self._builder.skip(position, position + 1, UNREAD_SIGN)
        sign = read_sign(self._text, position)
        if sign:
            return self._builder.add_words(sign.semiotic, sign.words, position, sign.end)
        if is_foreign(character):
            return self._read_foreign(position)
        return self._builder.skip(position, position + 1, UNKNOWN_SIGN)

    def _name_by_neighbours(self, position: int) -> str | None:
        """Return the name of a sign that depends on the characters next to it; None for other signs."""
        text, character = self._text, self._text[position]
        before, after = text[position - 1 : position] if position else "", text[position + 1 : position + 2]
        if character == "." and after.isalnum() and before.isalnum():
            glued = before.islower() and after.isupper() and text[position + 2 : position + 3].islower()
            return None if glued else "dot"
        if character == "." and after.isalpha() and after.isupper() and text[position + 2 : position + 3].isupper():
            return "dot"
        if character == "#":
            if before in tuple("ACDFG") and before and not after.isalnum():
                return "sharp"
            return "number" if _NUMBERED.match(text, position) else None
        if character == "~" and before.isalnum() and after.isdigit():
            return "tilde"
        if character == "~" and (after.isdigit() or (after in tuple("$£€¥₹") and after)):
            return "about"
        if character == "≈" and not (before.strip() or text[max(0, position - 2) : position].strip()):
            return "approximately"
        return None

    def _read_power(self, match: re.Match[str]) -> int:
        """Read an exponent after a number, a variable or a bracket. Skip a footnote number after a word."""
        from tts.text.normalize.maths import power

        exponent = match[1] or match[2]
        word = _LETTERS_BEFORE.search(self._text[max(0, match.start() - 4) : match.start()])
        base = self._text[match.start() - 1]
        if base.isspace() and match[1]:
            if not _SPACED_BASE.search(self._text[max(0, match.start() - 3) : match.start()]):
                return self._builder.skip(match.start(), match.start() + 1, UNREAD_SIGN)
        elif base.isspace() or (word and len(word[0]) > 2 and word[0] not in _TRIGONOMETRY):
            return self._builder.skip(match.start(), match.end(), UNREAD_SIGN)
        words = f"to the {exponent.upper()}" if exponent.isalpha() else power(exponent)
        return self._builder.add_words("math", words, match.start(), match.end())

    def _read_foreign(self, position: int) -> int:
        from tts.text.normalize.scripts import foreign_run, transliterate

        end = foreign_run(self._text, position)
        words = transliterate(self._text[position:end])
        if not words:
            return self._builder.skip(position, end, OTHER_SCRIPT)
        if end - position > 1:
            self._builder.note(position, end, TRANSLITERATED)
        return self._builder.add_words("transliterated", words, position, end)

    def _read_hyphen(self, position: int) -> int:
        """Read a hyphen as a minus, as the "to" of a range or as a dash between spaces; skip it inside a word."""
        named = name_hyphen(self._text, position)
        if named:
            return self._builder.add_words(named.semiotic, named.words, position, named.end)
        if stands_alone(self._text, position):
            return self._builder.add_mark("-", position, position + 1)
        return self._builder.skip(position, position + 1, UNREAD_SIGN)

    def _touches_word(self, position: int) -> bool:
        return position > 0 and self._text[position - 1].isalnum()

    def _read_apostrophe(self, position: int) -> int:
        """Read an elision ('tis) or a quotation mark, or skip the apostrophe."""
        prime = _PRIME.match(self._text, position)
        if prime and _FUNCTION_BEFORE.search(self._text[max(0, position - 2) : position]):
            words = "double prime" if len(prime[0]) > 1 else "prime"
            return self._builder.add_words("math", words, position, prime.end())
        elision = None if self._touches_word(position) else _ELISION.match(self._text, position)
        if elision:
            return self._builder.add_words("plain", elision[0].lower(), position, elision.end())
        opens = not self._touches_word(position) and self._text[position + 1 : position + 2].isalnum()
        if opens or self.open_single_quote:
            self.open_single_quote = opens
            return self._builder.add_mark('"', position, position + 1)
        return self._builder.skip(position, position + 1, UNREAD_SIGN)

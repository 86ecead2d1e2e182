"""Recognise Roman numerals that number a heading or a list item: I. Introduction, IV. Results, (i) … (ii)."""

from __future__ import annotations

from tts.text.normalize.numbers import cardinal
from tts.text.normalize.roman import numeral_value
from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

_LINE_BEFORE = regex(r"(?:\A|\n)[\s*#>(\"“§-]{0,8}\Z")
_STOPPED = regex(r"\.(?=\s|\Z)|:(?=\s)|\s[—–-](?=\s)|\)")
_NUMERAL = regex(r"(?:X{0,3}|XL|LX{0,3}|XC)(?:IX|IV|V?I{0,3})\Z")
_WORDS = (
    "Introduction Background Overview Summary Abstract Preface Foreword Prologue Epilogue Conclusion Conclusions "
    "Discussion Results Methods Method Materials References Notes Appendix Appendices Glossary Bibliography "
    "Acknowledgments Acknowledgements Definitions Scope Purpose General Facts History Analysis Argument Arguments "
    "Procedure Procedures Findings Recommendations Objectives Goals Aims Motivation Theory Model Models Data Design "
    "Experiments Evaluation Implementation Future Related Work Works Literature Review Limitations Applications "
    "Examples Terms Conditions Parties Preliminary Preliminaries Problem Proposed Approach System Basic Basics Key "
    "Main Early Origins Causes Effects Consequences Sources Contents Plan Timeline Budget Staff Roles Rights Duties "
    "Rules Allegro Andante Adagio Largo Presto Moderato Scherzo Rondo Finale Vivace Lento Overture"
)
_HEADING = regex(
    r"\.\s(?:(?:The|An?|Of|In|On|At|How|What|Why|When|Where|Who|To|From|For|My|Our|His|Her)\s"
    r"|[A-Z][a-z]{2,}(?:tions?|sions?|ments?|ings?|ology|ics|ance|ence|ness|ity|ism|ary|ture|ies|ives)\b"
    rf"|(?:{'|'.join(_WORDS.split())})\b|[A-Z]{{2,}}(?:\s[A-Z]{{2,}}|\s*\Z))|\.\s*\Z"
)
"""What follows the numeral of a heading, and rarely an initial."""
_SMALL_WORDS = frozenset("xi li xx xxx".split())
_INITIAL_AHEAD = regex(r"\.\s?[A-Z]\.")
_NEIGHBOURS = {"i": regex(r"\bii\)"), "v": regex(r"\biv\)"), "x": regex(r"\bix\)")}
_BRACKET_BEFORE = regex(r"(?:\A|[\s(,;:])\Z")
_INDENT = 9
_LOOK = 400


def read_heading(text: str, word: str, start: int) -> Verbalized | None:
    """Verbalize the numeral at the start of a line that numbers a heading or an item; None for other words."""
    if len(word) > 7 or not _NUMERAL.match(word.upper()) or not (word.isupper() or word.islower()):
        return None
    end = start + len(word)
    stop = _STOPPED.match(text, end)
    if (
        stop is None
        or text.startswith(". e.", end)
        or (word.islower() and (stop[0] not in (".", ")") or word in _SMALL_WORDS))
    ):
        return None
    value = str(numeral_value(word.upper()))
    if stop[0] == ")":
        return Verbalized("roman", cardinal(value), end) if _is_item(text, word, start) else None
    if not _LINE_BEFORE.search(text[max(0, start - 9) : start]) or (start > 9 and "\n" not in text[start - 9 : start]):
        return None
    if len(word) == 1 and not _is_single(text, word, end):
        return None
    return Verbalized("roman", cardinal(value), end)


def _is_single(text: str, word: str, end: int) -> bool:
    """Return whether one letter at the start of a line numbers a heading, and is no initial and no pronoun."""
    if word.islower():
        return (
            word == "i" and text[end] == "." and not text.startswith(" e.", end + 1) and text[end + 1 : end + 2] == " "
        )
    return word in "IVX" and not _INITIAL_AHEAD.match(text, end) and bool(_HEADING.match(text, end))


def _is_item(text: str, word: str, start: int) -> bool:
    """Return whether the small letters before a bracket number an item: more than one, or beside their neighbours."""
    if word.isupper():
        return word != "V" and start < _INDENT and _LINE_BEFORE.search(text[:start]) is not None
    if not _BRACKET_BEFORE.search(text[max(0, start - 1) : start]):
        return False
    if len(word) > 1:
        return True
    if word == "i" and _LINE_BEFORE.search(text[max(0, start - 9) : start]) and start < _INDENT:
        return True
    neighbour = _NEIGHBOURS.get(word)
    return neighbour is not None and bool(neighbour.search(text[max(0, start - _LOOK) : start + _LOOK]))

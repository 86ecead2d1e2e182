"""Verbalize operators of mathematics and code: !=, ==, >=, &&, ->, 5!, 2**32, and the arrow of a reaction."""

from __future__ import annotations

from tts.text.normalize.chemistry import is_reaction
from tts.text.normalize.maths import power
from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

_NAMES = {
    "==": "equals", "===": "equals", "!=": "does not equal", "!==": "does not equal", "<>": "does not equal",
    ">=": "greater than or equal to", "<=": "less than or equal to", "=>": "implies", "<=>": "if and only if",
    "<->": "if and only if", "->": "to", "-->": "to", "<-": "left arrow", "<--": "left arrow", "&&": "and", "||": "or",
    ":=": "colon equals", "+/-": "plus or minus", "+-": "plus or minus", "~=": "is approximately",
}  # fmt: skip
_ARROWS = ("->", "-->", "→", "⟶")
_EQUILIBRIA = ("⇌", "⇄", "<->", "↔")
STARTS = frozenset("=!<>&|+~-*:%→⟶⇌⇄↔")
"""First characters of the operators."""
_OPERATOR = regex(
    r"(?<![=<>!|&*+-])(?:!==?|<=>|<->|<>|<=|>=|=>|-{1,2}>|<-{1,2}(?![\d-])|:=|&&|\+/?-(?=\s?\d)|~=|===?|\|\||[→⟶⇌⇄↔])"
    r"(?![=<>|&!*])"
)
_OPERAND_BEFORE = regex(r"[\w)\]'\"!]\s?\Z")
_OPERAND_AFTER = regex(r"\s?[\w(\['\"$!.-]")
_FACTORIAL = regex(r"!(?=\s?[=×*/+÷^])(?!=)")
_FACTORIAL_BEFORE = regex(r"(?<![A-Za-z\d])(?:\d{1,4}|[a-z])\Z|\)\Z")
_ASSIGNMENTS = {"-=": "minus equals", "*=": "times equals"}
_ASSIGNED = regex(r"[*-]=(?=\s)")
_LETTER_BEFORE = regex(r"(?:\A|[\s(])[a-z]\s\Z")
_MODULO = regex(r"%\s(?:[a-z]|\d{1,3})(?!\w)")
_VARIABLE_BEFORE = regex(r"(?<![\w-])[A-Za-z_]\w{0,8}\s?\Z")
_UNARY = frozenset("!= == <= >= ~=".split())
"""Comparisons that are read even without a first operand."""
_POWER = regex(r"\*\*\s?(-?\d{1,3}|[a-z])(?![\w*])")
_LIMIT_BEFORE = regex(r"\b(?:lim|as|limit)[ _({]{1,2}[a-z]\s?\Z")
_BASE_BEFORE = regex(r"(?:(?<![A-Za-z])[A-Za-z]|\d|\))\s?\Z")


def read_operator(text: str, position: int) -> Verbalized | None:
    """Name the operator at `position`, which must start with one of STARTS; None if there is none."""
    if is_factorial(text, position):
        return Verbalized("math", "factorial", position + 1)
    before = text[max(0, position - 3) : position]
    assigned = _ASSIGNED.match(text, position)
    if assigned and _VARIABLE_BEFORE.search(before):
        return Verbalized("math", _ASSIGNMENTS[assigned[0]], assigned.end())
    if _MODULO.match(text, position) and _LETTER_BEFORE.search(before):
        return Verbalized("math", "mod", position + 1)
    raised = _POWER.match(text, position)
    if raised and _BASE_BEFORE.search(before):
        exponent = raised[1]
        words = f"to the {exponent.upper()}" if exponent.isalpha() else power(exponent)
        return Verbalized("math", words, raised.end())
    operator = _OPERATOR.match(text, position)
    if operator is None:
        return None
    sign, end = operator[0], operator.end()
    if sign in _ARROWS and _LIMIT_BEFORE.search(text[max(0, position - 8) : position]):
        return Verbalized("math", "approaches", end)
    if sign in _ARROWS + _EQUILIBRIA and is_reaction(text, position, end):
        return Verbalized("formula", "yields" if sign in _ARROWS else "is in equilibrium with", end)
    beside = (
        sign[0] == "+"
        or (sign in _UNARY and _OPERAND_AFTER.match(text, end))
        or (_OPERAND_BEFORE.search(before) and _OPERAND_AFTER.match(text, end))
    )
    return Verbalized("math", _NAMES[sign], end) if beside and sign in _NAMES else None


def is_factorial(text: str, position: int) -> bool:
    """Return whether the "!" at `position` is a factorial: 5! = 120."""
    return bool(_FACTORIAL.match(text, position) and _FACTORIAL_BEFORE.search(text[max(0, position - 5) : position]))

"""Verbalize chemical formulas, charges, isotopes and reactions: H2SO4, NaCl, Ca2+, ¹⁴C, 2H2 + O2 → 2H2O."""

from __future__ import annotations

from tts.text.normalize.numbers import cardinal, house_number
from tts.text.normalize.rule import Verbalized, spell
from tts.text.regex import regex

_ONE = "HBCNOFPSKVYIWU"
_TWO = (
    "He|Li|Be|Ne|Na|Mg|Al|Si|Cl|Ar|Ca|Sc|Ti|Cr|Mn|Fe|Co|Ni|Cu|Zn|Ga|Ge|As|Se|Br|Kr|Rb|Sr|Zr|Nb|Mo|Tc|Ru|Rh|Pd|Ag|Cd|"
    "In|Sn|Sb|Te|Xe|Cs|Ba|La|Ce|Nd|Sm|Eu|Gd|Hf|Ta|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi|Po|Ra|Rn|Th|Pu"
)
_ATOM = rf"(?:(?:{_TWO})(?![a-z])|[{_ONE}](?![a-z]))\d{{0,2}}"
_FORMULA = regex(rf"(?:{_ATOM}|\((?!(?:I{{1,3}}|I?V|VI{{1,2}})\))(?:{_ATOM}){{1,4}}\)\d{{0,2}}){{1,12}}")
_SYMBOLS = regex(r"[A-Z][a-z]?")
_PARTS = regex(r"[A-Z][a-z]?|\d+")
_INNER_NUMBER = regex(r"\d[A-Z(]|\(")
_SUBSCRIPT = regex(r"\d+\Z")
_CHARGE = regex(r"(?P<raised>\^?[1-7](?=[+⁻-])|[¹²³⁴⁵])?(?P<caret>\^)?(?P<sign>[+⁻-])(?![\w+>-])")
_DIGITS = str.maketrans("¹²³⁴⁵⁰⁶⁷⁸⁹", "1234506789")
_CATIONS = frozenset("H Li Na K Rb Cs Ag Mg Ca Sr Ba Al Cr Mn Fe Co Ni Cu Zn Cd Hg Sn Pb NH H3O".split())
_ANIONS = frozenset("Cl Br OH NO HCO HSO SO CO PO ClO MnO CN".split())
_PLURAL = regex(r"[A-Z]{2,}s\Z")
_ISOTOPES = {
    "C": "carbon", "U": "uranium", "K": "potassium", "Pb": "lead", "H": "hydrogen", "O": "oxygen", "N": "nitrogen",
    "Rb": "rubidium", "Sr": "strontium", "Th": "thorium", "Ra": "radium", "I": "iodine", "Cs": "cesium", "Co": "cobalt",
    "Tc": "technetium", "Am": "americium", "Pu": "plutonium", "Po": "polonium", "Rn": "radon", "Ar": "argon",
    "Fe": "iron", "He": "helium", "P": "phosphorus", "S": "sulfur", "F": "fluorine",
}  # fmt: skip
_WORDS = frozenset("NaN HeLa LiPo CoHo InCo BeOS PoS CoCo LaLa CaSe NaSa BioS SiN".split())
"""Made of the symbols of elements, but no formulas."""
_AHEAD = frozenset("0123456789(+-^²³⁻")
_MASS = regex(r"[¹²³⁰⁴⁵⁶⁷⁸⁹]{1,3}(?=[A-Z])|(?<!\S)\^\d{1,3}(?=[A-Z][a-z]?(?!\w))")
_LEFT = regex(r"(?<!\S)\d{0,3}([A-Z][A-Za-z\d()²³⁻+-]{0,24})\s?\Z")
_RIGHT = regex(r"\s?\d{0,3}([A-Z][A-Za-z\d()²³⁻+-]{0,24})")
_STATE = regex(r"\((?:aq|s|l|g)\)\Z")
_CHARGE_OFF = regex(r"\d?[²³]?[+⁻-]\Z")
_CHARGE_AFTER = regex(r"\((?:I{1,3}|IV|VI{0,2})\)")
_ELEMENT = regex(rf"(?:{_TWO}|[{_ONE}])(?![A-Za-z\d])")
_ARROW = regex(r"[→⟶⇌⇄]|->")
_PLUS_AFTER = regex(r"\s?(?:\((?:aq|s|l|g)\))?\s?(?:[+→⟶⇌⇄]|->)")
_PLUS_BEFORE = regex(r"(?:[+→⟶⇌⇄]|->)\s?\d{0,2}\Z")
_DIATOMIC = ("Cl2", "Br2")
_REACTION = 60
_SIDE = 32


def may_be_formula(word: str, following: str) -> bool:
    """Return whether the word, with the character after it, is worth a try with `read_formula`."""
    return word[0].isupper() and (following in _AHEAD or not (word.istitle() or word.isupper()))


def read_formula(text: str, start: int) -> Verbalized | None:
    """Spell the formula at `start`, with its charge; None if the token is no formula."""
    match = _FORMULA.match(text, start)
    if match is None or text[match.end() : match.end() + 1].isalpha():
        return None
    formula, end = match[0], match.end()
    charge = _CHARGE.match(text, end)
    raised = bool(charge and (charge["raised"] or charge["caret"] or charge["sign"] == "⁻"))
    ion = charge and (raised or _SUBSCRIPT.sub("", formula) in (_CATIONS if charge["sign"] == "+" else _ANIONS))
    if not (ion or is_formula(formula)):
        return None
    words = " ".join(cardinal(part) if part.isdigit() else spell(part) for part in _PARTS.findall(formula))
    if charge and ion:
        count = (charge["raised"] or "").strip("^").translate(_DIGITS)
        sign = "plus" if charge["sign"] == "+" else "minus"
        words, end = f"{words} {cardinal(count) if count else ''} {sign}", charge.end()
    return Verbalized("formula", words, end)


def read_element(text: str, start: int) -> Verbalized | None:
    """Spell the symbol of an element alone, as in 2Na + Cl2 → 2NaCl and Fe(III); None elsewhere."""
    match = _ELEMENT.match(text, start)
    if match and _CHARGE_AFTER.match(text, match.end()):
        return Verbalized("formula", spell(match[0]), match.end())
    around = text[max(0, start - _REACTION) : start + _REACTION] if match else ""
    if match is None or "+" not in around or not _ARROW.search(around):
        return None
    beside = _PLUS_AFTER.match(text, match.end()) or _PLUS_BEFORE.search(text[max(0, start - 8) : start])
    return Verbalized("formula", spell(match[0]), match.end()) if beside else None


def is_formula(token: str) -> bool:
    """Return whether the token is a formula by its form alone: it has two elements, and small letters or numbers."""
    match = _FORMULA.fullmatch(token)
    if token in _DIATOMIC:
        return True
    if match is None or token in _WORDS or _PLURAL.match(token) or len(_SYMBOLS.findall(token)) < 2:
        return False
    return not token.isupper() or bool(_INNER_NUMBER.search(token))


def read_mass(text: str, start: int) -> Verbalized | None:
    """Verbalize the raised number of an isotope before its symbol: ¹⁴C."""
    match = _MASS.match(text, start)
    if match is None or text[start - 1 : start].isalnum():
        return None
    number = match[0].lstrip("^").translate(_DIGITS)
    symbol = _ELEMENT.match(text, match.end())
    if symbol and symbol[0] in _ISOTOPES:
        return Verbalized("formula", f"{_ISOTOPES[symbol[0]]} {house_number(number)}", symbol.end())
    return Verbalized("formula", cardinal(number), match.end())


def is_reaction(text: str, start: int, end: int) -> bool:
    """Return whether the arrow text[start:end] stands between formulas."""
    left, right = _LEFT.search(text[max(0, start - _SIDE) : start]), _RIGHT.match(text, end)
    if left is None or right is None:
        return False
    sides = [_CHARGE_OFF.sub("", _STATE.sub("", side[1])) for side in (left, right)]
    return all(_FORMULA.fullmatch(side) for side in sides) and any(
        is_formula(side) or side[-1].isdigit() for side in sides
    )

"""Verbalize the parts of a code, where letters and digits meet: ipv6, H264, F-150, RTX4090, k8s, C2766."""

from __future__ import annotations

import re

from tts.text.normalize.acronyms import is_pronounceable
from tts.text.normalize.initialisms import MIXED, SPELLED
from tts.text.normalize.models import processor
from tts.text.normalize.numbers import amount, cardinal, digits, house_number, plural, year
from tts.text.normalize.rule import rule, spell
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_WORDS = {"go": "go", "int": "int", "uint": "U int", "vec": "veck", "oauth": "O auth", "wifi": "wifi", "covid": "covid"}
_LETTERS_BEFORE = regex(r"[A-Za-z]+-?\Z")
_CODE_BEFORE = regex(r"[A-Za-z]\w{0,8}\Z")
_SHORT = 4
_FAMILIES = frozenset(
    "aes amd cr ddr din esp gt gtx gpt hd iec iso lpddr lr mil nist pc rfc rsa rtx rx sha tls ts utf".split()
)
_PROCESSORS = ("i",)
_PROCESSORS_NUMBERED = ("i3", "i5", "i7", "i9")
_CODE_WITH_DIGIT = regex(r"(?<![\w.-])(?=[A-Za-z])[\w.]*(?:-[\w.]+)*-\Z")
_LONGEST = 40
_FURTHER = r"(?<=[\w.]-)"
_OFFSETS = ("UTC-", "GMT-")
"""Times at an offset from them follow, not codes: GMT-5."""
_IS_NO_CODE = regex(r"(?:st|nd|rd|th|[ap]\.?m)\b")
_DAY_HALVES = ("noon", "midnight")
_FAMILY_BEFORE = regex(
    r"\b(?:Llama|Qwen|Gemma|Mistral|Phi|Falcon|Yi|DeepSeek|Vicuna|OLMo|InternLM|Baichuan|StableLM)[- ]\Z"
)
_YEARLY = ("FY", "CY", "CES")


def letters_before_digits(word: str, lexicon: Lexicon) -> str:
    """Verbalize the lower-case letters of a code before its digits: spelled, unless they can be a word."""
    if word in _WORDS or word in MIXED:
        return _WORDS.get(word) or MIXED[word]
    if len(word) <= 2 or word in SPELLED:
        return spell(word)
    known = word in lexicon or (len(word) >= _SHORT and is_pronounceable(word))
    return word if known else spell(word)


def letters_after_digits(letters: str, text: str, start: int) -> str | None:
    """Verbalize up to two letters after the digits of a code that starts with a letter: a11y, c3po; else None."""
    if len(letters) <= 2 and _CODE_BEFORE.search(text[max(0, start - 10) : start]):
        return spell(letters)
    return None


def _plural(match: re.Match[str]) -> str | None:
    """Verbalize the plural of MP3s and F-16s. In k8s the s is a letter."""
    letters = _LETTERS_BEFORE.search(match.string[max(0, match.start() - 12) : match.start()])
    abbreviated = letters and letters[0].islower() and len(letters[0]) == 1
    return None if abbreviated else plural(code_number(match["number"], False))


def _after_letter(match: re.Match[str]) -> str | None:
    """Verbalize the number of MP3, B-52, F-150 or C2766: as a cardinal if short, else as a code."""
    text, number = match.string, match["number"]
    letters = _LETTERS_BEFORE.search(text[max(0, match.start() - 12) : match.start()])
    hyphen = text[match.start() - 1] == "-"
    if letters is None or (letters[0].islower() and hyphen and not match["more"]):
        return None
    if letters[0] in _OFFSETS:
        return f"minus {cardinal(str(int(number)))}"
    if letters[0] in _PROCESSORS and len(number) == 1:
        return cardinal(number)
    return code_number(number, hyphen or letters[0] in _YEARLY or _is_model(letters[0], len(number)))


def _further(match: re.Match[str]) -> str | None:
    """Verbalize a further number of a code, as in CVE-2021-44228, x86-64 and i9-13900K."""
    before = _CODE_WITH_DIGIT.search(match.string[max(0, match.start() - _LONGEST) : match.start()])
    if before is None or _IS_NO_CODE.match(match.string, match.end()) or before[0][:-1].lower() in _DAY_HALVES:
        return None
    if match["fraction"]:
        return f"{cardinal(match['number'])} point {digits(match['fraction'])}"
    if before[0][:-1] in _PROCESSORS_NUMBERED:
        return processor(match["number"])
    return code_number(match["number"], True)


def _sized(match: re.Match[str]) -> str | None:
    """Verbalize the version and the size of a language model: Llama 2-7B."""
    if not _FAMILY_BEFORE.search(match.string[max(0, match.start() - 12) : match.start()]):
        return None
    return f"{amount(match['number'])} {amount(match['size'])} B"


def _literal(match: re.Match[str]) -> str:
    """Verbalize a hexadecimal or binary number, such as 0x1F, character by character."""
    return f"zero {match['base'].upper()} {characters(match['digits'])}"


def characters(written: str) -> str:
    """Name letters and digits one by one."""
    return " ".join(digits(character) if character.isdigit() else character.upper() for character in written)


def _is_model(letters: str, length: int) -> bool:
    """Return whether the letters of a code name a family of models or standards: sha256, RTX4090, A320."""
    return letters.islower() or letters.lower() in _FAMILIES or (len(letters) == 1 and length == len("320"))


def code_number(number: str, like_house: bool) -> str:
    """Verbalize the number of a code: a cardinal up to 99, then digits, or pairs if it is like a house number."""
    if len(number) < 3 and number[0] != "0":
        return cardinal(number)
    if len(number) == 4 and like_house and number[:2] in ("19", "20"):
        return year(number)
    return house_number(number) if like_house and len(number) in (3, 4) else digits(number)


RULES = (
    rule("serial", r"(?P<number>\d(?:\.\d)?)-(?P<size>\d{1,3}(?:\.\d)?)[Bb](?!\w)", _sized, after="-."),
    rule("serial", r"(?<=[A-Za-z])(?P<number>\d{1,15})s(?!\w)", _plural, after="s"),
    rule("serial", r"(?<=[A-Za-z])(?P<number>\d{1,15})(?!\d|[.,]\d)(?P<more>-(?=\d))?", _after_letter),
    rule("serial", r"(?<=[A-Za-z]-)(?P<number>\d{1,4})s(?!\w)", _plural, after="s"),
    rule("serial", r"(?<=[A-Za-z]-)(?P<number>\d{1,4})(?![a-z\d]|[A-Z]\w|[.,/:]\d)(?P<more>-(?=\d))?", _after_letter),
    rule(
        "serial",
        rf"{_FURTHER}(?P<number>\d{{1,15}})(?:\.(?P<fraction>\d{{1,4}}))?(?!\d|[.,:/]\d)(?:-(?=\d))?",
        _further,
    ),
    rule(
        "serial",
        r"(?<=[A-Za-z])-?(?P<number>\d{1,3}\.\d{1,3})-(?=\d)",
        lambda match: amount(match["number"]),
        after=".",
    ),
    rule("serial", r"0(?P<base>[xXbB])(?P<digits>[\dA-Fa-f]{1,16})(?!\w)", _literal, after="xXbB"),
    rule("serial", r"(?<=\b[GHX]\.)\d{3,4}(?![\d.,]\d|\w)", lambda match: house_number(match[0])),
    rule(
        "serial", r"\d{3,4}(?=[pi](?:\d{2,3})?(?!\w)|-[A-Z](?!\w))", lambda match: house_number(match[0]), after="pi-"
    ),
)

"""Decide which capitals are spelled (FBI) or spoken as a word (NASA), and split camel case (SpeechBox)."""

from __future__ import annotations

import re

from tts.text.normalize.initialisms import (
    ALSO_WORDS,
    LETTERS_AFTER,
    LETTERS_BEFORE,
    MIXED,
    PAIRS,
    SPELLED,
    SPOKEN,
    WORD_AFTER,
    WORD_BEFORE,
    WORDS_FIRST,
)
from tts.text.normalize.rule import word_after, word_before
from tts.text.pronunciation.letters import LETTERS
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_LONGEST_ACRONYM = 5
_SHORTEST_PRONOUNCEABLE = 4
_TRADE_NAMES = {
    "LaTeX": "lay tech", "iOS": "I O S", "iPadOS": "I pad O S", "macOS": "mac O S", "pH": "P H", "PhD": "P H D",
    "PhDs": "P H D's", "OKs": "O K's", "MHz": "megahertz", "GHz": "gigahertz", "kHz": "kilohertz", "Wi-Fi": "wifi",
    "WiFi": "wifi", "wi-fi": "wifi", "DVDs": "D V D's", "mRNA": "M R N A", "tRNA": "T R N A", "eBay": "ebay",
    "McDonald's": "mcdonald's", "vs": "versus", "iPod": "ipod", "iPad": "ipad", "iPhone": "iphone", "LLC": "L L C",
    "BSc": "B S C", "MSc": "M S C", "OpenAI": "open A I", "GitHub": "git hub", "PyPI": "pie P I", "NumPy": "num pie",
    "TeX": "tech", "IPv": "I P V", "PCIe": "P C I E", "NVMe": "N V M E", "GmbH": "G M B H", "SoC": "S O C",
    "SoCs": "S O C's", "IoT": "I O T", "SaaS": "sass", "PaaS": "pass", "IaaS": "I A A S", "DoD": "D O D",
    "DoJ": "D O J", "DoE": "D O E", "eSIM": "E sim", "eMMC": "E M M C", "eBPF": "E B P F", "OAuth": "O auth",
    "NoSQL": "no S Q L",
    "SciPy": "sigh pie", "BiPAP": "bye pap", "UCaaS": "U cass", "mTLS": "M T L S", "DDoS": "D doss", "VoIP": "voip",
    "ToS": "T O S", "NeurIPS": "neurips", "arXiv": "archive",
    "bioRxiv": "bio archive", "medRxiv": "med archive", "iD": "I D", "QTc": "Q T C", "YoY": "year over year",
    "QoQ": "quarter over quarter", "MoM": "month over month", "Rx": "R X",
    "siRNA": "S I R N A", "rRNA": "R R N A", "miRNA": "M I R N A", "SpO": "S P O", "SaO": "S A O", "pKa": "P K A",
    "pKb": "P K B", "IgG": "I G G", "IgE": "I G E", "IgM": "I G M", "IgA": "I G A", "YouGov": "you gov",
    "Ctrl": "control", "Esc": "escape",
    "PgUp": "page up", "PgDn": "page down", "PrtSc": "print screen", "CTRL": "control", "LoRa": "lora",
    "WiMAX": "why max", "BTech": "B tech", "MTech": "M tech", "BCom": "B com", "MPhil": "M phil", "DPhil": "D phil",
    "LLaMA": "llama", "HeLa": "hela", "NaN": "nan", "LiPo": "lie poe", "CoV": "cov", "HbA": "H B A",
    "GeForce": "geforce", "kWh": "kilowatt hour", "MWh": "megawatt hour", "GWh": "gigawatt hour", "mL": "milliliter",
    "dL": "deciliter", "dB": "decibel", "mEq": "milliequivalent", "mAh": "milliamp hour",
    "mmHg": "millimeters of mercury",
}  # fmt: skip
_PLURAL_ACRONYM = regex(r"(?P<letters>[A-Z]{2,5})(?P<ending>'?s|'d|'?ed|'?ing|'?ers?)")
_HUMPS = regex(r"(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+)(?:'[A-Za-z]+)*")
_SHOUTED = re.compile(r"[A-Z]{2,}")
_LISTED_BEFORE = regex(r"\b[A-Z]{2,5}, (?:and |AND )?\Z")
_LISTED_AFTER = regex(r", (?:and )?[A-Z]{2,5}\b")
_FEWEST_SHOUTED = 6
_POINTS = frozenset("ne nw se sw".split())
_KNOWN = SPELLED | SPOKEN | MIXED.keys()
# One syllable after another, of the sounds that begin, carry and end English syllables.
_FIRST = (
    r"(?:[bcdfghjklmnprstvwyz]|bl|br|ch|cl|cr|dr|dw|fl|fr|gl|gr|kl|kn|kr|ph|pl|pr|qu|s[cklmnpqtw]|sc[hlr]|sh|shr|spl|spr"
    r"|str|th|thr|tr|tw|wh|wr)"
)
_VOWEL = r"(?:a[iuwy]|e[aeiwy]|ie|o[aiouwy]|u[ei]|igh|[aeiou]|(?<!\A)y)"
_LAST = (
    r"(?:[bcdfgklmnprstvxz]|ck|ct|ff|ft|gh|ld|lf|lk|ll|lm|lp|lt|mp|nch|nd|ng|nk|nn|nt|ns|nx|pt|rb|rc|rch|rd|rf|rg|rk|rl"
    r"|rm|rn|rp|rs|rt|rx|sh|sk|sp|ss|st|tch|th|tt|tz|ch)"
)
_SYLLABLES = regex(rf"{_FIRST}?{_VOWEL}(?:{_LAST}?{_FIRST}{_VOWEL})*(?:{_LAST}|e|s|{_LAST}[es])?\Z")
_VOWEL_NAMED = frozenset("aefhilmnorsx")
"""Letters whose names begin with a vowel, so that "an" comes before them: "an LED"."""


def is_shouted(text: str) -> bool:
    """Return whether the text is in capitals: more than half of its letters, known initialisms apart."""
    runs = [run for run in _SHOUTED.findall(text) if run.lower() not in SPELLED]
    shouted = sum(map(len, runs))
    if shouted < _FEWEST_SHOUTED:
        return False
    known = sum(len(run) for run in _SHOUTED.findall(text)) - shouted
    return shouted * 2 > sum(map(str.isalpha, text)) - known


def irregular_acronym(word: str) -> str | None:
    """Return the words for an acronym or a trade name that no rule verbalizes correctly; None for others."""
    return _TRADE_NAMES.get(word) or (MIXED.get(word.lower()) if word.isupper() else None)


def is_spelled(word: str, lexicon: Lexicon, shouting: bool) -> bool:
    """Return whether a word in capitals is spelled. `shouting`: whether most letters of the text are capitals."""
    small = word.lower()
    if not word.isalpha() or len(word) < 2 or small in SPOKEN:
        return False
    if small in SPELLED or (not shouting and small in ALSO_WORDS - WORDS_FIRST):
        return True
    if len(word) > _LONGEST_ACRONYM:
        return False
    if len(word) == 2 and not shouting:
        return small not in PAIRS
    known = lexicon.lookup(small)
    if not known:
        return len(small) < _SHORTEST_PRONOUNCEABLE or not is_pronounceable(small)
    letters = [phoneme.rstrip("012") for letter in small for phoneme in LETTERS[letter]]
    return [phoneme.rstrip("012") for phoneme in known[0]] == letters


def is_pronounceable(small: str) -> bool:
    """Return whether lower-case letters form English syllables."""
    return bool(_SYLLABLES.match(small))


def is_spelled_here(text: str, start: int, end: int, lexicon: Lexicon, shouting: bool) -> bool:
    """Return whether the capitals text[start:end] are spelled, judging by the words next to them as well."""
    word = text[start:end]
    small = word.lower()
    if small in ALSO_WORDS or small in WORD_BEFORE:
        before, after = word_before(text, start), word_after(text, end)
        if _LISTED_BEFORE.search(text[max(0, start - 8) : start]) or _LISTED_AFTER.match(text, end):
            return True
        shown = _shown(small, before.lower(), after.lower() or text[end : end + 2].strip())
        if shown is not None:
            return shown
        shouting = shouting or any(_is_shouted_word(neighbour, lexicon) for neighbour in (before, after))
    elif small in lexicon and word_before(text, start).lower() == "an" and small[0] in _VOWEL_NAMED - set("aeio"):
        return True
    return is_spelled(word, lexicon, shouting)


def _shown(small: str, before: str, after: str) -> bool | None:
    """Return whether neighbours show that an ambiguous word is spelled (True) or spoken as a word (False), or None."""
    if before in WORD_BEFORE.get(small, ()) or after in WORD_AFTER.get(small, ()):
        return False
    if before in LETTERS_BEFORE.get(small, ()) or after in LETTERS_AFTER.get(small, ()):
        return True
    return True if before == "an" and small[0] in _VOWEL_NAMED - set("aeio") else None


def _is_shouted_word(word: str, lexicon: Lexicon) -> bool:
    return (
        word.isupper()
        and len(word) > 1
        and word.lower() not in _KNOWN | ALSO_WORDS | _POINTS
        and word.lower() in lexicon
    )


def is_spoken(word: str) -> bool:
    """Return whether the capitals are an acronym that is always spoken as a word."""
    return word.lower() in SPOKEN


def plural_acronym(word: str) -> re.Match[str] | None:
    """Match the letters and the ending of "PDFs", "FBI's", "OK'd" or "DMing"; None for anything else."""
    return _PLURAL_ACRONYM.fullmatch(word)


def camel_parts(word: str) -> list[tuple[int, int]]:
    """Return the spans of the parts of a word in camel case, such as SpeechBox or JSONData."""
    return [match.span() for match in _HUMPS.finditer(word)]

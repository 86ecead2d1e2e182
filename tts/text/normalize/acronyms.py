"""Decide which capitals are spelled (FBI) or spoken as a word (NASA), and split camel case (SpeechBox)."""

from __future__ import annotations

import re

from tts.text.pronunciation.g2p import LETTERS
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.regex import regex

_LONGEST_ACRONYM = 5
# In lower case these are also words. In capitals, in a text that is not all capitals, they are acronyms.
_SPELLED = frozenset(
    "us un eu uk ai id iq it ad am pm ma pa la ok tv er os ip io ie eg lol sat gre act who mit sos ap pe pi pr hr "
    "hq ph "
    "ed el al ms md mb gb tb kb cd dvd pc bs ba ira cod imo ios api sql url aka dod doe dot gop gap pta spa ace cat "
    "sad mac wan has led usa nyc nyu gmo iso mia eta eod fyi tba tbd rip faq rsvp nsa esa ipo roi seo ufo diy bbc "
    "cnn".split()
) - frozenset("act gap spa ace cat sad mac has led dot wan".split())
_SPOKEN = frozenset(
    "nasa nato opec aids covid radar laser unicef unesco nafta swat yolo scuba ikea fema osha darpa noaa captcha gif "
    "asean naacp cern hipaa posix ascii ieee sars mers norad nascar fifa uefa noob wasp dreamer pac sim pin ram rom "
    "lan "
    "gan bert llama json yaml".split()
) - frozenset(("naacp", "ieee"))
_WORDS = {
    "WWI": "world war one", "WWII": "world war two", "JPEG": "jay peg", "JPG": "jay peg", "MPEG": "em peg",
    "NAACP": "N double A C P", "AAA": "triple A", "IEEE": "I triple E", "NCAA": "N C double A", "MSDOS": "M S doss",
    "SQL": "S Q L", "LaTeX": "lay tech", "iOS": "I O S", "iPadOS": "I pad O S", "macOS": "mac O S", "pH": "P H",
    "PhD": "P H D", "PhDs": "P H D's", "OKs": "O K's", "MHz": "megahertz", "GHz": "gigahertz", "kHz": "kilohertz",
    "Wi-Fi": "wifi", "WiFi": "wifi", "wi-fi": "wifi", "DVDs": "D V D's", "mRNA": "M R N A", "tRNA": "T R N A",
    "eBay": "ebay", "McDonald's": "mcdonald's", "vs": "versus", "iPod": "ipod", "iPad": "ipad", "iPhone": "iphone",
    "LLC": "L L C", "BSc": "B S C", "MSc": "M S C",
    "OpenAI": "open A I", "GitHub": "git hub", "PyPI": "pie P I", "NumPy": "num pie", "TeX": "tech",
}  # fmt: skip
_PLURAL_ACRONYM = regex(r"(?P<letters>[A-Z]{2,5})(?P<ending>'?s)")
_HUMPS = regex(r"(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+)(?:'[A-Za-z]+)*")


def irregular_acronym(word: str) -> str | None:
    """Return the words for an acronym or a trade name that no rule verbalizes correctly; None for others."""
    return _WORDS.get(word)


def is_spelled(word: str, lexicon: Lexicon, shouting: bool) -> bool:
    """Return whether a word in capitals is spelled. `shouting`: whether most letters of the text are capitals."""
    small = word.lower()
    if not word.isalpha() or len(word) < 2 or len(word) > _LONGEST_ACRONYM or small in _SPOKEN:
        return False
    if not shouting and small in _SPELLED:
        return True
    known = lexicon.lookup(small)
    if not known:
        return not shouting or not set(small) & set("aeiouy")
    letters = [phoneme.rstrip("012") for letter in small for phoneme in LETTERS[letter]]
    return [phoneme.rstrip("012") for phoneme in known[0]] == letters


def is_spoken(word: str) -> bool:
    """Return whether the capitals are an acronym that is always spoken as a word."""
    return word.lower() in _SPOKEN


def plural_acronym(word: str) -> re.Match[str] | None:
    """Match the letters and the ending of "PDFs" or "FBI's"; None for anything else."""
    return _PLURAL_ACRONYM.fullmatch(word)


def camel_parts(word: str) -> list[tuple[int, int]]:
    """Return the spans of the parts of a word in camel case, such as SpeechBox or JSONData."""
    return [match.span() for match in _HUMPS.finditer(word)]

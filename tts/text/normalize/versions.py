"""Verbalize dotted numbers: versions and sections (Python 3.9.12, Figure 2.6.10) and IP addresses."""

from __future__ import annotations

import re

from tts.text.normalize.abbreviation_tables import OPENERS
from tts.text.normalize.numbers import cardinal, digits, two_digits
from tts.text.normalize.rule import rule, word_before
from tts.text.regex import regex

_PARTS = (
    "section sections subsection sec secs eq para ch clause figure figures fig table chapter paragraph article "
    "appendix annex requirement step equation theorem lemma exercise example listing exhibit schedule item rule"
)
_PRODUCTS = (
    "python java ios ipados android windows macos ubuntu debian fedora firefox chrome chromium safari linux kernel "
    "node php ruby rust golang bluetooth usb gpt numpy scipy pandas pytorch tensorflow kubernetes django rails flask "
    "react vue angular mysql mariadb postgres postgresql redis nginx apache docker git gcc clang cuda openssl openssh "
    "systemd qt opengl vulkan directx unity blender wordpress drupal laravel typescript electron swift kotlin scala "
    "perl lua gnome kde spark kafka hadoop ansible terraform jenkins gradle maven npm pip sqlite elasticsearch "
    "mongodb office excel word glibc gtk openjdk go golang cmake llvm deno bun svelte nextjs angularjs jquery "
    "bootstrap tailwind helm podman vim emacs firmware minecraft ffmpeg curl wget tls ssl http"
)
_CHANGES = (
    "version versions ver release releases released update updates updated upgrade upgrades upgraded upgrading "
    "downgrade downgraded build builds patch patched patches firmware software package packages library install "
    "installed requires run runs running using tag driver drivers app api sdk hotfix changelog"
)
_NUMBERED = frozenset(f"v {_PARTS} {_PRODUCTS} {_CHANGES}".split())
"""Words before a number with one full stop whose parts are numbers, not decimals: "Python 3.10" is three point ten."""
_DATED = frozenset("on dated date dates due born died posted".split())
_NAMED = regex(rf"\b(?:{'|'.join(f'{_PARTS} {_PRODUCTS} {_CHANGES}'.split())})\b", re.IGNORECASE)
_NAMED_AFTER = regex(
    r"(?:[-+~][A-Za-z]|[a-z]|%|\sof\s(?:[a-z]|the\b)|\s(?:is|was)\s(?:now\s|the\s)?(?:latest|current|newest|version|out\b|stable|"
    r"released|required|minimum|supported|available)|\s(?:percent|per\scent|release|update|upgrade|build|kernel|version|patch|firmware|driver|section)s?\b)"
)
_SENTENCE_END = regex(r"[.!?]\s")
_LINEAGE_BEFORE = regex(r"(?<![A-Za-z])[A-Z]{1,2}\.\Z")
_POINT = " point "
_LOOK_BACK = 48
_LARGEST_BYTE = 255


def is_version(text: str, start: int, end: int) -> bool:
    """Return whether the words around the dotted number text[start:end] make it a version or a section, not a date."""
    if text[start - 1 : start] in tuple("-_/=@~^<>§v") and start:
        return True
    before = word_before(text, start)
    if before.lower() in _DATED:
        return False
    if before.lower() in _NUMBERED:
        return True
    if _NAMED_AFTER.match(text, end):
        return True
    if before[:1].isupper() and before.lower() not in OPENERS and not _SENTENCE_END.search(text, start - 2, start):
        return True
    named = _NAMED.search(_SENTENCE_END.split(text[max(0, start - _LOOK_BACK) : start])[-1])
    return bool(named) or text[max(0, start - 2) : start].startswith("§")


def spoken_points(written: str) -> str:
    """Verbalize the parts of a version as numbers: 3.10 is "three point ten", 1.01 "one point oh one"."""
    return _POINT.join(map(_part, written.split(".")))


def _part(part: str) -> str:
    if len(part) == 2 and part[0] == "0":
        return two_digits(part) if part != "00" else "zero zero"
    return cardinal(part)


def _parts(match: re.Match[str]) -> str:
    """Verbalize the parts of a version; with "dot" in the name of a lineage such as B.1.1.7."""
    words = spoken_points(match[0])
    return (
        words.replace(_POINT, " dot ")
        if _LINEAGE_BEFORE.search(match.string[max(0, match.start() - 3) : match.start()])
        else words
    )


def _two_parts(match: re.Match[str]) -> str | None:
    if word_before(match.string, match.start()).lower() not in _NUMBERED:
        return None
    return spoken_points(match[0])


def _several_parts(match: re.Match[str]) -> str | None:
    return _parts(match) if is_version(match.string, match.start(), match.end()) else None


def _any_parts(match: re.Match[str]) -> str:
    return _parts(match)


def _address(match: re.Match[str]) -> str | None:
    """Verbalize an IP address digit by digit, with the length of its prefix or its port; None for a version."""
    parts = match["address"].split(".")
    if max(map(int, parts)) > _LARGEST_BYTE or is_version(match.string, match.start(), match.end()):
        return None
    words = " dot ".join(map(digits, parts))
    if match["prefix"]:
        words += f" slash {cardinal(match['prefix'])}"
    return f"{words} colon {digits(match['port'])}" if match["port"] else words


RULES = (
    rule(
        "electronic",
        r"(?P<address>(?:\d{1,3}\.){3}\d{1,3})(?:/(?P<prefix>\d{1,2})(?!\d)|:(?P<port>\d{1,5})(?!\d))?(?!\d|\.\d)",
        _address,
        after=".",
    ),
    rule("version", r"\d{1,5}(?:\.\d{1,5}){2,4}(?![\d/]|\.\d)", _several_parts, after="."),
)
LAST_RULES = (
    rule("version", r"\d{1,4}\.\d{1,4}(?!\d|\.\d)", _two_parts, after="."),
    rule("version", r"\d{1,15}(?:\.\d{1,15}){2,}(?!\d)", _any_parts, after="."),
)

"""Verbalize times of day and durations: 3:30 p.m., 14:00 UTC, 9-5, 1:23:45, 2h30m; also Bible verses (John 3:16)."""

from __future__ import annotations

import re

from tts.text.normalize.abbreviation_tables import SCRIPTURE
from tts.text.normalize.numbers import cardinal, digits, two_digits
from tts.text.normalize.rule import rule, spell, word_before
from tts.text.regex import regex

_HALF = r"(?:[aApP]\.\s?[mM]\.|[aApP]\.?[mM](?!\w))"
_ZONES = (
    "UTC|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|AKST|HST|BST|CET|CEST|EET|EEST|IST|JST|KST|AEST|AEDT|NZST|MSK|ET|CT|MT|PT"
)
_CLOCK = r"\d{1,2}:[0-5]\d(?![\d:])"
_BOOKS = frozenset((*map(str.lower, SCRIPTURE), "ps")) | frozenset(
    "genesis exodus leviticus numbers deuteronomy joshua judges ruth samuel kings job psalm psalms proverbs "
    "ecclesiastes isaiah jeremiah ezekiel daniel hosea joel amos micah matthew mark luke john acts romans corinthians "
    "galatians ephesians philippians colossians thessalonians timothy titus hebrews james peter jude "
    "revelation qur'an quran surah sura".split()
)
_WAITING = regex(
    r"\b(?:wait|waited|sleep|slept|timeout|interval|expires in|retry in|back in|ETA|every|cooldown|uptime|"
    r"duration)[:=]?\s?\Z",
    re.IGNORECASE,
)
_CLOCK_BEFORE = regex(r"\b(?:at|by|from|since|until|till|before|after|around|day),?\s\Z|[\[T(]\Z")
_RATIO = regex(r"\b(?:ratio|odds|scale|score|proportion)\b")


def clock(hour: str, minute: str | None, second: str | None, half: str | None) -> str | None:
    """Verbalize a time of day; None if the hour is over 24."""
    if int(hour) > 24:
        return None
    words = [cardinal(str(int(hour)))]
    if minute and minute != "00":
        words.append(two_digits(minute))
    elif minute and not half and not second:
        words.append("o'clock" if 0 < int(hour) <= 12 and hour[0] != "0" else "hundred")
    if second and int(second):
        words.append(f"and {cardinal(str(int(second)))} second{'' if int(second) == 1 else 's'}")
    if half:
        words.append(f"{half[0].upper()} M")
    return " ".join(words)


def _time(match: re.Match[str]) -> str | None:
    if not match["half"] and _RATIO.search(match.string[max(0, match.start() - 16) : match.start()]):
        return None
    named = match.groupdict()
    is_bare = match["second"] and not (match["half"] or match["zone"] or named.get("fraction"))
    before = match.string[max(0, match.start() - 9) : match.start()]
    if is_bare and len(match["hour"]) == 1 and not _CLOCK_BEFORE.search(before):
        return _hours(match)
    spoken = clock(match["hour"], match["minute"], None if named.get("fraction") else match["second"], match["half"])
    if spoken and named.get("fraction"):
        spoken += f" and {cardinal(str(int(match['second'])))} point {digits(match['fraction'])} seconds"
    return f"{spoken} {spell(match['zone'])}" if spoken and match["zone"] else spoken


def _hours(match: re.Match[str]) -> str:
    """Verbalize a duration of less than ten hours: 1:02:33."""
    parts = [(int(match[name]), name) for name in ("hour", "minute", "second")]
    return " ".join(f"{cardinal(str(count))} {name}{'' if count == 1 else 's'}" for count, name in parts if count)


def _range(match: re.Match[str]) -> str | None:
    """Verbalize a range of times: 9-5 pm, 9:00-17:00, 9am-5pm."""
    ends = [clock(match[f"hour{n}"], match[f"minute{n}"], None, match[f"half{n}"]) for n in (1, 2)]
    if len(match["half2"] or "") == 1 and not (match["half1"] or match["minute1"]):
        return None
    if None in ends or not (match["minute1"] or match["minute2"] or match["half1"] or match["half2"]):
        return None
    bare = [end.removesuffix(" o'clock") if end else "" for end in ends]
    spoken = " to ".join(bare if match["half1"] or match["half2"] else [end or "" for end in ends])
    return f"{spoken} {spell(match['zone'])}" if match["zone"] else spoken


def _elapsed(match: re.Match[str]) -> str:
    """Verbalize a duration with a decimal fraction of a second: 1:23.45."""
    seconds = two_digits(match["second"])
    return f"{cardinal(match['minute'])} {seconds} point {digits(match['fraction'])}"


def _military(match: re.Match[str]) -> str | None:
    number = match["number"]
    hour, minute = number[:2], number[2:]
    if int(hour) > 24 or int(minute) > 59:
        return None
    first = two_digits(hour) if hour != "00" else "zero"
    unit = " hours" if match["unit"] else ""
    return f"{first} {'hundred' if minute == '00' else two_digits(minute)}{unit}"


def _french(match: re.Match[str]) -> str | None:
    """Verbalize the French notation 17h30."""
    return clock(match["hour"], match["minute"], None, None)


_UNITS = {"h": "hour", "hr": "hour", "hrs": "hour", "m": "minute", "min": "minute", "mins": "minute"}
_UNITS |= {"d": "day", "w": "week", "mo": "month", "y": "year", "s": "second", "sec": "second", "secs": "second"}


def _duration(match: re.Match[str]) -> str:
    """Verbalize a duration with units: 2h30m, 1 hr 5 min 10 s."""
    parts = re.findall(r"(\d+)\s?([a-z]+)", match[0])
    return " ".join(f"{cardinal(number)} {_UNITS[unit]}{'' if number == '1' else 's'}" for number, unit in parts)


def _waited(match: re.Match[str]) -> str | None:
    """Verbalize minutes after a word that tells a time: wait 5m, timeout: 10m."""
    return _duration(match) if _WAITING.search(match.string[max(0, match.start() - 14) : match.start()]) else None


def _verse(match: re.Match[str]) -> str | None:
    if word_before(match.string, match.start()).lower() not in _BOOKS:
        return None
    verses = f"{cardinal(match['chapter'])} {cardinal(match['verse'])}"
    return f"{verses} to {cardinal(match['last'])}" if match["last"] else verses


RULES = (
    rule("range", r"(?P<chapter>\d{1,3}):(?P<verse>\d{1,3})(?:[-—](?P<last>\d{1,3}))?(?![\d:])", _verse, after=":"),
    rule(
        "duration",
        r"\d{1,3}\s?(?:h|hrs?)\s?\d{1,2}\s?(?:m|mins?)(?:\s?\d{1,2}\s?(?:s|secs?))?(?!\w)",
        _duration,
        sign="h",
    ),
    rule("duration", r"\d{1,3}d\s?\d{1,2}h(?:\s?\d{1,2}m)?(?:\s?\d{1,2}s)?(?!\w)", _duration, sign="d"),
    rule("duration", r"\d{1,3}(?:mo|[smhdwy])(?=\sago\b)", _duration, sign="smhdwy"),
    rule("duration", r"\d{1,3}m(?![\w/²³]|\s?x\s?\d)", _waited, sign="m"),
    rule("duration", r"\d{1,3}\s?(?:m|mins?)\s?\d{1,2}\s?(?:s|secs?)(?!\w)", _duration, sign="m"),
    rule(
        "time",
        rf"(?P<hour1>\d{{1,2}})(?::(?P<minute1>[0-5]\d))?\s?(?P<half1>{_HALF}|[aApP](?=\s?[-—]\s?\d))?\s?[-—]\s?"
        rf"(?P<hour2>\d{{1,2}})(?::(?P<minute2>[0-5]\d))?(?![\d:-])(?:\s?(?P<half2>{_HALF}|[aApP](?![\w'])))?(?:\s(?P<zone>{_ZONES})(?!\w))?",
        _range,
        after=":-— aApP",
    ),
    rule("duration", r"(?P<minute>\d{1,2}):(?P<second>[0-5]\d)\.(?P<fraction>\d{1,3})(?!\d)", _elapsed, after=":"),
    rule(
        "time",
        r"(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))(?::(?P<second>[0-5]\d)(?:[.,](?P<fraction>\d{3,6}))?)?(?![\d:]|,\d{3})"
        rf"(?:\s?(?P<half>{_HALF}|[aApP](?![\w'])))?(?:\s(?P<zone>{_ZONES})(?!\w))?",
        _time,
        after=":",
    ),
    rule(
        "time",
        rf"(?P<hour>\d{{1,2}})(?P<minute>)(?P<second>)\s?(?P<half>{_HALF})(?:\s(?P<zone>{_ZONES})(?!\w))?",
        _time,
        after=" aApP",
    ),
    rule(
        "time",
        rf"(?P<hour>\d{{1,2}})\.(?P<minute>[0-5]\d)(?P<second>)\s?(?P<half>{_HALF})(?P<zone>)",
        _time,
        after=".",
    ),
    rule("time", r"(?P<number>[0-2]\d[0-5]\d)\s?(?:(?P<unit>hours|hrs)\b\.?|(?=Z\b))", _military, sign="hZ"),
    rule("time", r"(?P<hour>[01]?\d|2[0-3])h(?P<minute>[0-5]\d)(?!\w)", _french, after="h"),
)

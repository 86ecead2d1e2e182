"""Names of months and weekdays, and which short words stand for one: Jan. 5, 25 jul, closed on Sun."""

from __future__ import annotations

import re

from tts.text.normalize.rule import Verbalized
from tts.text.regex import regex

MONTHS = tuple("january february march april may june july august september october november december".split())
_SHORT = {name[:3]: name for name in MONTHS} | {"sept": "september", "june": "june", "july": "july"}
_DAYS = {
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "wed": "wednesday", "weds": "wednesday", "thu": "thursday",
    "thur": "thursday", "thurs": "thursday", "fri": "friday", "sat": "saturday", "sun": "sunday",
}  # fmt: skip
SHORT_NAMES = frozenset(_SHORT.keys() - set(MONTHS) - {"june", "july"}) | _DAYS.keys()
"""Short names in lower case, which are names only next to a date or a time."""
ALSO_WORDS = frozenset("may march mar".split())
"""Names of months that in lower case usually are other words."""
_ONLY_DAYS = frozenset("tue tues weds thu thur thurs fri".split())
_WORDS = frozenset(("sun", "sat"))  # also words where they are capitalised
MONTH = (
    r"(?:"
    + "|".join(f"[{name[0].upper()}{name[0]}]{name[1:]}|{name.upper()}" for name in dict.fromkeys([*MONTHS, *_SHORT]))
    + r")"
)
"""Pattern of a month's name, long or short, in small letters or capitals."""
_DAY = r"(?:[Mm]on|[Tt]ues?|[Ww]eds?|[Tt]hu(?:rs?)?|[Ff]ri|[Ss]at|[Ss]un)(?:day|sday|nesday|rsday|urday)?"
_NUMBER_AFTER = regex(r"\.?,?\s{1,2}'?\d|-\d{1,2}-(?:[12]\d)?\d\d\b|\.?\s?[-—/]\s?[A-Z]")
_NUMBER_BEFORE = regex(r"\d(?:st|nd|rd|th)?[\s-]\Z|[A-Z][a-z]{2}[-—/]\Z")
_DAY_AND_YEAR = regex(r"\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:1\d|20)\d\d\b|\.?\s(?:1\d|20)\d\d\b")
_NUMBER_JOINED = regex(r"-\d{1,2}(?![\w-])")
_IN = regex(r"\b(?:in|since|last|next|by|until|early|late|mid)\s\Z", re.IGNORECASE)
_DATE_AFTER = regex(
    rf"\.?,?\s(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}\b|{MONTH}\b\.?\s\d|\d{{1,2}}(?::\d\d)?\s?[ap]\.?m\b)",
    re.IGNORECASE,
)
_DAY_AFTER = regex(rf"\.?(?:,?\s(?:and|or|to|thru|through)\s|\s?[,&/—-]\s?){_DAY}\b")
_DAY_BEFORE = regex(rf"\b{_DAY}\.?(?:,?\s(?:and|or|to|thru|through)\s|\s?[,&/—-]\s?)\Z")
_HOURS_AFTER = regex(
    r":\s|\.?\s\d|\.?\s(?:night|morning|afternoon|evening|noon)s?\b|\.,|,\s(?:\d|[A-Z])|\s?[—/-]\s?[A-Z][a-z]"
)
_ON = regex(
    r"\b(?:on|every|each|next|last|this|by|until|till|since|from|before|after|to|through|thru|closed|open|(?:see|meet)\s(?:you|ya|u|him|her|them|me))\s\Z",
    re.IGNORECASE,
)
_ENDS = regex(r"\.?(?:\s*\Z|[,;:!?)]|\s[a-z(])|\.\s")


def month_name(word: str) -> str | None:
    """Return the full month name for a capitalised word or abbreviation; None if it is no month."""
    return any_month(word) if word[:1].isupper() else None


def any_month(word: str) -> str | None:
    """Return the full month name for a word or abbreviation in small letters or capitals; None if it is no month."""
    small = word.lower()
    return small if small in MONTHS else _SHORT.get(small)


def calendar_name(word: str) -> str | None:
    """Return the full month or weekday name for a capitalised word, long or short; None if it is neither."""
    if not word[:1].isupper():
        return None
    small = word.lower()
    return month_name(word) or _DAYS.get(small) or (small if small in _DAYS.values() else None)


def read_name(text: str, word: str, start: int) -> Verbalized | None:
    """Expand a short month or weekday with a date, a time or a day next to it: Jan. 5, dec 2020, closed on Sun."""
    small = word.lower()
    if small not in SHORT_NAMES or not (word.islower() or word.istitle() or word.isupper()):
        return None
    end = start + len(word)
    stop = text[end : end + 1] == "."
    if small in _DAYS:
        dated, name = _is_day(text, word, start, end), _DAYS[small]
    else:
        dated, name = _is_month(text, word, start, end), _SHORT[small]
    return Verbalized("date", name, end + stop) if dated and small != "may" else None


def _is_month(text: str, word: str, start: int, end: int) -> bool:
    before = text[max(0, start - 6) : start]
    if word in ALSO_WORDS:
        return bool(_DAY_AND_YEAR.match(text, end))
    if word.islower() and (text[end : end + 1] in tuple("-—/")) and not _NUMBER_AFTER.match(text, end):
        return False
    if word.istitle() and _NUMBER_JOINED.match(text, end):
        return True
    stopped = word.istitle() and text[end : end + 1] == "." and _IN.search(before)
    return bool(stopped or _NUMBER_AFTER.match(text, end) or _NUMBER_BEFORE.search(before[-4:]))


def _is_day(text: str, word: str, start: int, end: int) -> bool:
    if word.islower():
        return bool(_DATE_AFTER.match(text, end))
    before = text[max(0, start - 16) : start]
    if _DAY_AFTER.match(text, end) or _DAY_BEFORE.search(before) or _DATE_AFTER.match(text, end):
        return True
    if _ON.search(before) and _ENDS.match(text, end):
        return True
    if word.lower() in _ONLY_DAYS and word.istitle() and _ENDS.match(text, end):
        return True
    stopped = text[end : end + 2] in (". ", ".,") and text[end + 2 : end + 3].islower()
    if word.lower() in _WORDS:
        return bool(_HOURS_AFTER.match(text, end)) and text[end : end + 1] in ":. "
    return bool(stopped or _HOURS_AFTER.match(text, end))

"""Convert transcripts to one spelling, so that only audible differences count as errors.

Reference and transcript go through the same steps: normalise the text ("$5" becomes "five dollars"), replace hyphens
by spaces, remove apostrophes, convert British to American spelling, and days of the month to cardinals, because
"November 8" may be spoken either way. Words that sound different stay different.
"""

from __future__ import annotations

import re

from tts.text.normalize.normalizer import normalize

_AMERICAN = {
    "centre": "center", "centres": "centers", "cheque": "check", "cheques": "checks", "connexion": "connection",
    "defence": "defense", "enquiry": "inquiry", "enquiries": "inquiries", "fibre": "fiber", "fulfil": "fulfill",
    "fulfilment": "fulfillment", "grey": "gray", "jeweller": "jeweler", "jewellery": "jewelry",
    "judgement": "judgment", "licence": "license", "metre": "meter", "metres": "meters", "offence": "offense",
    "offences": "offenses", "okay": "ok", "programme": "program", "programmes": "programs", "theatre": "theater",
    "theatres": "theaters",
}  # fmt: skip
_RULES = (
    # colour, favourable, neighbours: not hour, four, pour, tour, nor their kind.
    (
        re.compile(
            r"(arm|behavi|col|endeav|fav|harb|hon|hum|lab|neighb|od|parl|rum|splend|val|vap)our"
            r"(s|ed|er|ers|ing|able|ably|ite|ites|hood|ly|less)?"
        ),
        r"\1or\2",
    ),
    # organise, realised, civilisation: not rise, advise, promise.
    (
        re.compile(
            r"(american|author|character|civil|critic|emphas|general|organ|real|recogn|reorgan|special|stabil|symbol"
            r"|sympath|util)is(e|es|ed|er|ers|ing|ation|ations)"
        ),
        r"\1iz\2",
    ),
    # travelled, parcelling: American English doubles an l only after a stressed vowel.
    (re.compile(r"(cancel|label|level|marshal|parcel|quarrel|signal|travel)l(ed|er|ers|ing)"), r"\1\2"),
)
_CARDINALS = {
    "first": "one", "second": "two", "third": "three", "fourth": "four", "fifth": "five", "sixth": "six",
    "seventh": "seven", "eighth": "eight", "ninth": "nine", "tenth": "ten", "eleventh": "eleven",
    "twelfth": "twelve", "thirteenth": "thirteen", "fourteenth": "fourteen", "fifteenth": "fifteen",
    "sixteenth": "sixteen", "seventeenth": "seventeen", "eighteenth": "eighteen", "nineteenth": "nineteen",
    "twentieth": "twenty", "thirtieth": "thirty",
}  # fmt: skip
_DAY = re.compile(
    r"\b((?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?: twenty| thirty)?) (" + "|".join(_CARDINALS) + r")\b"
)
_LONGEST_COMPOUND = 3  # words, as in "son-in-law"


def spoken_words(text: str) -> list[str]:
    """Return the spoken words of `text`, in lower case and one spelling, without punctuation."""
    words = " ".join(word.text for word in normalize(text) if word.kind != "mark")
    parts = words.lower().replace("-", " ").replace("'", "").split()
    spelled = " ".join(_to_american(part) for part in parts)
    return _DAY.sub(lambda match: f"{match[1]} {_CARDINALS[match[2]]}", spelled).split()


def match_spacing(reference: list[str], hypothesis: list[str]) -> list[str]:
    """Space compounds in the hypothesis as in the reference: the space in "boot laces" cannot be heard.

    The reference is unchanged, so that every system is measured against the same number of words.
    """
    words = set(reference)
    runs = {
        tuple(reference[start : start + n])
        for n in range(2, _LONGEST_COMPOUND + 1)
        for start in range(len(reference) - n + 1)
    }
    compounds = {"".join(run): run for run in sorted(runs)}
    spaced: list[str] = []
    position = 0
    while position < len(hypothesis):
        word = hypothesis[position]
        length = _joinable(hypothesis, position, words, runs)
        if length > 1:
            spaced.append("".join(hypothesis[position : position + length]))
        elif word not in words and word in compounds:
            spaced.extend(compounds[word])
        else:
            spaced.append(word)
        position += length
    return spaced


def _joinable(hypothesis: list[str], position: int, words: set[str], runs: set[tuple[str, ...]]) -> int:
    """Count the words from `position` that the reference writes as one word; 1 if it does not."""
    for length in range(_LONGEST_COMPOUND, 1, -1):
        run = tuple(hypothesis[position : position + length])
        if len(run) == length and run not in runs and "".join(run) in words:
            return length
    return 1


def _to_american(word: str) -> str:
    if word in _AMERICAN:
        return _AMERICAN[word]
    for pattern, replacement in _RULES:
        if pattern.fullmatch(word):
            return pattern.sub(replacement, word)
    return word

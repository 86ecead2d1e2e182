"""Words written alike and said differently, decided by the words beside them: a few rules, driven by tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from tts.text.lexicon import Lexicon, Pronunciation

Role = Literal["noun", "verb", "past", "rare"]


class _Pair(NamedTuple):
    """How to know a word's marked pronunciation, the role to take when nothing decides, and the roles that call for it.

    Roles: noun (or adjective), verb, past (a form after "have", "was", "he"), rare (a fixed expression).
    """

    is_marked: Callable[[Pronunciation], bool]
    default: Role
    marked: tuple[Role, ...] = ("verb",)


def _late_stress(phonemes: Pronunciation) -> bool:
    stresses = [phoneme[-1] for phoneme in phonemes if phoneme[-1] in "012"]
    return stresses[:1] != ["1"]


def _voiced(phonemes: Pronunciation) -> bool:
    return "S" not in phonemes[-3:]


def _full_ending(phonemes: Pronunciation) -> bool:
    return any(phoneme.startswith("EY") for phoneme in phonemes[-2:])


def _has(phoneme: str) -> Callable[[Pronunciation], bool]:
    return lambda phonemes: phoneme in phonemes


def _table(words: str, pair: _Pair) -> dict[str, _Pair]:
    return dict.fromkeys(words.split(), pair)


_PAIRS: dict[str, _Pair] = {
    **_table(
        "record records present presents object objects project projects progress protest protests conduct conflict "
        "conflicts contest contests contract contracts contrast contrasts convert converts convict convicts desert "
        "deserts digest escort extract extracts insult insults perfect rebel rebels subject subjects suspect suspects "
        "survey transport address ally allies combat compound compounds console content incense invalid "
        "refund research discount torment exploit attribute attributes",
        _Pair(_late_stress, "noun"),
    ),
    **_table("produce refuse reject transfer recall", _Pair(_late_stress, "verb")),
    **_table("decrease increase increases import permit", _Pair(_late_stress, "noun")),
    "upset": _Pair(_late_stress, "past", ("verb", "past")),
    **_table("use close excuse excuses abuse abuses diffuse house", _Pair(_voiced, "noun")),
    **_table(
        "estimate separate graduate moderate advocate delegate duplicate appropriate deliberate alternate associate "
        "elaborate articulate intimate animate approximate aggregate coordinate predicate subordinate",
        _Pair(_full_ending, "noun"),
    ),
    "uses": _Pair(_voiced, "verb"),
    "live": _Pair(_has("IH1"), "verb"),
    "lives": _Pair(_has("IH1"), "noun"),
    "lead": _Pair(_has("EH1"), "noun", ("rare",)),
    "wind": _Pair(_has("AY1"), "noun"),
    "winds": _Pair(_has("AY1"), "noun"),
    "tear": _Pair(_has("EH1"), "noun"),
    "tears": _Pair(_has("EH1"), "noun"),
    "bow": _Pair(_has("AW1"), "noun"),
    "wound": _Pair(_has("AW1"), "noun"),
    "dove": _Pair(_has("OW1"), "noun"),
    "sow": _Pair(_has("OW1"), "verb"),
    "bass": _Pair(_has("AE1"), "noun", ("rare",)),
    "minute": _Pair(_has("UW1"), "noun", ("rare",)),
    "read": _Pair(_has("IY1"), "past"),
}
# Words whose next word settles the matter, whatever stands before them.
_IDIOMS: tuple[tuple[str, Role, str], ...] = (
    ("live", "noun", "music show shows concert concerts audience broadcast tv wire wires ammunition album performance"),
    ("live", "noun", "performances recording recordings version versions action band dvd video coverage television"),
    ("lead", "rare", "pipe pipes paint poisoning bullet bullets pencil shot sheet core oxide ore acid mine mines"),
    ("lives", "verb", "in at with on near there here alone up"),
    ("wound", "verb", "up around round down through its"),
    ("dove", "verb", "into in under off for"),
    ("wind", "verb", "up down through"),
    ("minute", "rare", "detail details particle particles quantity quantities amounts"),
    ("close", "noun", "to by together friend friends"),
    ("bass", "rare", "fishing"),
    ("read", "past", "by as"),
)
_BEFORE: dict[tuple[str, str], Role] = {
    (word, after): role for word, role, afters in _IDIOMS for after in afters.split()
}
_LEXICON_LACKS: dict[str, tuple[Pronunciation, ...]] = {"house": (("HH", "AW1", "S"), ("HH", "AW1", "Z"))}

_TO_VERB = frozenset(
    "to will would can could should shall may might must do does did don't doesn't didn't can't cannot won't couldn't "
    "wouldn't shouldn't let's please i we you they who i'll we'll you'll they'll he'll she'll it'll".split()
)
_TO_THIRD_PERSON = frozenset("he she it who which".split())
_TO_NOUN = frozenset(
    "a an the this these those my your his her its our their some any no every each another such of in on for with at "
    "by from as into between without under over during first last next new old good great own public very more most "
    "so too same present-day and's".split()
)
_TO_PAST = frozenset(
    "have has had having was were is are am be been being i've we've you've they've i'd we'd you'd they'd he'd she'd "
    "he's she's it's haven't hasn't hadn't wasn't weren't isn't aren't he she".split()
)
_OBJECTS = frozenset("the a an it them him us me his her their its my our your".split())
_ADVERBS = frozenset("not also never often always still just only even ever soon already once again now then".split())
_VOWELS = frozenset("AEIOU")
_THE_BEFORE_VOWEL: Pronunciation = ("DH", "IY0")
_THE: Pronunciation = ("DH", "AH0")


def choose(words: Sequence[str], index: int, following: Pronunciation, lexicon: Lexicon) -> Pronunciation | None:
    """The pronunciation of words[index] that its context asks for; None when the word is no homograph.

    `words` holds lower-case words, "" for a mark; `following` is how the next word is said, () before a mark.
    """
    word = words[index]
    if word == "the":
        return _THE_BEFORE_VOWEL if following and following[0][0] in _VOWELS else _THE
    pair = _PAIRS.get(word)
    if pair is None:
        return None
    wants_marked = (_role(words, index) or pair.default) in pair.marked
    variants = _LEXICON_LACKS.get(word) or lexicon.lookup(word)
    return next((variant for variant in variants if pair.is_marked(variant) == wants_marked), None)


def _role(words: Sequence[str], index: int) -> Role | None:
    """What the neighbours say about words[index], looking past adverbs before it; None when they say nothing."""
    word = words[index]
    after = words[index + 1] if index + 1 < len(words) else ""
    if (word, after) in _BEFORE:
        return _BEFORE[word, after]
    place = index - 1
    while place > 0 and place > index - 3 and (words[place] in _ADVERBS or words[place].endswith("ly")):
        place -= 1
    before = words[place] if place >= 0 else ""
    if word.endswith("s") and word not in ("progress", "bass", "address"):
        if before in _TO_THIRD_PERSON:
            return "verb"
    elif before in _TO_VERB:
        return "verb"
    if before in _TO_NOUN or before.endswith("'s"):
        return "noun"
    if before in _TO_PAST:
        return "past"
    if after == "of":
        return "noun"
    return "verb" if after in _OBJECTS and word != "read" else None

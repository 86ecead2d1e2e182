"""Read homographs that begin a clause by the words after them.

Some are imperatives ("Elaborate on this.", "Moderate it."), others plural nouns ("Records that show a profit").
"""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.punctuation import PUNCTUATION

_OPENERS = frozenset("please then just now".split())
_OBJECTS = frozenset(
    (
        "it them him me us this these those everything anything a an the my your his her its our their all "
        "how what whether"
    ).split()
)
"""Words that follow a verb at the start of a clause, and never a noun."""
_PREPOSITIONS = {
    "aggregate": "by on over across into", "alternate": "on between with", "approximate": "to with by",
    "articulate": "with", "associate": "with", "bow": "down before low out to", "close": "with",
    "compress": "to into with", "contrast": "with",
    "convert": "to into from", "coordinate": "with on", "degenerate": "into", "delegate": "to",
    "deliberate": "on over about", "discharge": "to into", "duplicate": "to across into",
    "elaborate": "on upon", "export": "to as from", "extract": "from to into", "graduate": "from in with",
    "import": "from into", "insert": "into before after", "lead": "by with", "live": "on in by with",
    "object": "to", "predicate": "on", "present": "to", "progress": "to", "project": "onto to into",
    "refund": "to", "separate": "by into on with", "tear": "along up down off out", "transfer": "from into",
    "transform": "into", "use": "with by as at for", "wind": "up down through",
}  # fmt: skip
_AFTER_NOUN = frozenset("that which who whose of are were".split())
"""Words that follow a plural noun at the start of a clause, but hardly a verb."""
_FOLLOWED = {word: frozenset(prepositions.split()) for word, prepositions in _PREPOSITIONS.items()}
"""Prepositions that follow the verb at the start of a clause, but hardly the noun."""


def is_imperative(words: Sequence[str], index: int) -> bool:
    """Return whether words[index], a noun or a verb, is an imperative at the start of its clause."""
    before = words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    begins = not before or before in PUNCTUATION or before in _OPENERS
    return begins and words[index][-1] != "s" and (after in _OBJECTS or after in _FOLLOWED.get(words[index], ()))


def is_plural_noun(words: Sequence[str], index: int) -> bool:
    """Return whether words[index], a noun or a verb in -s, is a noun at the start of its clause."""
    begins = index == 0 or words[index - 1] in PUNCTUATION
    return begins and words[index][-1] == "s" and words[index + 1 : index + 2] != [] and words[index + 1] in _AFTER_NOUN

"""Words that have another meaning beside certain neighbours, each with its readers."""

from __future__ import annotations

from collections.abc import Callable

from tts.text.normalize.abbreviation_tables import WITHOUT_STOP
from tts.text.normalize.abbreviations import BARE_NUMBERED, read_bare
from tts.text.normalize.calendar_names import SHORT_NAMES, read_name
from tts.text.normalize.chat import WORDS, read_chat, read_too_long
from tts.text.normalize.compass import SMALL_POINTS, read_direction
from tts.text.normalize.doses import DOSE_CODES, read_dose
from tts.text.normalize.functions import FUNCTIONS, read_function
from tts.text.normalize.rule import Verbalized
from tts.text.normalize.slashed import read_age
from tts.text.normalize.streets import SMALL_TYPES, read_street


def _read_unit(text: str, word: str, start: int) -> Verbalized | None:
    from tts.text.normalize.rates import read_unit_word  # imported on first use, like all rules for numbers

    return read_unit_word(text, word, start)


_SMALL_VERBS = {"id'd": "I d'd", "od'd": "O d'd", "ko'd": "K o'd", "qa'd": "Q a'd", "dm'ed": "D m'd", "cc'ed": "C c'd"}


def _read_small_verb(text: str, word: str, start: int) -> Verbalized | None:
    """Spell the initialism of a verb in small letters: id'd."""
    return Verbalized("acronym", _SMALL_VERBS[word.lower()], start + len(word))


_UNIT_WORDS = frozenset("kg kgs km kms mg mcg cm mm ml lb lbs mph kph kcal rpm psi px".split())
"""Symbols of units in small letters that are expanded even without a number."""
READERS: dict[str, tuple[Callable[[str, str, int], Verbalized | None], ...]] = {
    **dict.fromkeys(SHORT_NAMES, (read_name,)),
    **dict.fromkeys(SMALL_POINTS, (read_direction,)),
    **dict.fromkeys(SMALL_TYPES, (read_street,)),
    **dict.fromkeys(("fl", "flr", "apt", "rm"), (read_bare,)),
    **dict.fromkeys(DOSE_CODES, (read_dose,)),
    **dict.fromkeys(WORDS, (read_chat,)),
    **dict.fromkeys(_SMALL_VERBS, (_read_small_verb,)),
    "tl": (read_too_long,),
    "yo": (read_age,),
    **dict.fromkeys(FUNCTIONS, (read_function,)),
    **dict.fromkeys(BARE_NUMBERED, (read_bare,)),
    **dict.fromkeys(_UNIT_WORDS, (_read_unit,)),
}
"""Readers of words that have another meaning beside certain neighbours, by the word in small letters."""
CHANGED = frozenset(READERS) | WITHOUT_STOP.keys()
"""Words in small letters that are not always spoken as written."""

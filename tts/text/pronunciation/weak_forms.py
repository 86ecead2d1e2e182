"""Reduce function words: within a phrase "for", "was" and "him" have less stress than content words, or none.

At the end of a phrase prepositions and auxiliaries keep their stress ("What is it for?", "I said I could."), and
pronouns keep a secondary one ("I told him."). A word that is a phrase of its own keeps its stress ("Who?").
Sources: Wells, *Longman Pronunciation Dictionary*, 3rd edition, "Weak forms"; Roach, *English Phonetics and
Phonology*, 4th edition, chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.pronunciation.lexicon import Pronunciation
from tts.text.punctuation import PUNCTUATION

_OF_I = frozenset("i'm i've i'll i'd".split())
_OF_OTHERS = frozenset(
    (
        "you're you've you'll you'd he's he'll he'd she's she'll she'd it's it'll "
        "we're we've we'll we'd they're they've they'll they'd"
    ).split()
)
"""Contractions of the other pronouns."""
_PRONOUNS = _OF_I | _OF_OTHERS | set("i me you he him she it we us they them my your his her its our their".split())
_UNSTRESSED = _OF_OTHERS | set(
    (
        "you he she it we they my your his her its their "
        "an and of to for in from at by with through as than or if this these those that "
        "is am are was were be been have has had can could will would"
    ).split()
)
_SECONDARY = _OF_I | set(
    "i me him us them our on up down but some so not shall should might who which what when where why how".split()
)
_HAVE = frozenset("have has had".split())
_EXISTENTIAL = frozenset("there there's".split())
_BE = frozenset("is are was were isn't aren't wasn't weren't will has have had can may might must".split())
_EXISTS = _BE | frozenset("seems seem appears appeared exists existed remains used would could".split())
"""Words after "there" where nothing is pointed at: "There seems to be a fault."."""
_PERSONS = frozenset("i you he she it we they who that this".split())
_QUANTITIES = frozenset("a an any no some something anything nothing someone anyone many much more two three".split())
_DEMONSTRATIVE_AFTER = frozenset(
    "of to for from in on at by with through as than is was and or but at about after before all".split()
)
"""Words after which "that" points at something ("at that time"). After others it begins a clause."""
_POINTED_AT = frozenset(
    "one way day night kind sort moment year month week morning evening afternoon particular thing same".split()
)
"""Words before which "that" points at something: "I like that one."."""
_ARTICLES = frozenset("a an the".split())
_POSSESSIVES = frozenset("my your his her its our their thy whose".split())
_NOUNS = frozenset("can will might".split())
"""Auxiliaries that are nouns after a possessive: "his will"."""
_NAMED = frozenset("must should how why what when where who if but up down in".split()) | _NOUNS
"""Words that are nouns after an article: "the can", "the how and the why"."""
_NAMED_BY_THE = frozenset("and for not on or".split())
"""Words that are named after "the" or "an": "the for loop". After "a", which may be a letter, they are not."""
_COMPOUNDS = frozenset(
    (
        "free:will last:will ill:will own:will iron:will living:will political:will god's:will "
        "people's:will divine:will tin:can trash:can garbage:can watering:can gas:can soda:can beer:can paint:can "
        "spray:can oil:can full:might military:might"
    ).split()
)
_VERBS_AFTER = frozenset("be have not".split())
_SUBJECTS = _PERSONS | frozenset("the a an these those my your his her our their there any".split())
_REDUCED: dict[str, Pronunciation] = {
    "an": ("AH0", "N"),
    "and": ("AH0", "N", "D"),
}
_TO_BEFORE_VOWEL: Pronunciation = ("T", "UH0")
_TO: Pronunciation = ("T", "AH0")
_VOWELS = frozenset("AEIOU")
FUNCTION_WORDS = _UNSTRESSED | _SECONDARY | _EXISTENTIAL
"""The words that have a weak form."""


def weaken(words: Sequence[str], index: int, strong: Pronunciation, following: Pronunciation) -> Pronunciation:
    """Return the pronunciation of words[index] in its phrase: `strong`, its dictionary form, or a weaker form.

    `words`: lower-case words and marks. `following`: the pronunciation of the next word, or () at the end of a phrase.
    """
    word = words[index]
    before = words[index - 1] if index else ""
    begins, ends = not before or before in PUNCTUATION, not following
    if (ends and (begins or word not in _PRONOUNS)) or _is_stressed(words, index, before, begins):
        return strong
    if word == "to":
        return _TO_BEFORE_VOWEL if following[0][0] in _VOWELS else _TO
    if not ends and word in _REDUCED:
        return _REDUCED[word]
    obliged = word in _HAVE and words[index + 1 : index + 2] == ["to"]
    stress = "2" if ends or obliged or word in _SECONDARY else "0"
    return tuple(phoneme.replace("1", stress) for phoneme in strong)


def _is_stressed(words: Sequence[str], index: int, before: str, begins: bool) -> bool:
    """Return whether the word is a demonstrative "that", a "there" that names a place, or a noun ("a can")."""
    word, after = words[index], words[index + 1] if index + 1 < len(words) else ""
    if word == "that":
        return begins or before in _DEMONSTRATIVE_AFTER or after in _POINTED_AT
    if word == "there":
        exists = before in _BE and after in _QUANTITIES and (index < 2 or words[index - 2] not in _PERSONS)
        return not exists and after not in _EXISTS
    if word in _NAMED_BY_THE:
        return before in ("the", "an")
    if word not in _NAMED:
        return False
    noun = before in _ARTICLES or (word in _NOUNS and (before in _POSSESSIVES or f"{before}:{word}" in _COMPOUNDS))
    return noun and after not in _VERBS_AFTER


def is_emphasized(words: Sequence[str], index: int, written: str, volume: float) -> bool:
    """Return whether words[index] keeps its stress: it is louder, in capitals ("It WAS him"), or the name "Will".

    "Will" begins a question, and is no name, before a subject: "Will you come?".
    """
    if volume > 0 or (len(written) > 1 and written.isupper()):
        return True
    if written != "Will":
        return False
    begins = index == 0 or words[index - 1] in PUNCTUATION
    return not (begins and words[index + 1 : index + 2] and words[index + 1] in _SUBJECTS)

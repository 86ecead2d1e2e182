"""Find the questions with a final rise, and the word where the rise begins.

Wh-questions fall like statements, and so do alternative questions ("tea or coffee?"). Yes-no questions and statements
with a question mark rise from their last accent to the end: L* H-H% in Pierrehumbert and Hirschberg 1990, "The meaning
of intonational contours in the interpretation of discourse".
"""

from __future__ import annotations

from collections.abc import Sequence

from tts.text.token import Token

_ENDS = frozenset('.?!;:…"()')
_ASKING = frozenset("what who whom whose which why how what's who's why's how's".split())
_ASKING_OR_JOINING = frozenset("when where".split())  # "when did it stop?", but "when it stopped, did you go?"
_VERBS = frozenset(
    "is are was were am do does did has have had will would can could should shall may might must isn't aren't wasn't "
    "weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't can't couldn't shouldn't".split()
)
_BEFORE = frozenset("and but so or then well oh now to in at for from with by on of about until since".split())
_UNACCENTED = frozenset(
    "i me you he him she her it we us they them my your his its our their a an the at for from of to with".split()
)


def mark_rises(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with `rises` set on the last accented word of each question with a final rise."""
    marked = list(tokens)
    begin = 0
    for index, token in enumerate(tokens):
        if token.is_mark and token.text in _ENDS:
            if token.text == "?" and _goes_up(tokens[begin:index]):
                words = [place for place in range(begin, index) if not tokens[place].is_mark]
                accented = [place for place in words if tokens[place].text not in _UNACCENTED]
                for last in (accented or words)[-1:]:
                    marked[last] = tokens[last]._replace(rises=True)
            begin = index + 1
    return marked


def _goes_up(tokens: Sequence[Token]) -> bool:
    """Return whether a question (its tokens without the mark) rises: neither a wh-question nor a choice with "or"."""
    texts = [token.text for token in tokens]
    clauses = " ".join("," if token.is_mark else token.text for token in tokens).split(",")
    return "or" not in texts[1:] and not any(_asks_for_a_word(clause.split()) for clause in clauses)


def _asks_for_a_word(words: Sequence[str]) -> bool:
    first = next((place for place, word in enumerate(words) if word not in _BEFORE), len(words))
    word, following = [*words[first : first + 2], "", ""][:2]
    return word in _ASKING or (word in _ASKING_OR_JOINING and (not following or following in _VERBS))

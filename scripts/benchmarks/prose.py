"""Text of any length in the manner of LJSpeech: reports on the prisons and the streets of an old city."""

from __future__ import annotations

import random
from collections.abc import Iterator

ACTORS = (
    "the governor, a committee of the house, the keepers, the sheriff, the prisoners, a former clerk, the new "
    "magistrates, the visiting surgeon, the court, the inspectors, a respectable merchant, the chaplain"
)
ACTIONS = (
    "reported, refused to examine, had long neglected, was asked to describe, carefully measured, condemned, could "
    "hardly believe, saw no reason to change, afterwards restored, began to suspect, paid for, wrote at length about"
)
OBJECTS = (
    "the state of the upper wards, the evidence of the first witness, the daily allowance of bread, the old rules of "
    "the prison, the width of the passages, the letters that were found in the room, the rebuilding of the eastern "
    "wall, the price of coals and candles, the conduct of the night watch, the number of sick persons"
)
PLACES = (
    "at the end of that winter, in the house by the river, before the trial was over, near the gate, within a few "
    "weeks, under the care of two officers, on the following morning, in the presence of many strangers, for the "
    "second time, without the least delay"
)
LINKS = "and, but, although, because, so that, while, after, as if"


def sentences(seed: int = 0) -> Iterator[str]:
    """Endless sentences of some 7 to 35 words, the same for the same seed."""
    draw = random.Random(seed)
    actors, actions, objects, places, links = (part.split(", ") for part in (ACTORS, ACTIONS, OBJECTS, PLACES, LINKS))

    def clause() -> str:
        parts = [draw.choice(actors), draw.choice(actions), draw.choice(objects)]
        return " ".join([*parts, draw.choice(places)] if draw.random() < 0.4 else parts)

    while True:
        clauses = [clause() for _ in range(draw.choice([1, 1, 1, 2, 2]))]
        sentence = clauses[0] + "".join(f", {draw.choice(links)} {other}" for other in clauses[1:])
        yield f"{sentence[0].upper()}{sentence[1:]}."


def prose(n_words: int, seed: int = 0) -> str:
    """Return at least so many words, in paragraphs of six sentences."""
    text: list[str] = []
    source, left = sentences(seed), n_words
    while left > 0:
        text.append(next(source))
        left -= len(text[-1].split())
    paragraphs = [" ".join(text[start : start + 6]) for start in range(0, len(text), 6)]
    return "\n\n".join(paragraphs)

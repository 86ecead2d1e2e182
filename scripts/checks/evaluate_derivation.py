"""Measure how often a pronunciation derived from a word's stem is right, compared with g2p_en's network.

    python scripts/checks/evaluate_derivation.py [--words N] [--sample 300]

Each word of the dictionary is removed from it in turn, and one rule derives the word from the remaining entries. A
pronunciation is right if it equals one of the dictionary's. Columns "bare" ignore stress digits and the difference
between AH0 and IH0. The network is slow, so only a sample of the words of each rule is scored. The network was trained
on these words, so its figures are its best case; the rules have not seen them.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Sequence

from tts.text.pronunciation import g2p
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.pronunciation.network import guess


class Without:
    """A lexicon that lacks one word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.word = ""

    def lookup(self, word: str) -> tuple[Pronunciation, ...]:
        return () if word == self.word else self.lexicon.lookup(word)


def words_of(lexicon: Lexicon) -> list[str]:
    """Return the words that consist of letters and are long enough to have a stem."""
    lines = lexicon.path.read_bytes().split(b"\n")[1:]
    words = (re.match(rb"[\x20-\x7e]*", line)[0].decode() for line in lines)  # type: ignore[index]
    return [word for word in words if word.isalpha() and len(word) >= 5]


def bare(phonemes: Sequence[str]) -> str:
    return re.sub(r"\d", "", " ".join(phonemes).replace("IH0", "AH0"))


def score(words: Sequence[str], say: Callable[[str], Pronunciation], lexicon: Lexicon) -> tuple[float, float]:
    """Return the percentage of words that are right, and right without stress."""
    said = [(say(word), lexicon.lookup(word)) for word in words]
    right = sum(phonemes in known for phonemes, known in said)
    nearly = sum(bare(phonemes) in map(bare, known) for phonemes, known in said)
    return 100 * right / len(words), 100 * nearly / len(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, help="derive only so many words, drawn at random (default: all)")
    parser.add_argument("--sample", type=int, default=300, help="most words to score for a rule (default: %(default)s)")
    options = parser.parse_args()
    lexicon, rest = Lexicon.load(), Without(Lexicon.load())
    words = words_of(lexicon)
    random.Random(0).shuffle(words)
    pronouncer = g2p.Pronouncer(rest)  # type: ignore[arg-type]

    def derive(word: str) -> tuple[str, Pronunciation] | None:
        rest.word = word
        return pronouncer.derive(word)

    rules: dict[str, list[str]] = {}
    for word in words[: options.words]:
        found = derive(word)
        if found:
            rules.setdefault(found[0], []).append(word)
    print("| rule | words | derived, % | bare, % | network, % | bare, % |\n|---|---|---|---|---|---|")
    for rule, members in sorted(rules.items()):
        sample = members[: options.sample]
        derived = score(sample, lambda word: derive(word)[1], lexicon)  # type: ignore[index]
        network = score(sample, guess, lexicon)
        figures = " | ".join(f"{share:.0f}" for share in (*derived, *network))
        print(f"| {rule} | {len(members)} | {figures} |")


if __name__ == "__main__":
    main()

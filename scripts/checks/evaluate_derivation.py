"""How often a word derived from its stem is right, beside g2p_en's network on the same words.

Usage: python scripts/checks/evaluate_derivation.py [--sample 300]

Every word of the dictionary in turn is taken out of it (a sample, for the network is slow), and derived from what is
left by one rule. Right means: equal to one of the dictionary's pronunciations; "bare": equal but for the stress digits
and the vowel (AH0 or IH0) of an unstressed syllable. The network has learnt these very words in its training, so that
its column shows it at its best; the rules have not seen them.
"""

from __future__ import annotations

import argparse
import logging
import random
import re
from collections.abc import Callable, Sequence

from tts.text.pronunciation import g2p
from tts.text.pronunciation.lexicon import Lexicon, Pronunciation
from tts.text.pronunciation.network import guess

logger = logging.getLogger("evaluate_derivation")


class Without:
    """A lexicon without one word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.word = ""

    def lookup(self, word: str) -> tuple[Pronunciation, ...]:
        return () if word == self.word else self.lexicon.lookup(word)


def words_of(lexicon: Lexicon) -> list[str]:
    """The dictionary's words, of letters alone and long enough to have a stem."""
    lines = lexicon.path.read_bytes().split(b"\n")[1:]
    words = (re.match(rb"[\x20-\x7e]*", line)[0].decode() for line in lines)  # type: ignore[index]
    return [word for word in words if word.isalpha() and len(word) >= 5]


def bare(phonemes: Sequence[str]) -> str:
    return re.sub(r"\d", "", " ".join(phonemes).replace("IH0", "AH0"))


def score(words: Sequence[str], say: Callable[[str], Pronunciation], lexicon: Lexicon) -> tuple[float, float]:
    """Shares of the words said right, and right but for stress."""
    said = [(say(word), lexicon.lookup(word)) for word in words]
    right = sum(phonemes in known for phonemes, known in said)
    nearly = sum(bare(phonemes) in map(bare, known) for phonemes, known in said)
    return 100 * right / len(words), 100 * nearly / len(words)


def main() -> None:
    """Print a row for each rule."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=300, help="words a rule at most (default: 300)")
    size = parser.parse_args().sample
    lexicon, rest = Lexicon.load(), Without(Lexicon.load())
    words = words_of(lexicon)
    random.Random(0).shuffle(words)
    pronouncer = g2p.Pronouncer(rest)  # type: ignore[arg-type]

    def derive(word: str) -> tuple[str, Pronunciation] | None:
        rest.word = word
        return pronouncer.derive(word)

    rules: dict[str, list[str]] = {}
    for word in words:
        found = derive(word)
        if found:
            rules.setdefault(found[0], []).append(word)
    logger.info("| rule | words | derived, % | bare, % | network, % | bare, % |")
    logger.info("|---|---|---|---|---|---|")
    for rule, members in sorted(rules.items()):
        sample = members[:size]
        derived = score(sample, lambda word: derive(word)[1], lexicon)  # type: ignore[index]
        network = score(sample, guess, lexicon)
        logger.info("| %s | %d | %.0f | %.0f | %.0f | %.0f |", rule, len(members), *derived, *network)


if __name__ == "__main__":
    main()

"""Measure what pronounces the words that no dictionary has: g2p_en's network, the derivation rules, and a network.

    python recipes/text/measure_guessers.py [--network NETWORK.pt] [--older CMUDICT]

Each pronounces the 5,000 words of CMUdict and the 1,000 words of the supplement that `guesser_data.split` holds out.
g2p_en's network was trained on most words of CMUdict, so only the words of the supplement are new to it. The rules see
all other words of CMUdict. NETWORK is the output of train_guesser.py. With an older CMUdict, such as the file
cmudict-0.7b, g2p_en's network is also measured on the words that the older one lacks.

The phoneme error is the edit distance to the nearest pronunciation of the dictionary as a share of its phonemes, stress
included; the word error is the share of the words with an error. "Bare" figures ignore stress.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import torch
from guesser_data import Pronunciation, read_cmudict, split
from train_guesser import Net

from tts.text.pronunciation.g2p import Pronouncer
from tts.text.pronunciation.lexicon import Lexicon
from tts.text.pronunciation.network import guess

Entries = Mapping[str, Sequence[Pronunciation]]
Say = Callable[[Sequence[str]], list[Pronunciation]]


class Known(Lexicon):
    """A lexicon of given words."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def lookup(self, word: str) -> tuple[Pronunciation, ...]:
        return tuple(self._entries.get(word, ()))


def distance(first: Pronunciation, second: Pronunciation) -> int:
    """Return the number of phonemes to insert, delete or replace (Levenshtein)."""
    row = list(range(len(second) + 1))
    for count, phoneme in enumerate(first, 1):
        diagonal, row[0] = row[0], count
        for index, other in enumerate(second, 1):
            diagonal, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, diagonal + (phoneme != other))
    return row[-1]


def errors(said: Mapping[str, Pronunciation], entries: Entries) -> tuple[float, float]:
    """Return the phoneme error and the word error in percent."""
    wrong = phonemes = words = 0
    for word, sound in said.items():
        apart, nearest = min((distance(sound, known), known) for known in entries[word])
        wrong, phonemes, words = wrong + apart, phonemes + len(nearest), words + (apart > 0)
    return 100 * wrong / phonemes, 100 * words / len(said)


def report(title: str, said: Mapping[str, Pronunciation], entries: Entries) -> None:
    """Print the errors, with and without stress."""
    full = errors(said, entries)
    plain = {word: bare(sound) for word, sound in said.items()}
    loose = errors(plain, {word: [bare(sound) for sound in entries[word]] for word in said})
    print(f"| {title} | {len(said)} | " + " | ".join(f"{figure:.1f}" for figure in (*full, *loose)) + " |")


def bare(sound: Pronunciation) -> Pronunciation:
    return tuple(phoneme.rstrip("012") for phoneme in sound)


def derived(words: Iterable[str], known: Entries) -> dict[str, Pronunciation]:
    """Pronounce the words that the rules can derive from known words."""
    pronouncer = Pronouncer(Known(known))
    found = ((word, pronouncer.derive(word)) for word in words)
    return {word: derivation.phonemes for word, derivation in found if derivation}


def load(path: Path) -> Say:
    """Load a network of train_guesser.py."""
    content = torch.load(path, weights_only=True)
    net = Net([tuple(chunk) for chunk in content["chunks"]]).eval()
    net.load_state_dict(content["weights"])

    def say(words: Sequence[str]) -> list[Pronunciation]:
        with torch.no_grad():
            return net.say(words)

    return say


def by_length(words: Iterable[str], say: Say) -> dict[str, Pronunciation]:
    """Pronounce words in groups of one length."""
    groups = defaultdict(list)
    for word in words:
        groups[len(word)].append(word)
    return {word: sound for group in groups.values() for word, sound in zip(group, say(group), strict=True)}


def main() -> None:
    """Print one row of a table for each guesser and each sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, help="network of train_guesser.py")
    parser.add_argument("--older", type=Path, help="older CMUdict")
    options = parser.parse_args()
    words = split()
    print(
        "| guesser, sample | words | phoneme error, % | word error, % | bare, % | bare, % |\n|---|---|---|---|---|---|"
    )
    for sample, entries in (("CMUdict", words.dictionary), ("supplement", words.supplement)):
        report(f"g2p_en's network, {sample}", {word: guess(word) for word in entries}, entries)
        rules = derived(entries, words.training)
        report(f"derivation rules, {sample}", rules, entries)
        report(f"g2p_en's network, {sample}, the same words", {word: guess(word) for word in rules}, entries)
        if options.network:
            report(f"own network, {sample}", by_length(entries, load(options.network)), entries)
    if options.older:
        old = {line.split("(")[0].split()[0].lower() for line in _entries(options.older)}
        new = {word: sounds for word, sounds in read_cmudict().items() if word not in old}
        report("g2p_en's network, new in CMUdict", {word: guess(word) for word in new}, new)


def _entries(path: Path) -> list[str]:
    lines = path.read_text(encoding="latin-1").splitlines()
    return [line for line in lines if line[:1].isalpha()]


if __name__ == "__main__":
    main()

"""Train the model of `tts.text.pronunciation.homographs`, and measure it by cross-validation.

Usage: python recipes/text/train_homographs.py DATA [--folds 10] [--out FILE]

DATA is the homograph data of Gorman, Mazovetskiy and Nikolaev (2018), Apache-2.0: the folder with train/*.tsv. The
readings and their ARPAbet are in homograph_readings.tsv; the sentences of homograph_examples.txt join every training
set and are never tested on. Folds are drawn by sentence, so that no sentence is in training and test; 0 skips the
measuring. Balanced accuracy is the mean recall of a word's readings, averaged over the 162 words. With --out the model
is then trained on everything and written; the package's own is tts/text/data/homographs.model.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize

from tts.text.normalize.normalizer import analyze
from tts.text.pronunciation.homographs import BAG_SCALE, Role, features, seeds

logger = logging.getLogger("train_homographs")

HERE = Path(__file__).parent
BITS = 18
L2 = 1.0
ITERATIONS = 40
Readings = dict[str, list[tuple[str, "Role | None", str]]]


class Example(NamedTuple):
    word: str
    reading: str
    sentence: str
    words: tuple[str, ...]
    capitals: tuple[bool, ...]
    index: int


def read_readings() -> Readings:
    """Each word's readings: name, role, ARPAbet."""
    readings: Readings = defaultdict(list)
    with (HERE / "homograph_readings.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            role = None if row["role"] == "-" else row["role"]
            readings[row["word"]].append((row["reading"], role, row["phonemes"]))
    return dict(readings)


def read_data(folder: Path) -> list[Example]:
    """The labelled sentences; start and end of the data count bytes."""
    paths = sorted(folder.glob("train/*.tsv"))
    if not paths:
        raise SystemExit(f"no train/*.tsv in {folder}: give the folder of the homograph data")
    examples = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                sentence = row["sentence"]
                start = len(sentence.encode()[: int(row["start"])].decode())
                examples += _examples(row["homograph"], row["wordid"], sentence, start)
    return examples


def read_examples(readings: Readings) -> list[Example]:
    """The sentences written for this project."""
    words = {name: word for word, rows in readings.items() for name, _, _ in rows}
    examples = []
    for line in (HERE / "homograph_examples.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, _, sentences = line.partition(": ")
            for sentence in sentences.split(" | "):
                found = list(_examples(words[name], name, sentence, None))
                if not found:
                    raise SystemExit(f"{name}: no {words[name]!r} in {sentence!r}")
                examples += found
    return examples


def _examples(word: str, reading: str, sentence: str, start: int | None) -> Iterator[Example]:
    """The example at a character, also inside a hyphenated word; without one, wherever the word stands."""
    analyzed = analyze(sentence).words
    texts = [entry.text for entry in analyzed]
    capitals = tuple(sentence[entry.start].isupper() for entry in analyzed)
    for index, entry in enumerate(analyzed):
        if entry.text == word if start is None else entry.start <= start < entry.end:
            context = (*texts[:index], word, *texts[index + 1 :])
            yield Example(word, reading, sentence, context, capitals, index)
            if start is not None:
                return


class Problem(NamedTuple):
    """One row of hashed features for each reading of each example."""

    rows: sparse.csr_matrix
    example: np.ndarray
    is_right: np.ndarray
    names: list[str]


def build(examples: Sequence[Example], readings: Readings) -> Problem:
    """Hash every example's features with each of its readings."""
    columns, values, ends, owner, right, names = [], [], [0], [], [], []
    for number, example in enumerate(examples):
        near, bag = features(example.words, example.capitals, example.index)
        for name, role, _ in readings[example.word]:
            for seed, scale in seeds(name, role):
                columns += [crc32(feature, seed) & (1 << BITS) - 1 for feature in near + bag]
                values += [scale] * len(near) + [scale * BAG_SCALE] * len(bag)
            ends.append(len(columns))
            owner.append(number)
            right.append(name == example.reading)
            names.append(name)
    shape = (len(owner), 1 << BITS)
    rows = sparse.csr_matrix((np.array(values, np.float32), np.array(columns, np.int32), np.array(ends)), shape=shape)
    rows.sum_duplicates()
    return Problem(rows, np.array(owner), np.array(right), names)


def class_weights(examples: Sequence[Example]) -> np.ndarray:
    """Each reading of a word counts as much as its others, however rare it is."""
    counts = Counter((example.word, example.reading) for example in examples)
    totals = Counter(example.word for example in examples)
    weights = np.array([totals[e.word] / counts[e.word, e.reading] for e in examples], np.float32)
    return weights / weights.mean()


def fit(problem: Problem, weights: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Weights as int8 of a softmax over each example's readings, with an L2 penalty, fitted by L-BFGS."""
    mask = chosen[problem.example]
    rows, right = problem.rows[mask], problem.is_right[mask]
    _, group = np.unique(problem.example[mask], return_inverse=True)
    starts = np.searchsorted(group, np.arange(group[-1] + 1))
    importance = weights[chosen]
    transposed = rows.T.tocsr()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        score = rows @ w.astype(np.float32)
        score -= np.maximum.reduceat(score, starts)[group]
        probability = np.exp(score)
        total = np.add.reduceat(probability, starts)
        nll = -(importance * (score[right] - np.log(total))).sum()
        slope = transposed @ ((probability / total[group] - right) * importance[group])
        return float(nll) + 0.5 * L2 * float(w @ w), slope.astype(float) + L2 * w

    found = minimize(loss, np.zeros(1 << BITS), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    return np.round(found * (127 / np.abs(found).max())).astype(np.int8)


def predict(problem: Problem, weights: np.ndarray, chosen: np.ndarray) -> dict[int, str]:
    """The reading of the highest score for each chosen example."""
    best: dict[int, tuple[float, str]] = {}
    places = np.flatnonzero(chosen[problem.example])
    for place, score in zip(places, problem.rows[places] @ weights.astype(np.float32), strict=True):
        number = problem.example[place]
        if number not in best or score > best[number][0]:
            best[number] = (score, problem.names[place])
    return {number: name for number, (_, name) in best.items()}


def fold_of(sentence: str, folds: int) -> int:
    return int(hashlib.sha256(sentence.encode()).hexdigest(), 16) % folds


def balanced_accuracy(examples: Sequence[Example], answers: Sequence[str]) -> dict[str, float]:
    """For each word the mean recall of those of its readings that occur."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for example, answer in zip(examples, answers, strict=True):
        hits[example.word, example.reading].append(answer == example.reading)
    recalls: dict[str, list[float]] = defaultdict(list)
    for (word, _), right in hits.items():
        recalls[word].append(sum(right) / len(right))
    return {word: sum(values) / len(values) for word, values in recalls.items()}


def report(title: str, examples: Sequence[Example], answers: Sequence[str]) -> dict[str, float]:
    balanced = balanced_accuracy(examples, answers)
    accuracy = np.mean([answer == example.reading for example, answer in zip(examples, answers, strict=True)])
    both = [word for word in balanced if len({e.reading for e in examples if e.word == word}) > 1]
    logger.info(
        "%-28s balanced %.1f %% (%d words), %.1f %% (the %d with two readings in the data), accuracy %.1f %%",
        *(title, 100 * np.mean(list(balanced.values())), len(balanced)),
        *(100 * np.mean([balanced[word] for word in both]), len(both), 100 * accuracy),
    )
    return balanced


def cross_validate(data: list[Example], extra: list[Example], readings: Readings, folds: int) -> None:
    """Print the figures of the model and of the majority reading, and the words that it knows least."""
    examples = data + extra
    problem, weights = build(examples, readings), class_weights(examples)
    fold = np.array([fold_of(e.sentence, folds) for e in data] + [-1] * len(extra))
    answers: dict[int, str] = {}
    for number in range(folds):
        answers |= predict(problem, fit(problem, weights, fold != number), fold == number)
    majority: dict[str, str] = {
        word: Counter(e.reading for e in data if e.word == word).most_common(1)[0][0] for word in {e.word for e in data}
    }
    report("majority reading", data, [majority[e.word] for e in data])
    balanced = report(f"model, {folds} folds", data, [answers[index] for index in range(len(data))])
    weak = sorted(balanced, key=lambda word: balanced[word])[:20]
    logger.info("weakest: %s", ", ".join(f"{word} {100 * balanced[word]:.0f}" for word in weak))


def main() -> None:
    """Measure; then, if asked for a file, train on everything and write the model."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the homograph data")
    parser.add_argument("--folds", type=int, default=10, help="of the cross-validation; 0 for none (default: 10)")
    parser.add_argument("--out", type=Path, help="train on everything, and write the model to this file")
    options = parser.parse_args()
    readings = read_readings()
    data, extra = read_data(options.data), read_examples(readings)
    logger.info("%d sentences of the data, %d of our own", len(data), len(extra))
    if options.folds:
        cross_validate(data, extra, readings, options.folds)
    if options.out is None:
        return
    examples = data + extra
    weights = fit(build(examples, readings), class_weights(examples), np.ones(len(examples), bool))
    table = json.dumps(readings, separators=(",", ":")).encode()
    options.out.write_bytes(b"homographs 1 %d\n%s\n%s" % (BITS, table, weights.tobytes()))
    logger.info("%d bytes: %s", options.out.stat().st_size, options.out)


if __name__ == "__main__":
    main()

"""Train the model of `tts.text.pronunciation.homographs` and measure it by cross-validation.

    python recipes/text/train_homographs.py DATA [--folds 10] [--out FILE]

DATA is the homograph data of Gorman, Mazovetskiy and Nikolaev (2018), Apache-2.0: the folder with train/*.tsv.
homograph_readings.tsv holds the readings and their ARPAbet. The sentences of homograph_examples.txt join every training
set and are never tested on. Folds are drawn by sentence, so no sentence is in both training and test; `--folds 0` skips
the measurement. Balanced accuracy is the mean recall of a word's readings, averaged over the words. With --out the
model is then trained on all sentences and written. The package has it as tts/text/data/homographs.model.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast
from zlib import crc32

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.optimize import minimize

from tts.text.normalize.normalizer import analyze
from tts.text.pronunciation.context import features
from tts.text.pronunciation.homographs import BAG_SCALE, Role, seeds

HERE = Path(__file__).parent
BITS = 18
L2 = 1.0
ITERATIONS = 40
Array = NDArray[Any]
Readings = dict[str, list[tuple[str, Role | None, str]]]  # of each word: name, role, ARPAbet


class Example(NamedTuple):
    """A word in a sentence, with its reading."""

    word: str
    reading: str
    sentence: str
    words: tuple[str, ...]
    capitals: tuple[bool, ...]
    place: int  # of the word among the words


def read_readings() -> Readings:
    """Read the readings of each word."""
    readings: Readings = defaultdict(list)
    with (HERE / "homograph_readings.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            role = None if row["role"] == "-" else cast(Role, row["role"])
            readings[row["word"]].append((row["reading"], role, row["phonemes"]))
    return dict(readings)


def read_data(folder: Path) -> list[Example]:
    """Read the labelled sentences. The offsets in the data count bytes."""
    paths = sorted(folder.glob("train/*.tsv"))
    if not paths:
        raise SystemExit(f"no train/*.tsv in {folder}: give the folder of the homograph data")
    examples: list[Example] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                sentence = row["sentence"]
                start = len(sentence.encode()[: int(row["start"])].decode())
                examples += _examples(row["homograph"], row["wordid"], sentence, start)
    return examples


def read_examples(readings: Readings) -> list[Example]:
    """Read the sentences written for this project."""
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
    """Yield the example at a character, also inside a hyphenated word; if start is None, every occurrence."""
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
    """Hashed features: one row for each reading of each example."""

    rows: sparse.csr_matrix
    example: Array
    is_right: Array
    names: list[str]


def build(examples: Sequence[Example], readings: Readings) -> Problem:
    """Hash the features of every example with each of its readings."""
    columns, values, ends, owner, right, names = [], [], [0], [], [], []
    for number, example in enumerate(examples):
        near, bag = features(example.words, example.capitals, example.place)
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


def class_weights(examples: Sequence[Example]) -> Array:
    """Return a weight for each example, so that all readings of a word count the same."""
    counts = Counter((example.word, example.reading) for example in examples)
    totals = Counter(example.word for example in examples)
    weights = np.array([totals[e.word] / counts[e.word, e.reading] for e in examples], np.float32)
    scaled: Array = weights / weights.mean()
    return scaled


def fit(problem: Problem, weights: Array, chosen: Array) -> Array:
    """Fit a softmax over the readings of each example by L-BFGS with an L2 penalty: return int8 weights."""
    mask = chosen[problem.example]
    rows, right = problem.rows[mask], problem.is_right[mask]
    _, group = np.unique(problem.example[mask], return_inverse=True)
    starts = np.searchsorted(group, np.arange(group[-1] + 1))
    importance = weights[chosen]
    transposed = rows.T.tocsr()

    def loss(w: Array) -> tuple[float, Array]:
        score = rows @ w.astype(np.float32)
        score -= np.maximum.reduceat(score, starts)[group]
        probability = np.exp(score)
        total = np.add.reduceat(probability, starts)
        nll = -(importance * (score[right] - np.log(total))).sum()
        slope = transposed @ ((probability / total[group] - right) * importance[group])
        return float(nll) + 0.5 * L2 * float(w @ w), slope.astype(float) + L2 * w

    found = minimize(loss, np.zeros(1 << BITS), jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}).x
    rounded: Array = np.round(found * (127 / np.abs(found).max())).astype(np.int8)
    return rounded


def predict(problem: Problem, weights: Array, chosen: Array) -> dict[int, str]:
    """Return the reading with the highest score for each chosen example."""
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
    """Return for each word the mean recall of its readings that occur."""
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
    print(
        f"{title:28} balanced {100 * np.mean(list(balanced.values())):.1f} % ({len(balanced)} words), "
        f"{100 * np.mean([balanced[word] for word in both]):.1f} % (the {len(both)} with two readings in the data), "
        f"accuracy {100 * accuracy:.1f} %"
    )
    return balanced


def cross_validate(data: list[Example], extra: list[Example], readings: Readings, folds: int) -> None:
    """Print the figures of the model and of the majority reading, then the words with the lowest accuracy."""
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
    print(f"weakest: {', '.join(f'{word} {100 * balanced[word]:.0f}' for word in weak)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the homograph data")
    parser.add_argument(
        "--folds", type=int, default=10, help="folds of the cross-validation; 0 for none (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, help="train on all sentences and write the model to this file")
    options = parser.parse_args()
    readings = read_readings()
    data, extra = read_data(options.data), read_examples(readings)
    print(f"{len(data)} sentences of the data, {len(extra)} of our own")
    if options.folds:
        cross_validate(data, extra, readings, options.folds)
    if options.out is None:
        return
    examples = data + extra
    weights = fit(build(examples, readings), class_weights(examples), np.ones(len(examples), bool))
    rows = [(word, name, role or "-", sounds) for word in readings for name, role, sounds in readings[word]]
    table = "\n".join(map("\t".join, rows)).encode()
    options.out.write_bytes(b"homographs 2\n%s\n\n%s" % (table, weights.tobytes()))
    print(f"{options.out.stat().st_size} bytes: {options.out}")


if __name__ == "__main__":
    main()

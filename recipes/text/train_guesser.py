"""Train a network that pronounces words which no dictionary has, and write it. export_guesser.py exports it.

    python recipes/text/train_guesser.py OUT.pt [--epochs 8]

The network reads a word's letters with a convolution and two bidirectional LSTMs, and gives each letter its chunk of
phonemes (`guesser_data`), from what it has read, the two chunks before, and whether one of these has had the stress.
It is trained on CMUdict and the supplement without the words of `guesser_data.split`, on one thread: an epoch takes
105 s of one core that multiplies in bfloat16. What is written is the mean of the weights after each epoch of the
second half, which makes fewer errors than the last weights. measure_guessers.py measures the network.
"""

from __future__ import annotations

import argparse
import logging
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from guesser_data import SEED, Aligner, Chunk, Pronunciation, split
from torch import Tensor, nn

logger = logging.getLogger("train_guesser")

LETTERS = "abcdefghijklmnopqrstuvwxyz"
RAREST_CHUNK = 5
"""Words with a chunk that occurs less often are left out: most are abbreviations, said as what they stand for."""
BATCH = 128
RATE = 2e-3
WARM_UP = 800
"""Steps in which the learning rate rises."""
DROPOUT = 0.2
FORGOTTEN = 0.1
"""Share of the chunks whose predecessor the network does not see, so that it does not rely on it alone."""


class Net(nn.Module):
    """Letters (B, L) and their history to logits of chunks (B, L, chunks). Chunk 0 stands for none."""

    stressed: Tensor

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        super().__init__()
        self.names = list(chunks)
        self.letters = nn.Embedding(len(LETTERS), 64)
        self.conv = nn.Conv1d(64, 256, 5, padding=2)
        self.encoder = nn.LSTM(256, 192, 2, batch_first=True, bidirectional=True, dropout=DROPOUT)
        self.memory = nn.Linear(2 * 192, 256)
        self.last, self.second_last = nn.Embedding(len(chunks), 256), nn.Embedding(len(chunks), 256)
        self.is_stressed = nn.Embedding(2, 256)
        self.output = nn.Linear(256, len(chunks))
        self.dropout = nn.Dropout(DROPOUT)
        for table in (self.last, self.second_last, self.is_stressed):
            nn.init.normal_(table.weight, std=0.1)
        self.register_buffer("stressed", torch.tensor(["1" in "".join(chunk) for chunk in chunks]).long())

    def forward(self, letters: Tensor, chunks: Tensor) -> Tensor:
        """Return the logits of each chunk, given the true chunks before it."""
        first = torch.zeros_like(chunks[:, :1])
        last = torch.cat([first, chunks[:, :-1]], dim=1)
        second_last = torch.cat([first, last[:, :-1]], dim=1)
        had_stress = (self.stressed[last].cumsum(1) > 0).long()
        last = last.masked_fill(torch.rand(last.shape) < FORGOTTEN, 0)
        return self._logits(self._read(letters), last, second_last, had_stress)

    def say(self, words: Sequence[str]) -> list[Pronunciation]:
        """Pronounce words of one length, letter by letter."""
        memory = self._read(_to_ids(words))  # (B, L, 256)
        last = second_last = had_stress = torch.zeros(len(words), dtype=torch.long)
        said: list[list[str]] = [[] for _ in words]
        for place in range(memory.shape[1]):
            logits = self._logits(memory[:, place], last, second_last, had_stress)
            last, second_last = logits[:, 1:].argmax(1) + 1, last
            had_stress = torch.maximum(had_stress, self.stressed[last])
            for phonemes, chunk in zip(said, last.tolist(), strict=True):
                phonemes += self.names[chunk]
        return [tuple(phonemes) for phonemes in said]

    def _read(self, letters: Tensor) -> Tensor:
        hidden = torch.relu(self.conv(self.letters(letters).transpose(1, 2))).transpose(1, 2)
        memory: Tensor = self.memory(self.dropout(self.encoder(self.dropout(hidden))[0]))
        return memory

    def _logits(self, memory: Tensor, last: Tensor, second_last: Tensor, had_stress: Tensor) -> Tensor:
        history = self.last(last) + self.second_last(second_last) + self.is_stressed(had_stress)
        logits: Tensor = self.output(self.dropout(torch.relu(memory + history)))
        return logits


class Corpus(NamedTuple):
    """The chunks, of which the first is a placeholder, and words with one chunk a letter, grouped by their length."""

    chunks: list[Chunk]
    words: dict[int, list[tuple[str, list[int]]]]


def make_corpus(entries: dict[str, list[Pronunciation]]) -> Corpus:
    """Align every pronunciation; leave out what cannot be aligned or has a rare chunk."""
    aligner = Aligner(entries)
    aligned = [(word, aligner.align(word, sound)) for word, known in entries.items() for sound in known]
    counts = Counter(chunk for _, chunks in aligned for chunk in chunks or ())
    chunks: list[Chunk] = [("?",), *sorted(chunk for chunk, count in counts.items() if count >= RAREST_CHUNK)]
    ids = {chunk: index for index, chunk in enumerate(chunks)}
    words = defaultdict(list)
    for word, found in aligned:
        if found and all(chunk in ids for chunk in found):
            words[len(word)].append((word, [ids[chunk] for chunk in found]))
    return Corpus(chunks, dict(words))


def batches(corpus: Corpus, draw: random.Random) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield all words once, in batches of one length, so that nothing is padded."""
    groups = []
    for words in corpus.words.values():
        draw.shuffle(words)
        groups += [words[start : start + BATCH] for start in range(0, len(words), BATCH)]
    draw.shuffle(groups)
    for group in groups:
        yield _to_ids([word for word, _ in group]), torch.tensor([chunks for _, chunks in group])


def _to_ids(words: Sequence[str]) -> Tensor:
    return torch.tensor([[LETTERS.index(letter) for letter in word] for word in words])


def rate(step: int) -> float:
    """Return the learning rate: a line up, then level."""
    return RATE * min(1.0, step / WARM_UP)


def mean(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the weights of networks."""
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if tensor.is_floating_point() else tensor
        for name, tensor in states[0].items()
    }


def train(corpus: Corpus, epochs: int, out: Path) -> Net:
    """Train by cross entropy on the true chunk before each. Write the mean of the second half's epochs."""
    torch.manual_seed(SEED)
    draw = random.Random(SEED)
    net = Net(corpus.chunks)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, betas=(0.9, 0.98), weight_decay=0.01)
    states: list[dict[str, Tensor]] = []
    step = 0
    for epoch in range(1, epochs + 1):
        losses = []
        for letters, chunks in batches(corpus, draw):
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = rate(step)
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(letters, chunks).flatten(0, 1)
            loss = nn.functional.cross_entropy(logits.float(), chunks.flatten())
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        logger.info("epoch %d: loss %.4f", epoch, sum(losses) / len(losses))
        if epoch > epochs // 2:
            states.append({name: tensor.clone() for name, tensor in net.state_dict().items()})
            torch.save({"chunks": corpus.chunks, "weights": mean(states)}, out)
    return net


def main() -> None:
    """Train, and write the network."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="file to write, .pt")
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args()
    torch.set_num_threads(1)
    corpus = make_corpus(split().training)
    logger.info("%d words, %d chunks", sum(map(len, corpus.words.values())), len(corpus.chunks))
    net = train(corpus, options.epochs, options.out)
    logger.info("%d weights: %s", sum(weight.numel() for weight in net.parameters()), options.out)


if __name__ == "__main__":
    main()

"""Choose the clips of each batch: clips of similar lengths, by the seed and the step alone."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

from torch.utils.data import Sampler

from tts.errors import ConfigError

_JITTER = 0.1  # of a length, at most, by which a clip moves among clips of its length
_CLIPS_IN_REACH = 100  # the jitter of a large corpus lets about so many clips meet in a batch, and pads little


class Pick(NamedTuple):
    """A clip, and the place of its window: 0 is the start of the clip, 1 the last place where the window fits."""

    item: int  # of the data set
    place: float
    with_spectra: bool = True  # whether the spectrum network learns from it


class BucketSampler(Sampler[list[Pick]]):
    """Endless batches of clips of similar length, at most `batch_frames` frames each with padding.

    The sequence depends only on the seed, so a run that resumes at batch `start` sees the same batches as an
    uninterrupted run. With several processes, each takes every `every`-th batch.
    """

    def __init__(
        self, lengths: list[int], batch_frames: int, seed: int, start: int = 0, every: int = 1, spectra_from: int = 0
    ) -> None:
        """spectra_from: the first batch that teaches the spectrum network.

        Raises ConfigError if a single clip exceeds `batch_frames`.
        """
        if max(lengths) > batch_frames:
            raise ConfigError(
                f"a clip has {max(lengths)} frames, more than data.batch_frames {batch_frames}: raise the budget"
            )
        self.lengths = lengths
        self.batch_frames = batch_frames
        self.seed = seed
        self.start = start
        self.every = every
        self.spectra_from = spectra_from

    def __iter__(self) -> Iterator[list[Pick]]:
        endless = itertools.chain.from_iterable(map(self.epoch, itertools.count()))
        for number, batch in itertools.islice(enumerate(endless), self.start, None, self.every):
            rng = random.Random(f"{self.seed}/windows/{number}")
            yield [Pick(item, rng.random(), number >= self.spectra_from) for item in batch]

    def epoch(self, number: int) -> list[list[int]]:
        """Return every clip once, in batches. Lengths get random jitter, so that each epoch has other batches."""
        rng = random.Random(f"{self.seed}/{number}")
        jitter = min(_JITTER, _CLIPS_IN_REACH / len(self.lengths))
        jittered = [length * rng.uniform(1 - jitter, 1 + jitter) for length in self.lengths]
        order = sorted(range(len(self.lengths)), key=lambda index: jittered[index])
        batches: list[list[int]] = [[]]
        longest = 0
        for index in order:
            longest = max(longest, self.lengths[index])
            if longest * (len(batches[-1]) + 1) > self.batch_frames:
                batches.append([])
                longest = self.lengths[index]
            batches[-1].append(index)
        rng.shuffle(batches)
        return batches

"""Batches have similar lengths, keep the budget, and depend only on the seed and the step."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest
import torch

from tests.taught import write_taught
from tts.config import AudioConfig
from tts.corpus.features import Features
from tts.training.config import TrainConfig
from tts.training.data import ClipDataModule, ClipDataset, Collate, Example
from tts.training.sampling import BucketSampler, Pick

LENGTHS = [50 + 37 * index % 400 for index in range(300)]


def test_every_clip_once_an_epoch_within_the_budget() -> None:
    batches = BucketSampler(LENGTHS, 2000, seed=0).epoch(3)
    assert sorted(index for batch in batches for index in batch) == list(range(len(LENGTHS)))
    assert all(max(LENGTHS[index] for index in batch) * len(batch) <= 2000 for batch in batches)
    padded = sum(max(LENGTHS[index] for index in batch) * len(batch) for batch in batches)
    assert padded < 1.2 * sum(LENGTHS)


def padded_share(lengths: list[int], batches: list[list[int]], reduction_factor: int) -> float:
    """Return the share of padding in the frames of collated batches."""
    collate = Collate(reduction_factor, AudioConfig(n_mels=1), window=1)
    total = 0
    for batch in batches:
        examples = [Example("", torch.tensor([1]), torch.zeros(1 + 5, lengths[index])) for index in batch]
        total += collate(examples).mel[:, 0].numel()
    return 1 - sum(lengths) / total


@pytest.mark.parametrize(("seconds", "most"), [(10.1, 0.02), (20.0, 0.015)])
def test_batches_of_a_large_corpus_have_little_padding(seconds: float, most: float) -> None:
    """13,100 clips, as long as their transcripts, at 86 frames a second: LJSpeech, and clips twice as long."""
    rng = random.Random(0)
    lengths = [int(86.13 * seconds * min(1.0, max(0.1, rng.gauss(0.65, 0.21)))) for _ in range(13_100)]
    for number in (0, 7):
        assert padded_share(lengths, BucketSampler(lengths, 4500, seed=0).epoch(number), 3) < most
    unsorted = [list(range(start, start + 8)) for start in range(0, 800, 8)]
    assert padded_share(lengths[:800], unsorted, 3) > 0.2


def test_a_clip_of_a_large_corpus_meets_other_clips_in_each_epoch() -> None:
    rng = random.Random(0)
    lengths = [rng.randrange(100, 870) for _ in range(13_100)]
    sampler = BucketSampler(lengths, 4500, seed=0)
    met: list[set[int]] = []
    for number in range(10):
        met += [set(batch) - {0} for batch in sampler.epoch(number) if 0 in batch]
    assert sum(map(len, met)) == pytest.approx(len(set.union(*met)), rel=0.2)  # few clips are met twice


def test_a_resumed_sampler_sees_what_an_unbroken_one_would() -> None:
    unbroken = list(islice(BucketSampler(LENGTHS, 2000, seed=1), 150))
    assert list(islice(BucketSampler(LENGTHS, 2000, seed=1, start=100), 50)) == unbroken[100:]


def test_the_last_batches_teach_the_spectrum_network() -> None:
    batches = islice(BucketSampler([30] * 8, 60, seed=0, start=1, every=2, spectra_from=4), 4)
    assert [[pick.with_spectra for pick in batch] for batch in batches] == [[False] * 2, [False] * 2, *[[True] * 2] * 2]


def test_only_some_picks_bring_their_sound(tmp_path: Path) -> None:
    write_taught(tmp_path, n_clips=2, n_with_parts=0, n_with_sound=2)
    clips = ClipDataset(Features(tmp_path), [0, 1], window=8)
    assert clips[Pick(0, 0.0)].sound is not None
    assert clips[Pick(0, 0.0, with_spectra=False)].sound is None


def test_processes_share_the_batches_out() -> None:
    alone = list(islice(BucketSampler(LENGTHS, 2000, seed=1), 60))
    two = [list(islice(BucketSampler(LENGTHS, 2000, seed=1, start=rank, every=2), 30)) for rank in (0, 1)]
    assert [batch for pair in zip(*two, strict=True) for batch in pair] == alone


def test_seeds_and_epochs_differ() -> None:
    sampler = BucketSampler(LENGTHS, 2000, seed=1)
    assert sampler.epoch(0) != sampler.epoch(1)
    assert sampler.epoch(0) != BucketSampler(LENGTHS, 2000, seed=2).epoch(0)


def test_a_clip_over_the_budget_is_named() -> None:
    with pytest.raises(ValueError, match=r"a clip has 500 frames, more than data.batch_frames 400"):
        BucketSampler([100, 500], 400, seed=0)


def test_collate_pads_with_silence_to_whole_steps() -> None:
    examples = [
        Example("a", torch.tensor([1, 2, 3]), torch.ones(4 + 5, 10)),
        Example("b", torch.tensor([1]), torch.ones(4 + 5, 25)),
    ]
    batch = Collate(reduction_factor=3, audio=AudioConfig(n_mels=4, floor=0.5), window=128)(examples)
    assert batch.clip_ids == ["a", "b"]
    assert batch.phoneme_ids.tolist() == [[1, 2, 3, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]]
    assert batch.phoneme_lengths.tolist() == [3, 1]
    assert batch.mel.shape == (2, 4 + 5, 27)
    assert batch.mel_lengths.tolist() == [10, 25]
    torch.testing.assert_close(batch.mel[0, :4, 10:], torch.full((4, 17), 0.5).log())
    assert not batch.mel[0, 4:, 10:].any()  # nothing is voiced


def test_one_clip_is_too_few(features: Path) -> None:
    folder = Features(features)
    del folder.clips[1:]
    with pytest.raises(ValueError, match="1 clip is too few: add one"):
        ClipDataModule(folder, TrainConfig(), 3)

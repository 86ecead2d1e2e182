"""Load clips and pad them into batches."""

from __future__ import annotations

import math
from typing import NamedTuple

import lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from tts.audio.pulses import PulseSpectra, f0_of_frames
from tts.config import AudioConfig
from tts.corpus.features import Features, split
from tts.corpus.folder import TEACHER_PARTS
from tts.errors import ConfigError
from tts.training.config import TrainConfig
from tts.training.sampling import BucketSampler, Pick

_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples, less whole numbers, spread evenly
PAD_MULTIPLE = 8  # few different shapes let the allocator reuse memory


class Example(NamedTuple):
    """One clip."""

    clip_id: str
    phoneme_ids: Tensor  # (T_text,) int64
    mel: Tensor  # (n_channels, T_mel): natural-log magnitudes, then the source
    symbols: Tensor | None = None  # (T_mel,) int64: place in the text of the symbol that each frame speaks, if known
    window: int = 0  # first frame of the window that trains the postnet and the spectrum network
    parts: Tensor | None = None  # (<= window's frames, 5, n_freqs) half floats: of a teacher's spectrum, if known
    sound: Tensor | None = None  # (<= window's frames * hop_length,): the recording, where no parts are known


class Batch(NamedTuple):
    """Clips padded to one length: phoneme ids with 0, spectrograms with unvoiced silence."""

    clip_ids: list[str]
    phoneme_ids: Tensor  # (B, T_text) int64
    phoneme_lengths: Tensor  # (B,) int64
    mel: Tensor  # (B, n_channels, T_mel), T_mel a multiple of the reduction factor
    mel_lengths: Tensor  # (B,) int64, in frames
    symbols: Tensor  # (B, T_mel) int64, 0 where not known
    has_symbols: Tensor  # (B,) bool
    windows: Tensor  # (B,) int64, the first frame of each
    parts: Tensor  # (B_parts, window's frames, 5, n_freqs) half floats, of the clips that have them, in order
    has_parts: Tensor  # (B,) bool
    sound: Tensor  # (B_sound, window's frames * hop_length), of the clips that have it, in order
    pulses: Tensor  # (B_sound, window's frames, n_freqs) complex: the spectra of unit pulses at the recorded pitch
    has_sound: Tensor  # (B,) bool


class ClipDataset(Dataset[Example]):
    """Some clips of a features folder."""

    def __init__(self, features: Features, indices: list[int], window: int, with_spectra: bool = True) -> None:
        """window: frames of each clip that train the postnet and the spectrum network.

        with_spectra: whether examples have what a spectrum network learns from.
        """
        self.features = features
        self.indices = indices
        self.window = window
        self.with_spectra = with_spectra

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, item: int | Pick) -> Example:
        """Return a clip. For a plain number the place of the window depends on the number alone."""
        pick = item if isinstance(item, Pick) else Pick(item, item * _GOLDEN % 1)
        index = self.indices[pick.item]
        clip = self.features.clips[index]
        start = int(pick.place * (max(0, clip.n_frames - self.window) + 1))
        symbols = self.features.symbols_of_frames(index)
        frames = slice(start, start + self.window)
        with_spectra = self.with_spectra and pick.with_spectra
        parts = self.features.parts(index, frames) if with_spectra else None
        sound = self.features.sound(index, frames) if with_spectra and parts is None else None
        return Example(
            clip.clip_id,
            torch.tensor(clip.phoneme_ids),
            torch.from_numpy(self.features.mel(index).copy()),
            None if symbols is None else torch.from_numpy(symbols),
            start,
            None if parts is None else torch.from_numpy(parts.copy()),
            None if sound is None else torch.from_numpy(sound),
        )

    def lengths(self) -> list[int]:
        """Return the number of frames of each clip."""
        return [self.features.clips[index].n_frames for index in self.indices]


class Collate:
    """Pad examples into a batch."""

    def __init__(self, reduction_factor: int, audio: AudioConfig, window: int) -> None:
        """window: frames of the parts of each clip."""
        self.multiple = padding_multiple(reduction_factor)
        self.silence = torch.zeros(audio.n_channels, 1)
        self.silence[: audio.n_bands] = math.log(audio.floor)
        self.audio, self.window = audio, window

    def __call__(self, examples: list[Example]) -> Batch:
        """Pad examples of any lengths into one batch."""
        phoneme_lengths = torch.tensor([len(example.phoneme_ids) for example in examples])
        mel_lengths = torch.tensor([example.mel.size(1) for example in examples])
        text = _round_up(int(phoneme_lengths.max()), PAD_MULTIPLE)
        frames = _round_up(int(mel_lengths.max()), self.multiple)
        phoneme_ids = torch.zeros(len(examples), text, dtype=torch.int64)
        mel = self.silence.repeat(len(examples), 1, frames)
        symbols = torch.zeros(len(examples), frames, dtype=torch.int64)
        for row, example in enumerate(examples):
            phoneme_ids[row, : phoneme_lengths[row]] = example.phoneme_ids
            mel[row, :, : mel_lengths[row]] = example.mel
            if example.symbols is not None:
                symbols[row, : mel_lengths[row]] = example.symbols
        sound = self._sound([example for example in examples if example.sound is not None])
        return Batch(
            [example.clip_id for example in examples],
            phoneme_ids,
            phoneme_lengths,
            mel,
            mel_lengths,
            symbols,
            torch.tensor([example.symbols is not None for example in examples]),
            torch.tensor([example.window for example in examples]),
            self._parts([example.parts for example in examples if example.parts is not None]),
            torch.tensor([example.parts is not None for example in examples]),
            *sound,
            torch.tensor([example.sound is not None for example in examples]),
        )

    def _parts(self, parts: list[Tensor]) -> Tensor:
        """Pad parts to whole windows."""
        padded = torch.zeros(len(parts), self.window, len(TEACHER_PARTS), self.audio.n_freqs, dtype=torch.float16)
        for row, part in enumerate(parts):
            padded[row, : len(part)] = part
        return padded

    def _sound(self, examples: list[Example]) -> tuple[Tensor, Tensor]:
        """Return the recordings, padded to whole windows, and the pulses at their pitch."""
        padded = torch.zeros(len(examples), self.window * self.audio.hop_length)
        pulses = torch.zeros(len(examples), self.window, self.audio.n_freqs, dtype=torch.complex64)
        for row, example in enumerate(examples):
            assert example.sound is not None
            padded[row, : len(example.sound)] = example.sound
            source = example.mel[self.audio.n_bands :, example.window : example.window + self.window]
            spectra = PulseSpectra(self.audio)
            spectra.push(f0_of_frames(source.numpy()))
            spectra.finish()
            pulses[row, : source.size(1)] = torch.from_numpy(spectra.take(source.size(1)))
        return padded, pulses


def padding_multiple(reduction_factor: int) -> int:
    """Return the number of frames of which the length of a batch is a multiple: whole decoder steps."""
    return _round_up(PAD_MULTIPLE, reduction_factor)


def _round_up(length: int, multiple: int) -> int:
    return -(-length // multiple) * multiple


class ClipDataModule(lightning.LightningDataModule):
    """Training and validation batches of one features folder."""

    def __init__(self, features: Features, config: TrainConfig, reduction_factor: int) -> None:
        """Raises ConfigError if there are too few clips."""
        super().__init__()
        if len(features.clips) < 2:
            raise ConfigError(f"{len(features.clips)} clip is too few: add one to train on or to validate on")
        self.features = features
        self.config = config
        window, with_spectra = config.loss.postnet_frames, config.loss.spectrum_weight > 0
        self.collate = Collate(reduction_factor, features.audio, window)
        training, validation = split(len(features.clips), config.data.n_validation, config.run.seed)
        self.training = ClipDataset(self.features, training, window, with_spectra)
        self.validation = ClipDataset(self.features, validation, window, with_spectra)

    def train_dataloader(self) -> DataLoader[Example]:
        """Load batches from the current step on."""
        trainer, lengths = self.trainer, self.training.lengths()
        assert trainer is not None
        place = (batch_number(trainer, 0), trainer.world_size)
        steps_before = math.ceil(self.config.max_steps * (1 - self.config.loss.spectrum_fraction))
        spectra_from = steps_before * trainer.accumulate_grad_batches * trainer.world_size
        sampler = BucketSampler(lengths, self.config.data.batch_frames, self.config.run.seed, *place, spectra_from)
        return DataLoader(self.training, batch_sampler=sampler, collate_fn=self.collate)

    def val_dataloader(self) -> DataLoader[Example]:
        """Load the validation clips, always in the same order."""
        batches = BucketSampler(self.validation.lengths(), self.config.data.batch_frames, seed=0).epoch(0)
        return DataLoader(self.validation, batch_sampler=batches, collate_fn=self.collate)


def batch_number(trainer: lightning.Trainer, batch_idx: int) -> int:
    """Return the position of this process's batch of the current step in the sequence of `BucketSampler`.

    Two processes, or one that accumulates two batches, see the same two batches in one step.
    """
    accumulate = trainer.accumulate_grad_batches
    turn = trainer.global_step * accumulate + batch_idx % accumulate
    return turn * trainer.world_size + trainer.global_rank


def is_whole_step(trainer: lightning.Trainer, batch_idx: int) -> bool:
    """Whether the weights are updated after this batch. Checkpoints do not contain accumulated gradients."""
    return (batch_idx + 1) % trainer.accumulate_grad_batches == 0

"""Align the frames of a corpus with its texts, by a model that learns from the corpus itself.

The aligner knows no language and no speaker: it starts with phonemes of equal length, and learns what each sounds like
from the frames that it last gave to it (Viterbi training, Juang and Rabiner 1990, "The segmental K-means algorithm").
A phoneme is a Gaussian over a frame and its neighbours, all with one covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tts.config import AudioConfig

Float32 = NDArray[np.float32]
SILENCE = 0
"""The class of sound of marks, of the pauses between words and of both ends."""
_BANDS = 20  # of a frame, after averaging its mel bands
_AROUND = np.array([-6, -4, -2, 0, 2, 4, 6])  # frames that tell what a frame says
_SHRINKAGE = 0.02  # of the covariance towards its diagonal
_SOFT = 0.3  # of the range of loudness of a clip, below which a frame is taken for silence at first
_LEAST_VARIANCE = 1e-3  # of an input, which may be constant
_LEAST_FRAMES = 2  # of a phoneme
_ROUNDS = 10
_IMPOSSIBLE = -1e30


class States(NamedTuple):
    """What a clip says, in order: two states for each phoneme, and silences that may be left out."""

    classes: NDArray[np.int64]  # (N,)
    is_optional: NDArray[np.bool_]  # (N,)
    symbols: NDArray[np.int64]  # (N,) place in the text; of marks and boundaries side by side, the first one


class Aligner:
    """Gaussians of the classes of sound, as a linear function of stacked frames."""

    def __init__(self, symbols: Sequence[str], audio: AudioConfig) -> None:
        """symbols: the table of the features. Stress does not change the class of a vowel."""
        names = [symbol.rstrip("012") if symbol[:1].isalpha() else "" for symbol in symbols]
        table = {name: number for number, name in enumerate(dict.fromkeys(["", *names]))}
        self.class_of = np.array([table[name] for name in names])
        self.n_classes = len(table)
        self.audio = audio
        self.n_bands = min(_BANDS, audio.n_mels)
        self.weights = np.zeros((0, 0), np.float32)  # (n_inputs, n_classes)
        self.offsets = np.zeros(self.n_classes, np.float32)

    def states(self, phoneme_ids: Sequence[int]) -> States:
        """Return the states of a text."""
        classes, optional, symbols = [SILENCE], [True], [0]
        for place, phoneme in enumerate(self.class_of[np.array(phoneme_ids)].tolist()):
            if phoneme != SILENCE or not optional[-1]:
                count = 1 if phoneme == SILENCE else _LEAST_FRAMES
                classes += [phoneme] * count
                optional += [phoneme == SILENCE] * count
                symbols += [place] * count
        return States(np.array(classes), np.array(optional), np.array(symbols))

    def inputs(self, mel: Float32) -> Float32:
        """Return the stacked frames (T, n_inputs) of a spectrogram (n_channels, T)."""
        audio = self.audio
        bands = mel[: audio.n_mels]
        if audio.n_bands > audio.n_mels:  # the harmonic and the aperiodic part sound together
            bands = np.logaddexp(bands, mel[audio.n_mels : audio.n_bands])
        pooled = [part.mean(axis=0) for part in np.array_split(bands, self.n_bands)]
        frames = np.stack([*pooled, mel[audio.n_bands + 1]], axis=1)  # (T, n_bands + 1)
        places = np.clip(np.arange(len(frames))[:, None] + _AROUND, 0, len(frames) - 1)
        stacked: Float32 = frames[places].reshape(len(frames), -1).astype(np.float32)
        return stacked

    def learn(self, inputs: Sequence[Float32], texts: Sequence[States]) -> None:
        """Learn from clips and their texts."""
        spoken = [self._even(frames, states) for frames, states in zip(inputs, texts, strict=True)]
        together = np.concatenate(inputs)
        center = together.mean(axis=0)
        together -= center
        for _ in range(_ROUNDS):
            self._fit(together, center, np.concatenate(spoken))
            for index, states in enumerate(texts):
                path = best_path(self.scores(inputs[index]), states)
                if path is not None:
                    spoken[index] = states.classes[path]

    def _even(self, inputs: Float32, states: States) -> NDArray[np.int64]:
        """Guess the class of each frame (T,): soft frames are silence, the phonemes share the others evenly."""
        phonemes = states.classes[~states.is_optional]
        loudness = inputs[:, (self.n_bands + 1) * (len(_AROUND) // 2) :][:, : self.n_bands].mean(axis=1)
        low, high = np.percentile(loudness, [2, 90])
        is_loud = loudness > low + _SOFT * (high - low)
        spoken = np.full(len(inputs), SILENCE)
        count = int(np.count_nonzero(is_loud))
        spoken[is_loud] = phonemes[np.arange(count) * len(phonemes) // max(1, count)] if len(phonemes) else SILENCE
        return spoken

    def scores(self, inputs: Float32) -> Float32:
        """Return the log likelihoods (T, n_classes) of stacked frames, each row less a constant of its frame."""
        scores: Float32 = inputs @ self.weights + self.offsets
        return scores

    def _fit(self, inputs: Float32, center: Float32, spoken: NDArray[np.int64]) -> None:
        """Set the Gaussians to the frames (T, n_inputs), less the centre, of each class.

        A class without frames gets no likelihood.
        """
        is_spoken = np.zeros((len(spoken), self.n_classes), np.float32)
        is_spoken[np.arange(len(spoken)), spoken] = 1.0
        counts = is_spoken.sum(axis=0)
        means = is_spoken.T @ inputs / np.maximum(counts, 1)[:, None]  # (n_classes, n_inputs)
        covariance = (inputs.T @ inputs - (means.T * counts) @ means) / len(inputs)
        diagonal = np.diag(np.diag(covariance) + _LEAST_VARIANCE)
        weights = np.linalg.solve((1 - _SHRINKAGE) * covariance + _SHRINKAGE * diagonal, means.T)
        offsets = np.where(counts > 0, -0.5 * (means * weights.T).sum(axis=1), _IMPOSSIBLE) - center @ weights
        self.weights, self.offsets = weights.astype(np.float32), offsets.astype(np.float32)


def best_path(scores: Float32, states: States) -> NDArray[np.int64] | None:
    """Return the most likely state of each frame, (T,); None if the text does not fit into so few frames.

    scores: (T, n_classes) log likelihoods.
    """
    steps, count = len(scores), len(states.classes)
    if steps < np.count_nonzero(~states.is_optional):
        return None
    emitted = scores[:, states.classes]  # (T, N)
    may_skip = np.concatenate([[False, False], states.is_optional[1:-1]])
    back = np.zeros((steps, count), np.int8)
    best = np.full(count, _IMPOSSIBLE, np.float32)
    best[: 1 + states.is_optional[0]] = 0.0
    best += emitted[0]
    choices = np.full((3, count), _IMPOSSIBLE, np.float32)
    for step in range(1, steps):
        choices[0] = best
        choices[1, 1:] = best[:-1]
        choices[2, 2:] = np.where(may_skip[2:], best[:-2], _IMPOSSIBLE)
        back[step] = choices.argmax(axis=0)
        best = choices.max(axis=0) + emitted[step]
    state = count - 1
    if states.is_optional[-1] and best[-2] > best[-1]:
        state -= 1
    path = np.zeros(steps, np.int64)
    for step in range(steps - 1, -1, -1):
        path[step] = state
        state -= int(back[step, state])
    return path

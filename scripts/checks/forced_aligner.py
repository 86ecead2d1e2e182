"""When each word was really said: PocketSphinx's acoustic model, given the phonemes that were to be said.

pip install pocketsphinx    (its wheel carries the model; nothing is downloaded)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Decoder, get_model_path

from tts.evaluation.recognizer import resample

SAMPLE_RATE = 16_000  # hertz; what the model was trained on
FRAME = 0.01  # seconds
PATIENT = {"silprob": 1e-8, "beam": 1e-100, "pbeam": 1e-100, "wbeam": 1e-100}  # for what does not fit at first


class Interval(NamedTuple):
    """From when to when, in seconds."""

    start: float
    end: float


def align(samples: NDArray[np.float32], sample_rate: int, words: Sequence[Sequence[str]]) -> list[Interval]:
    """Times of words, each a sequence of ARPAbet phonemes with or without stress, in samples (T,).

    Silence may lie between any two of them. Raises ValueError where the words do not fit into the samples.
    """
    names = [f"word{index}" for index in range(len(words))]
    wave = (np.clip(resample(samples, sample_rate, SAMPLE_RATE), -1.0, 1.0) * 32767).astype("<i2")
    for settings in ({}, PATIENT):
        decoder = Decoder(
            hmm=get_model_path("en-us/en-us"), dict=None, lm=None, loglevel="FATAL", samprate=SAMPLE_RATE, **settings
        )
        for name, phonemes in zip(names, words, strict=True):
            decoder.add_word(name, " ".join(phoneme.rstrip("012") for phoneme in phonemes), name == names[-1])
        decoder.set_align_text(" ".join(names))
        decoder.start_utt()
        decoder.process_raw(wave.tobytes(), full_utt=True)
        decoder.end_utt()
        found = [segment for segment in decoder.seg() or () if segment.word in names]
        if [segment.word for segment in found] == names:
            return [Interval(segment.start_frame * FRAME, (segment.end_frame + 1) * FRAME) for segment in found]
    raise ValueError(f"{len(words)} words do not fit into {len(samples) / sample_rate:.1f} s of sound")

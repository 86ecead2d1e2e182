"""Find when each word is said: forced alignment with PocketSphinx, whose wheel carries its acoustic model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Decoder, get_model_path

from tts.evaluation.recognizer import resample

SAMPLE_RATE = 16_000  # hertz, of the model's training data
FRAME = 0.01  # seconds
PATIENT = {"silprob": 1e-8, "beam": 1e-100, "pbeam": 1e-100, "wbeam": 1e-100}  # a second attempt, with wide beams


class Interval(NamedTuple):
    """Start and end in seconds."""

    start: float
    end: float


def align(samples: NDArray[np.float32], sample_rate: int, words: Sequence[Sequence[str]]) -> list[Interval]:
    """Return the time of each word in samples (T,).

    words: ARPAbet phonemes of each word, with or without stress. There may be silence between words. Raises ValueError
    if the words do not fit the samples.
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
    seconds = len(samples) / sample_rate
    raise ValueError(f"{len(words)} words do not fit {seconds:.1f} s of sound: check that the sound says these words")

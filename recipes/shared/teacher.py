"""What every teacher's reader does: speak a line by our phonemes, and turn it into a clip of a features folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from recipes.shared.reading import Reading
from tts.config import AudioConfig
from tts.corpus.journal import Clip, Skip
from tts.evaluation.sentences import Line
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable
from tts.text.token import Token

LONGEST = 900  # frames; a batch of longer clips would hold few of them
FRAMES_PER_UNIT = 2  # of a token's duration
TRIM_DB = 45.0  # a frame that is quieter than the loudest by this much is silence
LEAD, TAIL = 4, 12  # frames of silence to keep before and after speech

Float32 = NDArray[np.float32]
Durations = NDArray[np.int64]


class Speech(Protocol):
    """A text as a teacher speaks it."""

    @property
    def f0(self) -> Float32:
        """(T,) hertz, low where unvoiced."""
        ...

    @property
    def durations(self) -> Durations:
        """Frames of each of our symbols."""
        ...


SpeechT = TypeVar("SpeechT", bound=Speech)


class TeacherReader(ABC, Generic[SpeechT]):
    """Turns a line into a clip of a features folder."""

    def __init__(self, audio: AudioConfig, speak: Callable[[Sequence[str]], SpeechT]) -> None:
        """speak: the teacher, which takes our symbols."""
        self.audio, self.speak = audio, speak
        self.frontend, self.table = Frontend(), SymbolTable(SYMBOLS)

    @abstractmethod
    def trim(self, spoken: SpeechT) -> SpeechT:
        """Shorten the silence around speech (see `keep`)."""

    @abstractmethod
    def frames(self, spoken: SpeechT) -> Float32:
        """Return the frames (T, n_channels)."""

    def parts(self, spoken: SpeechT) -> Float32:
        """Return the parts of the spectrum (T, 5, n_freqs). Only some teachers know them."""
        raise NotImplementedError

    @abstractmethod
    def sound(self, spoken: SpeechT) -> NDArray[np.int16]:
        """Return the samples (T * hop_length,), which a spectrum network learns from where there are no parts."""

    def __call__(self, line: Line, with_parts: bool) -> Reading:
        """Read one line. A line without words or that is too long is skipped. The caller keeps parts or sound."""
        tokens = self.frontend.tokens(line.text, markup="plain")
        if not tokens:
            return self._skip(line, "it has nothing to speak")
        ids, spoken = self.read(tokens)
        if len(spoken.f0) > LONGEST:
            return self._skip(line, f"it is {len(spoken.f0)} frames long, more than {LONGEST}")
        clip = Clip(
            line.clip_id,
            line.text,
            ids,
            len(spoken.f0),
            n_spoken=sum(len(token.phonemes) for token in tokens if not token.is_mark),
            guessed=[token.text for token in tokens if token.origin == "network"],
            durations=spoken.durations.tolist(),
            has_parts=with_parts,
            has_sound=True,
        )
        parts = self.parts(spoken).astype(np.float16) if with_parts else None
        return Reading(clip, self.frames(spoken).astype(np.float16), parts, self.sound(spoken))

    def read(self, tokens: Sequence[Token]) -> tuple[list[int], SpeechT]:
        """Return the ids of the tokens' symbols, and how the teacher speaks them."""
        ids = self.table.encode(tokens, strict=True).phoneme_ids
        return ids, self.trim(self.speak([SYMBOLS[index] for index in ids]))

    def _skip(self, line: Line, reason: str) -> Reading:
        empty = np.empty((0, self.audio.n_channels), np.float16)
        return Reading(Skip(line.clip_id, line.text, f"clip {line.clip_id}: {reason}", 0, 0), empty, None)


def open_graph(path: Path, *tensors: str) -> Any:
    """Open a teacher's graph in onnxruntime, with further outputs: tensors inside the graph."""
    import onnx
    import onnxruntime

    graph = onnx.load(path)
    inside = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in tensors]
    graph.graph.output.extend(inside)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # several processes outrun one process of several threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def durations_of_symbols(tokens: Float32, owners: Sequence[int], n_symbols: int) -> Durations:
    """Return the frames of each symbol. tokens: durations of the teacher's tokens. owners: the symbol of each token."""
    return np.bincount(owners, FRAMES_PER_UNIT * tokens.reshape(-1), n_symbols).astype(np.int64)


def draw_pitch(n_frames: int, places: NDArray[Any], f0: NDArray[Any], usual: float) -> NDArray[np.float64]:
    """Return log F0 of every frame, (n_frames,): straight lines between the places where it is known.

    places: in frames, whole or not. f0: hertz at the places. usual: of a clip without any, hertz.
    """
    if not len(places):
        return np.full(n_frames, np.log(usual))
    drawn: NDArray[np.float64] = np.interp(np.arange(n_frames), places, np.log(f0))
    return drawn


def keep(level: NDArray[Any], durations: Durations) -> tuple[slice, Durations]:
    """Shorten the silence around speech to LEAD and TAIL frames, and the first and last symbol accordingly.

    Both symbols keep at least one frame. level: (T,) decibels. Returns the frames to keep and the new durations.
    """
    heard = np.flatnonzero(level > level.max() - TRIM_DB)
    before = int(np.clip(heard[0] - LEAD, 0, durations[0] - 1))
    after = int(np.clip(len(level) - 1 - heard[-1] - TAIL, 0, durations[-1] - 1))
    shortened = durations.copy()
    shortened[0] -= before
    shortened[-1] -= after
    return slice(before, len(level) - after), shortened

"""The teacher of `heart`: hibari-tts, whose graph outputs the parts of its sound.

Per frame of 12.5 ms the graph outputs a harmonic envelope and a phase, a noise envelope, a free part and its phase (see
`tts.corpus.folder.TEACHER_PARTS`), and the pitch. A tensor inside the graph holds the durations of the tokens.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recipes.shared.misaki import encode
from recipes.shared.reading import Reading
from tts.audio.mel import mel_filterbank
from tts.config import AudioConfig
from tts.corpus.journal import Clip, Skip
from tts.evaluation.sentences import Line
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable
from tts.text.token import Token

VERSION = "0.2.1"  # whose graph this is; requirements.txt names it too
DURATIONS = "/Clip_output_0"  # the tensor of tokens' durations, in units of two frames
LONGEST = 900  # frames; a batch of longer clips would hold few of them
TRIM_DB = 45.0  # a frame that is quieter than the loudest by this much is silence
LEAD, TAIL = 4, 12  # frames of silence to keep before and after speech
LOWEST_F0 = 40.0  # hertz; a lower output means an unvoiced frame
USUAL_LOG_F0 = math.log(180.0)  # of a clip without a voiced frame

Float32 = NDArray[np.float32]


class Spoken(NamedTuple):
    """A text as the teacher speaks it."""

    parts: Float32  # (5, n_freqs, T), in the order of TEACHER_PARTS
    f0: Float32  # (T,) hertz, 0 where unvoiced
    durations: NDArray[np.int64]  # frames of each of our symbols


class Hibari:
    """Speaks our symbols."""

    def __init__(self) -> None:
        import hibari
        import onnx
        import onnxruntime

        assets = Path(hibari.__file__).parent / "assets"
        self.vocabulary: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
        graph = onnx.load(assets / "hibari.onnx")
        graph.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # several processes outrun one process of several threads
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(
            graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, symbols: Sequence[str]) -> Spoken:
        """Return the parts, the pitch and the durations of a text."""
        ids, owners = encode(symbols, self.vocabulary)
        feeds = {"ids": np.array([ids], np.int64), "speed": np.ones(1, np.float32)}
        *outputs, tokens = self.session.run(None, feeds)
        *parts, f0 = (output[0] for output in outputs)
        durations = np.bincount(owners, 2 * tokens.reshape(-1), len(symbols)).astype(np.int64)
        assert durations.sum() == len(f0), (
            "the graph of this hibari-tts is another: install the one of requirements.txt"
        )
        return Spoken(np.stack(parts), f0, durations)


class HeartReader:
    """Turns a line into a clip of a features folder."""

    def __init__(self, audio: AudioConfig, speak: Callable[[Sequence[str]], Spoken] | None = None) -> None:
        """speak: the teacher, by default hibari-tts."""
        self.audio, self.speak = audio, speak or Hibari()
        self.frontend, self.table = Frontend(), SymbolTable(SYMBOLS)
        filterbank = mel_filterbank(audio)
        self.bands = filterbank / filterbank.sum(axis=1, keepdims=True)  # (n_mels, n_freqs), whose rows are means

    def __call__(self, line: Line, with_parts: bool) -> Reading:
        """Read one line. A line without words or that is too long is skipped."""
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
        )
        parts = spoken.parts.transpose(2, 0, 1).astype(np.float16) if with_parts else None
        return Reading(clip, self.frames(spoken).astype(np.float16), parts)

    def read(self, tokens: Sequence[Token]) -> tuple[list[int], Spoken]:
        """Return the ids of the tokens' symbols, and how the teacher speaks them."""
        ids = self.table.encode(tokens, strict=True).phoneme_ids
        return ids, trim(self.speak([SYMBOLS[index] for index in ids]))

    def frames(self, spoken: Spoken) -> Float32:
        """Return the frames (T, n_channels): log magnitudes averaged over mel bands, log F0 and voicing.

        The powers of the noise and of the free part add up to the aperiodic part.
        """
        harmonic, _, noise, free, _ = spoken.parts
        voiced = spoken.f0 > LOWEST_F0
        floor = math.log(self.audio.floor)
        bands = [np.where(voiced, self.bands @ harmonic, floor), self.bands @ (np.logaddexp(2 * noise, 2 * free) / 2)]
        places = np.flatnonzero(voiced)
        log_f0 = np.full(len(voiced), USUAL_LOG_F0)
        if len(places):
            log_f0 = np.interp(np.arange(len(voiced)), places, np.log(spoken.f0[places]))
        rows = [*(np.maximum(band, floor) for band in bands), log_f0[None], voiced[None]]
        frames: Float32 = np.concatenate(rows).T
        return frames

    def _skip(self, line: Line, reason: str) -> Reading:
        empty = np.empty((0, self.audio.n_channels), np.float16)
        return Reading(Skip(line.clip_id, line.text, f"clip {line.clip_id}: {reason}", 0, 0), empty, None)


def trim(spoken: Spoken) -> Spoken:
    """Shorten the silence around speech to LEAD and TAIL frames, and the first and last symbol accordingly.

    Both symbols keep at least one frame.
    """
    harmonic, _, noise, free, _ = spoken.parts
    power = np.exp(2 * np.minimum(harmonic, 7.0)).sum(axis=0) * (spoken.f0 > LOWEST_F0)
    power += np.exp(2 * noise).sum(axis=0) + np.exp(2 * free).sum(axis=0)
    level = 10 * np.log10(power + 1e-12)
    heard = np.flatnonzero(level > level.max() - TRIM_DB)
    first, last = spoken.durations[0], spoken.durations[-1]
    before = int(np.clip(heard[0] - LEAD, 0, first - 1))
    after = int(np.clip(len(level) - 1 - heard[-1] - TAIL, 0, last - 1))
    kept, durations = slice(before, len(level) - after), spoken.durations.copy()
    durations[0] -= before
    durations[-1] -= after
    return Spoken(spoken.parts[..., kept], spoken.f0[kept], durations)

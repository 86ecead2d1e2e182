"""Run a voice's exported graphs: phoneme ids to spectrogram frames."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tts.audio.classic import ClassicVocoder
from tts.audio.vocoder import (
    EXCITATION_FRAMES,
    FIRST_BLOCK,
    LARGEST_BLOCK,
    ExcitationVocoder,
    Spectrum,
    SpectrumVocoder,
    Vocoder,
)
from tts.errors import VoiceError
from tts.options import Inversion
from tts.voice import GRAPHS, LARGEST_DIMENSION, SPECTRUM, Voice

Float32 = NDArray[np.float32]

# The variable, which tts/__init__.py sets, comes too late if onnxruntime was imported earlier.
if os.environ.get("ORT_DISABLE_TELEMETRY") != "0":
    onnxruntime.disable_telemetry_events()

N_PRENET_LAYERS = 2
STOP_LOGIT = 0.0  # the model predicts the end at a higher stop logit: a probability of one half
ALIGNMENT = "alignment_0"  # the decoder's input with the attention of the step before
STEPS_PER_CALL = 32
"""Decoder steps per ONNX call, about 3 ms: an interruption waits for the call to end."""
PADDING = 64
"""Texts are padded to a multiple of so many symbols, alone as in a batch, so that sums have one order."""
LONGEST_TOGETHER = 512
"""Symbols of a text that is decoded together with others, which are padded to its length."""
PADDED = -1e9
"""What the mask adds to the score of a padded symbol."""


class Steps(NamedTuple):
    """Consecutive decoder steps."""

    mel: Float32  # (T_step, reduction_factor, n_channels), standardised, before the postnet
    alignment: Float32  # (T_step, T_text)
    is_last: NDArray[np.bool_]  # (T_step,), where the model predicts the end


@dataclass
class _Course:
    """A sentence that is being decoded."""

    memory: Float32  # (T_text, encoder_dim)
    state: dict[str, Float32]
    """Values passed to the next step, by the name of the decoder's input: (1, dim), or (1, 1, T_text) with padding."""
    rng: np.random.Generator | None
    """Of the dropout; None for no dropout."""
    dropout: Float32
    """Drawn and not used yet, (T_step, 1, N_PRENET_LAYERS * prenet_dim)."""
    made: deque[Steps] = field(default_factory=deque)
    """Decoded and not asked for yet."""
    is_alone: bool = False
    """Whether others do not go on with it: the model predicted its end, or it is long."""


class Engine:
    """A voice's graphs, loaded. An engine keeps no state between calls, so threads may share it."""

    def __init__(self, voice: Voice) -> None:
        """Raises VoiceError if a file is not a graph, or the decoder has other states."""
        self._card, self._inverse_filterbank = voice.card, voice.inverse_filterbank
        self.model, self._look_ahead = voice.card.model, voice.card.postnet_look_ahead
        graphs = zip((voice.encoder, voice.decoder, voice.postnet), GRAPHS, strict=True)
        self._encoder, self._decoder, self._postnet = (_session(graph, name) for graph, name in graphs)
        self._spectrum = None if voice.spectrum is None else _session(voice.spectrum, SPECTRUM)
        self._postnet_reads_context = len(self._postnet.get_inputs()) > 1
        inputs: dict[str, list[int | str]] = {i.name: i.shape for i in self._decoder.get_inputs()}
        self._state_shapes = {name: shape for name, shape in inputs.items() if name.endswith("_0")}
        self._has_mask = "mask" in inputs  # voices of version 0.1 decode one sentence at a time
        sizes = [size for shape in self._state_shapes.values() for size in shape if isinstance(size, int)]
        if ALIGNMENT not in self._state_shapes or not all(0 < size <= LARGEST_DIMENSION for size in sizes):
            raise VoiceError(
                f"{GRAPHS[1]} has the states {self._state_shapes}, but {ALIGNMENT} and sizes of 1 to "
                f"{LARGEST_DIMENSION} are needed: export the voice again"
            )

    def encode(self, phoneme_ids: list[int]) -> Float32:
        """Return the encoder's memory of a sentence, (T_text, encoder_dim)."""
        (memory,) = self._encoder.run(None, {"phoneme_ids": np.array([phoneme_ids], np.int64)})
        return memory[0]  # type: ignore[no-any-return]

    def steps(
        self, memory: Float32, seed: int | None, window: Callable[[Float32], Float32] | None = None
    ) -> Iterator[Steps]:
        """Yield decoder steps for one sentence without end: the caller stops at `is_last` or earlier.

        memory: from `encode`. seed: of the prenet's dropout; None for no dropout (see `VoiceCard.keeps_dropout`).
        window: maps the attention (T_text,) of each step to the attention that the next step continues from. Without
        it, one ONNX call makes up to STEPS_PER_CALL steps.
        """
        course = self._course(memory, seed)
        while True:
            yield self._advance([course], STEPS_PER_CALL if window is None else 1)[0]
            if window is not None:
                attention = course.state[ALIGNMENT][0, 0, : len(memory)]
                attention[:] = window(attention)

    def steps_together(self, memories: Sequence[Float32], seed: int | None) -> list[Iterator[Steps]]:
        """Return what `steps` yields for each of some sentences, to the bit, but decode them together.

        A step of eight sentences takes little more time than two steps of one. When one sentence is asked for a step,
        all go on that have not ended.
        """
        if not self._has_mask:
            return [self.steps(memory, seed) for memory in memories]
        courses = [self._course(memory, seed) for memory in memories]
        return [self._follow(course, courses) for course in courses]

    def _follow(self, course: _Course, courses: Sequence[_Course]) -> Iterator[Steps]:
        """Yield the steps of a sentence that is decoded together with others, itself among them."""
        while True:
            if not course.made:
                group = [course] if course.is_alone else [other for other in courses if not other.is_alone]
                for other, steps in zip(group, self._advance(group, STEPS_PER_CALL), strict=True):
                    other.made.append(steps)
                    other.is_alone |= bool(steps.is_last.any())
            yield course.made.popleft()

    def _course(self, memory: Float32, seed: int | None) -> _Course:
        """Begin a sentence: the attention is on the first symbol, all other values are zero."""
        n_symbols = -(-len(memory) // PADDING) * PADDING if self._has_mask else len(memory)
        state = {
            name: np.zeros([1, *(size if isinstance(size, int) else n_symbols for size in shape[1:])], np.float32)
            for name, shape in self._state_shapes.items()
        }
        state[ALIGNMENT][0, 0, 0] = 1.0
        rng = None if seed is None else np.random.Generator(np.random.PCG64(seed))
        return _Course(memory, state, rng, self._dropout(rng, 0), is_alone=len(memory) > LONGEST_TOGETHER)

    def _advance(self, courses: Sequence[_Course], n_steps: int) -> list[Steps]:
        """Decode up to so many steps of each sentence, fewer if the model predicts the end of all."""
        for course in courses:
            if not len(course.dropout):
                course.dropout = self._dropout(course.rng, n_steps)
        *state, mels, stops, alignments = self._decoder.run(None, self._feeds(courses))
        for index, course in enumerate(courses):
            n_symbols = course.state[ALIGNMENT].shape[2]
            parts = (part[index : index + 1] for part in state)
            course.state = {
                name: part[..., :n_symbols] if part.ndim > 2 else part
                for name, part in zip(self._state_shapes, parts, strict=True)
            }
            course.dropout = course.dropout[len(mels) :]
        frames = mels.reshape(*mels.shape[:2], -1, self.model.n_channels)
        return [
            Steps(frames[:, index], alignments[:, index, 0, : len(course.memory)], stops[:, index, 0] > STOP_LOGIT)
            for index, course in enumerate(courses)
        ]

    def _feeds(self, courses: Sequence[_Course]) -> dict[str, Float32]:
        """Return the inputs of the decoder for some sentences, padded to the longest."""
        n_symbols = max(course.state[ALIGNMENT].shape[2] for course in courses)
        feeds = {
            name: np.concatenate([_pad(course.state[name], n_symbols) for course in courses])
            for name in self._state_shapes
        }
        feeds["memory"] = np.zeros((len(courses), n_symbols, self.model.encoder_dim), np.float32)
        feeds["dropouts"] = np.concatenate([course.dropout for course in courses], axis=1)
        feeds["n_steps"] = np.array(len(feeds["dropouts"]))
        if self._has_mask:
            feeds["mask"] = np.full((len(courses), 1, n_symbols), PADDED, np.float32)
        for index, course in enumerate(courses):
            feeds["memory"][index, : len(course.memory)] = course.memory
            if self._has_mask:
                feeds["mask"][index, 0, : len(course.memory)] = 0.0
        return feeds

    def refine(self, mel: Float32, context: Float32, start: int = 0, end: int | None = None) -> Float32:
        """Run the postnet: decoder frames (1, n_channels, T_mel) to log-mel bands and source (n_channels, T).

        context: (T_mel, encoder_dim), the memory of the symbol that each frame speaks. start, end: the frames wanted.
        Only the frames that they depend on are computed; the result is the same up to rounding.
        """
        end = mel.shape[2] if end is None else end
        first, last = max(0, start - self._look_ahead), min(mel.shape[2], end + self._look_ahead)
        feeds = {"mel": np.ascontiguousarray(mel[:, :, first:last])}
        if self._postnet_reads_context:
            feeds["context"] = context[first:last]
        (log_mel,) = self._postnet.run(None, feeds)
        frames: Float32 = log_mel[0, :, start - first : end - first]
        return frames

    def spectrum(self, frames: Float32) -> Spectrum:
        """Run the spectrum network on frames (n_channels, T), as `refine` returns them."""
        assert self._spectrum is not None, "the voice has no spectrum network"
        parts, harmonic, aperiodic = self._spectrum.run(None, {"frames": frames})
        n_freqs = harmonic.shape[1]
        pairs = parts[:, : 4 * n_freqs].view(np.complex64)
        return Spectrum(pairs[:, :n_freqs], pairs[:, n_freqs:], parts[:, 4 * n_freqs :], harmonic, aperiodic)

    @property
    def first_frames(self) -> int:
        """The frames that a vocoder needs for its first sound, if it has to be early."""
        spectrum = self._card.model.spectrum
        return EXCITATION_FRAMES if spectrum is None else FIRST_BLOCK + spectrum.look_ahead

    def vocoder(self, seed: int = 0, inversion: Inversion = "voice", *, early: bool = False) -> Vocoder:
        """Return a vocoder for one utterance. seed: of its noise. early: whether somebody waits for its first sound."""
        card = self._card
        if inversion == "classic":
            return ClassicVocoder(self._inverse_filterbank, card.audio, seed)
        if card.model.spectrum is None:
            return ExcitationVocoder(self._inverse_filterbank, card.audio, card.griffin_lim_rounds, seed)
        look_ahead = card.model.spectrum.look_ahead
        block = FIRST_BLOCK if early else LARGEST_BLOCK
        return SpectrumVocoder(self.spectrum, look_ahead, card.audio, card.griffin_lim_rounds, seed, block)

    def _dropout(self, rng: np.random.Generator | None, n_steps: int) -> Float32:
        shape = n_steps, 1, N_PRENET_LAYERS * self.model.prenet_dim
        if rng is None:
            return np.ones(shape, np.float32)
        keep = 1 - self.model.prenet_dropout
        kept = rng.random(shape, np.float32) < keep
        dropout: Float32 = kept.astype(np.float32) / np.float32(keep)
        return dropout


def _pad(state: Float32, n_symbols: int) -> Float32:
    """Pad a state of the attention, (1, 1, T_text), with zeros. Other states stay."""
    if state.ndim < 3 or state.shape[2] == n_symbols:
        return state
    return np.pad(state, [(0, 0), (0, 0), (0, n_symbols - state.shape[2])])


def _session(graph: bytes, name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the matrix products are too small for two threads
    # Memory that is kept for the next call costs 11 MiB on a page and saves no time.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common class
        reason = " ".join(str(error).split())[:200]
        raise VoiceError(
            f"{name} is not a graph that onnxruntime can load ({reason}): export the voice again"
        ) from error

"""Run a voice's exported graphs: phoneme ids to spectrogram frames."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tts.audio.classic import ClassicVocoder
from tts.audio.vocoder import (
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
"""Decoder steps per ONNX call, about 6 ms: an interruption waits for the call to end."""


class Steps(NamedTuple):
    """Consecutive decoder steps."""

    mel: Float32  # (T_step, reduction_factor, n_channels), standardised, before the postnet
    alignment: Float32  # (T_step, T_text)
    is_last: NDArray[np.bool_]  # (T_step,), where the model predicts the end


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
        inputs = self._decoder.get_inputs()
        self._state_shapes: dict[str, list[int | str]] = {i.name: i.shape for i in inputs if i.name.endswith("_0")}
        sizes = [size for shape in self._state_shapes.values() for size in shape if isinstance(size, int)]
        if ALIGNMENT not in self._state_shapes or not all(0 < size <= LARGEST_DIMENSION for size in sizes):
            raise VoiceError(
                f"{GRAPHS[1]} has the states {self._state_shapes}, but {ALIGNMENT} and sizes of 1 to "
                f"{LARGEST_DIMENSION} are needed: export the voice again"
            )
        self._alignment = list(self._state_shapes).index(ALIGNMENT)

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
        state, inputs = self._initial_state(len(memory)), {"memory": memory[np.newaxis]}
        rng = None if seed is None else np.random.Generator(np.random.PCG64(seed))
        n_steps = STEPS_PER_CALL if window is None else 1
        pending = self._dropout(rng, n_steps)
        while True:
            feeds = {**inputs, **dict(zip(self._state_shapes, state, strict=True)), "dropouts": pending}
            *state, mels, stops, alignments = self._decoder.run(None, {**feeds, "n_steps": np.array(len(pending))})
            frames = mels.reshape(len(mels), -1, self.model.n_channels)
            yield Steps(frames, alignments.reshape(len(mels), -1), stops.reshape(-1) > STOP_LOGIT)
            if window is not None:
                state[self._alignment] = window(state[self._alignment].reshape(-1)).reshape(1, 1, -1)
            pending = pending[len(mels) :] if len(mels) < len(pending) else self._dropout(rng, n_steps)

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

    def vocoder(self, seed: int = 0, inversion: Inversion = "voice", *, begins: bool = True) -> Vocoder:
        """Return a vocoder for one utterance. seed: of its noise. begins: whether its first sound has to be early."""
        card = self._card
        if inversion == "classic":
            return ClassicVocoder(self._inverse_filterbank, card.audio, seed)
        if card.model.spectrum is None:
            return ExcitationVocoder(self._inverse_filterbank, card.audio, card.griffin_lim_rounds, seed)
        look_ahead = card.model.spectrum.look_ahead
        block = FIRST_BLOCK if begins else LARGEST_BLOCK
        return SpectrumVocoder(self.spectrum, look_ahead, card.audio, card.griffin_lim_rounds, seed, block)

    def _dropout(self, rng: np.random.Generator | None, n_steps: int) -> Float32:
        shape = n_steps, 1, N_PRENET_LAYERS * self.model.prenet_dim
        if rng is None:
            return np.ones(shape, np.float32)
        keep = 1 - self.model.prenet_dropout
        kept = rng.random(shape, np.float32) < keep
        dropout: Float32 = kept.astype(np.float32) / np.float32(keep)
        return dropout

    def _initial_state(self, text: int) -> list[Float32]:
        """Return zeros for each state, except that the attention starts on the first symbol."""
        shapes = ([size if isinstance(size, int) else text for size in shape] for shape in self._state_shapes.values())
        state = [np.zeros(shape, np.float32) for shape in shapes]
        state[self._alignment][0, 0, 0] = 1.0
        return state


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

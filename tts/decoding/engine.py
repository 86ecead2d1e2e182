"""Play a voice's exported graphs: phoneme ids to log-mel frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tts.voice import Voice

Float32 = NDArray[np.float32]

N_PRENET_LAYERS = 2
STOP_LOGIT = 0.0  # the step whose stop logit exceeds this is the last: a probability of one half
ALIGNMENT = "alignment_0"  # the decoder's name for the alignment that it goes on from
STEPS_PER_CALL = 32
"""Decoder steps between two looks at what they made: an interruption waits for as many, and they take some 6 ms."""


class Step(NamedTuple):
    """One decoder step."""

    mel: Float32  # (1, n_channels, reduction_factor), standardised, before the postnet
    alignment: Float32  # (1, T_text)
    is_last: bool  # whether the model would end here


class Engine:
    """A voice's graphs, ready to run. Holds no state between calls, so threads may share one."""

    def __init__(self, voice: Voice) -> None:
        self.model = voice.card.model
        self._encoder, self._decoder, self._postnet = map(_session, (voice.encoder, voice.decoder, voice.postnet))
        inputs = self._decoder.get_inputs()
        self._state_shapes: dict[str, list[int | str]] = {i.name: i.shape for i in inputs if i.name.endswith("_0")}
        self._alignment = list(self._state_shapes).index(ALIGNMENT)

    def steps(
        self, phoneme_ids: list[int], seed: int | None, steer: Callable[[Float32], Float32] | None = None
    ) -> Iterator[Step]:
        """Decoder steps for one sentence, without end: the caller stops at `is_last`, or when it has had enough.

        seed: of the prenet's dropout, None for none: `VoiceCard.keeps_dropout`.
        steer: called between two steps, with the alignment (T_text,) of the one; the other goes on from what it
        returns. Without it, up to STEPS_PER_CALL steps are made in one call.
        """
        (memory,) = self._encoder.run(None, {"phoneme_ids": np.array([phoneme_ids], np.int64)})
        state = self._initial_state(len(phoneme_ids))
        rng = None if seed is None else np.random.Generator(np.random.PCG64(seed))
        n_steps = STEPS_PER_CALL if steer is None else 1
        pending = self._dropout(rng, n_steps)
        while True:
            feeds = dict(zip(self._state_shapes, state, strict=True), memory=memory, dropouts=pending)
            *state, mels, stops, alignments = self._decoder.run(None, {**feeds, "n_steps": np.array(len(pending))})
            frames = mels.reshape(len(mels), 1, -1, self.model.n_channels).swapaxes(2, 3)
            for mel, stop_logits, alignment in zip(frames, stops, alignments, strict=True):
                yield Step(mel, alignment[0], bool(stop_logits.item() > STOP_LOGIT))
            if steer is not None:
                state[self._alignment] = steer(state[self._alignment].reshape(-1)).reshape(1, 1, -1)
            pending = pending[len(mels) :] if len(mels) < len(pending) else self._dropout(rng, n_steps)

    @property
    def context(self) -> int:
        """Frames on each side of a frame that the postnet looks at."""
        return self.model.postnet_convs * (self.model.kernel_size // 2)

    def refine(self, mel: Float32, start: int = 0, end: int | None = None) -> Float32:
        """Decoder frames (1, n_channels, T_mel) -> log-mel bands and source (n_channels, T), by the postnet.

        start, end: which of the frames. Only as much is computed as these depend on, and to rounding they are the same.
        """
        end = mel.shape[2] if end is None else end
        first, last = max(0, start - self.context), min(mel.shape[2], end + self.context)
        (log_mel,) = self._postnet.run(None, {"mel": np.ascontiguousarray(mel[:, :, first:last])})
        frames: Float32 = log_mel[0, :, start - first : end - first]
        return frames

    def _dropout(self, rng: np.random.Generator | None, n_steps: int) -> Float32:
        shape = n_steps, 1, N_PRENET_LAYERS * self.model.prenet_dim
        if rng is None:
            return np.ones(shape, np.float32)
        keep = 1 - self.model.prenet_dropout
        kept = rng.random(shape, np.float32) < keep
        dropout: Float32 = kept.astype(np.float32) / np.float32(keep)
        return dropout

    def _initial_state(self, text: int) -> list[Float32]:
        """Zeros, whatever the cell and the attention carry, but for the alignment: it starts on the first symbol."""
        shapes = ([size if isinstance(size, int) else text for size in shape] for shape in self._state_shapes.values())
        state = [np.zeros(shape, np.float32) for shape in shapes]
        state[self._alignment][0, 0, 0] = 1.0
        return state


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the products are too small to share: two threads would spend longer on them
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

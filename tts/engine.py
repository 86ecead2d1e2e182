"""Play a voice's exported graphs: phoneme ids to log-mel frames, one decoder step at a time."""

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


class Step(NamedTuple):
    """One decoder step."""

    mel: Float32  # (1, n_mels, reduction_factor), standardised, before the postnet
    alignment: Float32  # (1, T_text)
    is_last: bool


class Engine:
    """A voice's graphs, ready to run. Holds no state between calls, so threads may share one."""

    def __init__(self, voice: Voice, threads: int = 0) -> None:
        """threads: of one graph's computation; 0 lets onnxruntime choose."""
        self.model = voice.card.model
        self._encoder, self._step, self._postnet = (
            _session(graph, threads) for graph in (voice.encoder, voice.step, voice.postnet)
        )
        self._state_inputs = [i.name for i in self._step.get_inputs() if i.name.endswith("_in")]

    def steps(
        self, phoneme_ids: list[int], seed: int, steer: Callable[[Float32], Float32] | None = None
    ) -> Iterator[Step]:
        """Decoder steps for one sentence, without end: the caller stops at `is_last`, or when it has had enough.

        seed: of the prenet's dropout, which is part of the model in synthesis too (Shen et al. 2018, section 2.2).
        steer: called between two steps, with the alignment (T_text,) of the one; the other goes on from what it
        returns, as in `tts.guard.Watch.steer`.
        """
        (memory,) = self._encoder.run(None, {"phoneme_ids": np.array([phoneme_ids], np.int64)})
        state = self._initial_state(len(phoneme_ids))
        frame = np.zeros((1, self.model.n_mels), np.float32)
        rng = np.random.Generator(np.random.PCG64(seed))
        keep = 1 - self.model.prenet_dropout
        shape = (1, N_PRENET_LAYERS, self.model.prenet_dim)
        while True:
            dropout = (rng.random(shape, np.float32) < keep).astype(np.float32) / np.float32(keep)
            feeds = dict(zip(self._state_inputs, state, strict=True), frame=frame, memory=memory, dropout=dropout)
            mel, stop_logits, *state = self._step.run(None, feeds)
            yield Step(mel, state[-1], bool(stop_logits.item() > STOP_LOGIT))
            frame = np.ascontiguousarray(mel[:, :, -1])
            if steer is not None:
                state[-1] = steer(state[-1][0])[None]

    def refine(self, mel: Float32) -> Float32:
        """Decoder frames (1, n_mels, T_mel) -> natural-log mel magnitudes (n_mels, T_mel), through the postnet."""
        log_mel: Float32 = self._postnet.run(None, {"mel": mel})[0][0]
        return log_mel

    def _initial_state(self, text: int) -> list[Float32]:
        model = self.model
        sizes = [model.attention_rnn_dim] * 2 + [model.decoder_rnn_dim] * 2 + [model.encoder_dim, text]
        state = [np.zeros((1, size), np.float32) for size in sizes]
        state[-1][0, 0] = 1.0  # the alignment starts on the first symbol
        return state


def _session(graph: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

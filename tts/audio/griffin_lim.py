"""Reconstruct a waveform from a magnitude spectrogram in a stream: accelerated Griffin-Lim over a sliding window.

Griffin and Lim (1984, "Signal estimation from modified short-time Fourier transform") alternate two projections: onto
the spectrograms with the target magnitudes, and onto the spectrograms of real waveforms. Perraudin, Balazs and
Søndergaard (2013, "A fast Griffin-Lim algorithm") extrapolate between iterations, which converges further. Nenov,
Nguyen and Balazs (2023, "Faster than fast: accelerating the Griffin-Lim algorithm") extrapolate twice.

Here the iterations run over a window that slides along the spectrogram, after Zhu, Beauregard and Wyse (2007,
"Real-time signal estimation from modified short-time Fourier transform magnitude spectra"). Frames that leave the
window are final; frames that enter it continue the phases already found. No iteration is wasted: a frame keeps its
progress from earlier windows, and starting from a converged neighbour halves the iterations needed. Whole utterances
therefore need no second algorithm: `griffin_lim` joins the stream.
"""

from __future__ import annotations

import numpy as np

from tts.audio.mel import Float32
from tts.audio.phases import Complex64, initial_phases
from tts.audio.sliding_window import SlidingWindow
from tts.config import AudioConfig

BLOCK = 16
"""Frames that become final together."""
WINDOW = 32
"""Frames in the window. A frame is final after `WINDOW - BLOCK` further frames."""
N_ITER = 16
"""Iterations per frame: within 1 dB of 32 from random phases (`scripts/benchmarks/griffin_lim.py`)."""


def griffin_lim(magnitude: Float32 | Complex64, config: AudioConfig, n_iter: int = N_ITER, seed: int = 0) -> Float32:
    """Reconstruct a waveform `(T,)` from `magnitude` `(n_freqs, T_mel)`, T = (T_mel - 1) * hop_length.

    A complex `magnitude` also gives the initial phases. Otherwise they are estimated, with a little jitter from `seed`.
    The same arguments give the same samples, bit for bit, for any number of threads. Raises ValueError for a magnitude
    of the wrong shape or a negative `n_iter`.
    """
    stream = StreamingGriffinLim(config, n_iter, seed)
    return np.concatenate([stream.push(magnitude), stream.finish()])


class StreamingGriffinLim:
    """Streams one utterance through Griffin-Lim: call `push` for all frames, then `finish` once.

    The joined output equals `griffin_lim` of all frames, bit for bit, for any division of the frames among calls.
    Memory use is constant. The first samples come with frame WINDOW, further samples after every BLOCK frames.
    """

    def __init__(self, config: AudioConfig, n_iter: int = N_ITER, seed: int = 0) -> None:
        """`n_iter`: minimum number of iterations per frame. Raises ValueError if it is negative."""
        if n_iter < 0:
            raise ValueError(f"n_iter is {n_iter}: use 0 or more, {N_ITER} is usual")
        self._config, self._n_iter = config, n_iter
        self._waiting: Float32 | Complex64 = np.empty((0, config.n_freqs), np.float32)  # frames not in the window yet
        self._window = SlidingWindow(config, initial_phases(config, seed))
        self._n_steps = 0
        self._due = -(config.n_fft // 2)  # position of the next sample; output begins at 0, the first frame's centre

    def push(self, magnitude: Float32 | Complex64) -> Float32:
        """Add frames `(n_freqs, T_mel)`; return the samples `(T,)` that are now final, often none.

        The frames of an utterance are all real, or all complex (with initial phases). Raises ValueError for a magnitude
        of the wrong shape.
        """
        if magnitude.ndim != 2 or magnitude.shape[0] != self._config.n_freqs:
            shape = f"(n_freqs, T_mel), n_freqs {self._config.n_freqs}"
            raise ValueError(f"magnitude has shape {magnitude.shape}: pass {shape}")
        kind = np.complex64 if np.iscomplexobj(magnitude) else np.float32
        frames = np.ascontiguousarray(np.concatenate([self._waiting, magnitude.T]), kind)
        pieces = [np.empty(0, np.float32)]
        begin, wanted = 0, BLOCK if self._n_steps else WINDOW
        while len(frames) - begin >= wanted:
            self._window.add_frames(frames[begin : begin + wanted])
            self._window.iterate(self._iterations())
            pieces.append(self._audible(self._window.remove_frames(BLOCK)))
            self._n_steps += 1
            begin, wanted = begin + wanted, BLOCK
        self._waiting = frames[begin:].copy()
        return np.concatenate(pieces)

    def finish(self) -> Float32:
        """Return the remaining samples `(T,)`."""
        if self._n_steps == 0 and len(self._waiting) < 2:
            return np.empty(0, np.float32)  # the output spans the centres of the first and last frames
        self._window.add_frames(self._waiting, is_last=True)
        self._window.iterate(self._n_iter)  # no later step shares the work for these frames
        return self._audible(self._window.final_samples())

    def _iterations(self) -> int:
        """Return the iterations of this step. Over all steps of a frame they sum to n_iter."""
        share, step = self._n_iter * BLOCK / WINDOW, self._n_steps
        return int(share * (step + 1)) - int(share * step) if step else self._n_iter

    def _audible(self, samples: Float32) -> Float32:
        """Drop samples before the first frame's centre."""
        due, self._due = self._due, self._due + len(samples)
        return samples[min(len(samples), max(0, -due)) :]

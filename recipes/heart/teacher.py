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
from recipes.shared.teacher import (
    Durations,
    Float32,
    TeacherReader,
    draw_pitch,
    durations_of_symbols,
    keep,
    open_graph,
)
from tts.audio.formats import to_int16
from tts.audio.inverse import StreamingInverse
from tts.audio.mel import mel_filterbank
from tts.audio.pulses import PulseSpectra
from tts.config import AudioConfig
from tts.model.spectrum import MAX_LOG_MAGNITUDE

VERSION = "0.2.1"  # whose graph this is; requirements.txt names it too
DURATIONS = "/Clip_output_0"  # the tensor of tokens' durations
LOWEST_F0 = 40.0  # hertz; a lower output means an unvoiced frame
SEED = 0  # of the noise
USUAL_F0 = 180.0  # hertz, of a clip without a voiced frame


class Spoken(NamedTuple):
    """A text as the teacher speaks it."""

    parts: Float32  # (5, n_freqs, T), in the order of TEACHER_PARTS
    f0: Float32  # (T,) hertz, 0 where unvoiced
    durations: Durations  # frames of each of our symbols


class Hibari:
    """Speaks our symbols."""

    def __init__(self) -> None:
        import hibari

        assets = Path(hibari.__file__).parent / "assets"
        self.vocabulary: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
        self.session = open_graph(assets / "hibari.onnx", DURATIONS)

    def __call__(self, symbols: Sequence[str]) -> Spoken:
        """Return the parts, the pitch and the durations of a text."""
        ids, owners = encode(symbols, self.vocabulary)
        feeds = {"ids": np.array([ids], np.int64), "speed": np.ones(1, np.float32)}
        *outputs, tokens = self.session.run(None, feeds)
        *parts, f0 = (output[0] for output in outputs)
        durations = durations_of_symbols(tokens, owners, len(symbols))
        assert durations.sum() == len(f0), (
            "the graph of this hibari-tts is another: install the one of requirements.txt"
        )
        return Spoken(np.stack(parts), f0, durations)


class HeartReader(TeacherReader[Spoken]):
    """Turns a line into a clip of a features folder."""

    def __init__(self, audio: AudioConfig, speak: Callable[[Sequence[str]], Spoken] | None = None) -> None:
        """speak: the teacher, by default hibari-tts."""
        super().__init__(audio, speak or Hibari())
        filterbank = mel_filterbank(audio)
        self.bands = filterbank / filterbank.sum(axis=1, keepdims=True)  # (n_mels, n_freqs), whose rows are means

    def trim(self, spoken: Spoken) -> Spoken:
        """Shorten the silence around speech, by the power of the parts."""
        harmonic, _, noise, free, _ = spoken.parts
        power = np.exp(2 * np.minimum(harmonic, 7.0)).sum(axis=0) * (spoken.f0 > LOWEST_F0)
        power += np.exp(2 * noise).sum(axis=0) + np.exp(2 * free).sum(axis=0)
        kept, durations = keep(10 * np.log10(power + 1e-12), spoken.durations)
        return Spoken(spoken.parts[..., kept], spoken.f0[kept], durations)

    def frames(self, spoken: Spoken) -> Float32:
        """Return the frames (T, n_channels): log magnitudes averaged over mel bands, log F0 and voicing.

        The powers of the noise and of the free part add up to the aperiodic part.
        """
        harmonic, _, noise, free, _ = spoken.parts
        voiced = spoken.f0 > LOWEST_F0
        floor = math.log(self.audio.floor)
        bands = [np.where(voiced, self.bands @ harmonic, floor), self.bands @ (np.logaddexp(2 * noise, 2 * free) / 2)]
        places = np.flatnonzero(voiced)
        log_f0 = draw_pitch(len(voiced), places, spoken.f0[places], USUAL_F0)
        rows = [*(np.maximum(band, floor) for band in bands), log_f0[None], voiced[None]]
        frames: Float32 = np.concatenate(rows).T
        return frames

    def parts(self, spoken: Spoken) -> Float32:
        """Return the parts (T, 5, n_freqs)."""
        parts: Float32 = spoken.parts.transpose(2, 0, 1)
        return parts

    def sound(self, spoken: Spoken) -> NDArray[np.int16]:
        """Return the samples of all frames; those after the centre of the last frame are silent."""
        samples = render(spoken, self.audio)
        return to_int16(np.pad(samples, (0, len(spoken.f0) * self.audio.hop_length - len(samples))))


def render(spoken: Spoken, audio: AudioConfig) -> NDArray[np.float32]:
    """Return the samples (T,) of the teacher's parts: the sum in `tts.corpus.folder.TEACHER_PARTS`, inverted."""
    harmonic, phase, noise, free, free_phase = spoken.parts
    pulses = PulseSpectra(audio)
    pulses.push(np.where(spoken.f0 > LOWEST_F0, spoken.f0, 0.0).astype(np.float32))
    pulses.finish()
    generator = np.random.default_rng(SEED)
    gaussian = generator.standard_normal(noise.shape) + 1j * generator.standard_normal(noise.shape)
    spectrum = _magnitude(harmonic) * np.exp(1j * np.pi * np.tanh(phase)) * pulses.take(pulses.n_known).T
    spectrum += _magnitude(noise) * gaussian + _magnitude(free) * np.exp(1j * free_phase)
    inverse = StreamingInverse(audio)
    return np.concatenate([inverse.push(spectrum.astype(np.complex64)), inverse.finish()])


def _magnitude(log_magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.exp(np.minimum(log_magnitude, MAX_LOG_MAGNITUDE))

"""The teacher of `michael`: Kokoro-82M in 8 bits, with the style of its voice am_michael.

The graph outputs sound. Two tensors inside it hold the durations of the tokens and the pitch, one value every 12.5 ms.
The network of `tts.corpus.separation` takes the sound apart into frames; only the pitch in them is the teacher's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
from tts.corpus.separation import AUDIO, separate

VOICE = "am_michael"
GRAPH, VOCABULARY = "model.onnx", "vocab.json"
DURATIONS = "/encoder/Clip_output_0"  # the tensor of tokens' durations
PITCH = "/encoder/Reshape_output_0"  # the tensor that enters the decoder
STYLE_DIM = 256
LOWEST_F0 = 55.0  # hertz; a lower output means an unvoiced frame
USUAL_F0 = 110.0  # hertz, of a clip without a voiced frame


def lacking(folder: Path, voices: Sequence[str] = (VOICE,)) -> str:
    """Say which file of the teacher a folder lacks. Empty if it has all."""
    names = [GRAPH, VOCABULARY, *(f"{voice}.bin" for voice in voices)]
    missing = next((name for name in names if not (folder / name).is_file()), "")
    remedy = f"write it by python recipes/shared/assemble_kokoro.py DOWNLOADS {folder} --voices {' '.join(voices)}"
    return f"{folder} has no {missing}: {remedy}" if missing else ""


class Spoken(NamedTuple):
    """A text as the teacher speaks it."""

    samples: Float32  # (T * hop_length,)
    f0: Float32  # (T,) hertz, low where unvoiced
    durations: Durations  # frames of each of our symbols


class Kokoro:
    """Speaks our symbols."""

    def __init__(self, folder: Path, voice: str = VOICE) -> None:
        """folder: as recipes/shared/assemble_kokoro.py writes it."""
        self.vocabulary: dict[str, int] = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))["vocab"]
        self.styles = np.fromfile(folder / f"{voice}.bin", np.float32).reshape(
            -1, 1, STYLE_DIM
        )  # one per number of tokens
        self.session = open_graph(folder / GRAPH, DURATIONS, PITCH)

    def __call__(self, symbols: Sequence[str]) -> Spoken:
        """Return the sound, the pitch and the durations of a text."""
        ids, owners = encode(symbols, self.vocabulary)
        feeds = {
            "tokens": np.array([ids], np.int64),
            "style": self.styles[min(len(ids) - 2, len(self.styles)) - 1],  # both edges do not count
            "speed": np.ones(1, np.float32),
        }
        samples, tokens, f0 = (output.reshape(-1) for output in self.session.run(None, feeds))
        durations = durations_of_symbols(tokens, owners, len(symbols))
        assert len(samples) == AUDIO.hop_length * len(f0) == AUDIO.hop_length * durations.sum(), (
            "this graph of Kokoro is another: assemble it by recipes/shared/assemble_kokoro.py"
        )
        return Spoken(samples, f0, durations)


class MichaelReader(TeacherReader[Spoken]):
    """Turns a line into a clip of a features folder, without parts of its spectrum."""

    def trim(self, spoken: Spoken) -> Spoken:
        """Shorten the silence around speech, by the level of the samples."""
        hop = self.audio.hop_length
        power = np.square(spoken.samples.reshape(-1, hop), dtype=np.float64).mean(axis=1)
        kept, durations = keep(10 * np.log10(power + 1e-12), spoken.durations)
        return Spoken(spoken.samples[kept.start * hop : kept.stop * hop], spoken.f0[kept], durations)

    def sound(self, spoken: Spoken) -> NDArray[np.int16]:
        """Return the samples."""
        return to_int16(spoken.samples)

    def frames(self, spoken: Spoken) -> Float32:
        """Return the frames (T, n_channels): the bands and the voicing of the separation, the pitch of the teacher.

        The teacher's value p lies at frame p - 1/2. It counts where the value before it is voiced, too. Copies with
        this pitch sound better than those with the analysed pitch (LAB.md).
        """
        frames: Float32 = separate(spoken.samples, self.audio).T
        voiced = spoken.f0 > LOWEST_F0
        places = 1 + np.flatnonzero(voiced[1:] & voiced[:-1])
        frames[:, self.audio.n_bands] = draw_pitch(len(frames), places - 0.5, spoken.f0[places], USUAL_F0)
        return frames

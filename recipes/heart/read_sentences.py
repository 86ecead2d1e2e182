"""Let the teacher of `heart` read sentences as sound: recordings for `tts evaluate --reference`.

    pip install -r recipes/heart/requirements.txt
    python -m recipes.heart.read_sentences recipes/shared/heldout.csv REFERENCE
    tts evaluate heart --sentences recipes/shared/heldout.csv --reference REFERENCE

The teacher gets the phonemes of our front end, so it speaks the words that the student speaks.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from recipes.heart.read_corpus import CONFIG
from recipes.heart.teacher import LOWEST_F0, HeartReader, Spoken
from recipes.shared.sentences import sentences_parser, write_sounds
from tts.audio.inverse import StreamingInverse
from tts.audio.pulses import PulseSpectra
from tts.config import AudioConfig
from tts.model.spectrum import MAX_LOG_MAGNITUDE
from tts.training.settings import load_config

SEED = 0


def sound(spoken: Spoken, audio: AudioConfig) -> NDArray[np.float32]:
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


def main() -> None:
    parser = sentences_parser(__doc__)
    arguments = parser.parse_args()
    if find_spec("hibari") is None:
        parser.error("the teacher is missing (hibari): pip install -r recipes/heart/requirements.txt")
    audio = load_config(CONFIG, []).audio_config
    write_sounds(HeartReader(audio), partial(sound, audio=audio), arguments.sentences, arguments.folder)


if __name__ == "__main__":
    main()

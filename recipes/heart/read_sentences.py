"""Let the teacher of `heart` read sentences as sound: recordings for `tts evaluate --reference`.

    pip install -r recipes/heart/requirements.txt
    python -m recipes.heart.read_sentences recipes/shared/heldout.csv REFERENCE
    tts evaluate heart --sentences recipes/shared/heldout.csv --reference REFERENCE

The teacher gets the phonemes of our front end, so it speaks the words that the student speaks.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recipes.heart.read_corpus import CONFIG
from recipes.heart.teacher import LOWEST_F0, HeartReader, Spoken
from tts.audio.files import open_writer
from tts.audio.inverse import StreamingInverse
from tts.audio.pulses import PulseSpectra
from tts.config import AudioConfig
from tts.evaluation.sentences import find_sentences, read_sentences
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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sentences", help="develop, final, or a file, as for tts evaluate --sentences")
    parser.add_argument("folder", type=Path, help="folder for the recordings, ID.wav; those that it has are kept")
    arguments = parser.parse_args()
    if find_spec("hibari") is None:
        parser.error("the teacher is missing (hibari): pip install -r recipes/heart/requirements.txt")
    reader = HeartReader(load_config(CONFIG, []).audio_config)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for line in read_sentences(find_sentences(arguments.sentences)):
        path = arguments.folder / f"{line.clip_id}.wav"
        if not path.exists():
            _, spoken = reader.read(reader.frontend.tokens(line.text, markup="plain"))
            with open_writer(path, reader.audio.sample_rate) as writer:
                writer.write(sound(spoken, reader.audio))


if __name__ == "__main__":
    main()

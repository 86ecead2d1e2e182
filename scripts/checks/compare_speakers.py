"""Does a voice sound like the speaker of a corpus, beyond her pitch?

    pip install resemblyzer 'setuptools<81' && python scripts/checks/compare_speakers.py CORPUS VOICE … [--first 12]

prints the cosine between an embedding of each reading and the mean of the corpus's recordings: what a network trained
to tell speakers apart (Wan et al. 2018) makes of them. For the recordings themselves, each is left out of the mean that
it is compared with. The readings are the first sentences of `recipes/shared/heldout.csv`. Voices are compared with each
other only: even a perfect model's sound goes through the inversion, which is a speaker of its own to some degree.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from resemblyzer import VoiceEncoder, preprocess_wav

from tts import Synthesizer
from tts.audio.mel import Float32
from tts.corpus.reader import read_metadata, read_recording
from tts.evaluation.sentences import read_sentences

HELDOUT = Path(__file__).parents[2] / "recipes" / "shared" / "heldout.csv"
SAMPLE_RATE = 22050  # that the recordings are read at


def row(name: str, cosines: Float32) -> str:
    return f"| {name} | {len(cosines)} | {cosines.mean():.2f} | {cosines.min():.2f} to {cosines.max():.2f} |"


def unit(vectors: Float32) -> Float32:
    """Vectors (…, dim) of length 1."""
    scaled: Float32 = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("voices", nargs="+")
    parser.add_argument("--first", type=int, default=12, help="sentences to read")
    options = parser.parse_args()
    encoder = VoiceEncoder("cpu", verbose=False)

    def embed(samples: Float32, sample_rate: int) -> Float32:  # (256,), of length 1
        embedding: Float32 = encoder.embed_utterance(preprocess_wav(samples, source_sr=sample_rate))
        return embedding

    rows = read_metadata(options.corpus)
    recorded = np.stack([embed(read_recording(each.wav, SAMPLE_RATE).samples, SAMPLE_RATE) for each in rows])
    others = unit(recorded.sum(axis=0) - recorded)
    print("| speaker | clips | cosine | from, to |\n|---|---|---|---|")
    print(row("recordings", (recorded * others).sum(axis=1)))
    speaker = unit(recorded.mean(axis=0))
    sentences = read_sentences(HELDOUT)[: options.first]
    for name in options.voices:
        synthesizer = Synthesizer(name)
        spoken = [synthesizer.synthesize(line.text) for line in sentences]
        readings = np.stack([embed(speech.samples, speech.sample_rate) for speech in spoken])
        print(row(name, readings @ speaker), flush=True)


if __name__ == "__main__":
    main()

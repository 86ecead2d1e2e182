"""Measure how similar a voice is to the speaker of a corpus.

    pip install -r scripts/checks/requirements.txt    # Resemblyzer, which needs a C compiler
    python scripts/checks/compare_speakers.py CORPUS VOICE … [--first 12]

Each voice reads the first sentences of `recipes/shared/heldout.csv`. The script prints the cosine between the speaker
embedding of each reading (Wan et al. 2018) and the mean embedding of the recordings. A recording is compared with the
mean of the other recordings. Use the figures to compare voices with each other only: the inversion to a waveform also
changes the embedding, so no voice reaches the recordings.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tts import Synthesizer
from tts.audio.mel import Float32
from tts.corpus.reader import read_metadata
from tts.corpus.recording import read_recording
from tts.evaluation.sentences import read_sentences

HELDOUT = Path(__file__).parents[2] / "recipes" / "shared" / "heldout.csv"
SAMPLE_RATE = 22050  # hertz; the recordings are resampled to this rate
REQUIREMENTS = "scripts/checks/requirements.txt"


def row(name: str, cosines: Float32) -> str:
    return f"| {name} | {len(cosines)} | {cosines.mean():.2f} | {cosines.min():.2f} to {cosines.max():.2f} |"


def unit(vectors: Float32) -> Float32:
    """Scale vectors (…, dim) to length 1."""
    scaled: Float32 = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return scaled


def load_encoder() -> Callable[[Float32, int], Float32]:
    """Return a function from samples (T,) and their rate to a speaker embedding (256,) of length 1."""
    from resemblyzer import VoiceEncoder, preprocess_wav

    encoder = VoiceEncoder("cpu", verbose=False)

    def embed(samples: Float32, sample_rate: int) -> Float32:
        embedding: Float32 = encoder.embed_utterance(preprocess_wav(samples, source_sr=sample_rate))
        return embedding

    return embed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="folder with metadata.csv and wavs/")
    parser.add_argument("voices", nargs="+", help="bundled names or folders")
    parser.add_argument("--first", type=int, default=12, help="sentences to read (default: %(default)s)")
    options = parser.parse_args()
    try:
        embed = load_encoder()
    except ModuleNotFoundError as error:
        parser.error(f"the package {error.name} is missing: pip install -r {REQUIREMENTS}")
    rows = read_metadata(options.corpus)
    recorded = np.stack([embed(read_recording(each.wav, SAMPLE_RATE).samples, SAMPLE_RATE) for each in rows])
    others = unit(recorded.sum(axis=0) - recorded)
    print("| speaker | clips | mean cosine | range |\n|---|---|---|---|")
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

"""Let hibari-tts's voice "heart" read transcripts as a corpus of LJSpeech's layout, at 22,050 Hz.

    pip install '.[train]' -r recipes/heart/requirements.txt
    python -m recipes.ljspeech.read_corpus METADATA.csv CORPUS [--first N]

So the recipe can be run at its full size where the recordings are not at hand. After an interruption the same command
continues: recordings that the corpus has are kept.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from tqdm import tqdm

from recipes.heart.teacher import Hibari
from tts.common.files import atomic_write, atomic_write_text
from tts.corpus.reader import Row, read_metadata
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable

SAMPLE_RATE = 22050  # hertz, LJSpeech's
TEACHERS_RATE = 24000  # hertz

Float32 = NDArray[np.float32]
Teacher = Callable[[Sequence[str]], Float32]


class Heart:
    """Speaks our symbols with the teacher's own synthesis, which is faster than `recipes.heart.read_sentences`."""

    def __init__(self) -> None:
        from hibari import dsp

        self.hibari, self.synthesize = Hibari(), dsp.synth

    def __call__(self, symbols: Sequence[str]) -> Float32:
        """Return the samples (T,) of a text at TEACHERS_RATE."""
        spoken = self.hibari(symbols)
        samples: Float32 = self.synthesize(*spoken.parts, spoken.f0, np.random.default_rng(0))
        return samples


class CorpusReader:
    """Reads texts into recordings. The silence around speech stays, as in recordings of a person."""

    def __init__(self, speak: Teacher) -> None:
        """speak: the teacher, which takes our symbols."""
        self.speak, self.frontend, self.table = speak, Frontend(), SymbolTable(SYMBOLS)

    def read(self, text: str, wav: Path) -> float:
        """Write a recording of a text, whole or not at all, and return its seconds."""
        ids = self.table.encode(self.frontend.tokens(text, markup="plain"), strict=True).phoneme_ids
        samples = soxr.resample(self.speak([SYMBOLS[index] for index in ids]), TEACHERS_RATE, SAMPLE_RATE)
        with atomic_write(wav) as aside:
            soundfile.write(aside, samples, SAMPLE_RATE, subtype="PCM_16", format="WAV")
        return len(samples) / SAMPLE_RATE


def read_corpus(rows: Sequence[Row], corpus: Path, speak: Teacher) -> float:
    """Write the recordings that a corpus lacks, and return the hours of speech that were written."""
    (corpus / "wavs").mkdir(parents=True, exist_ok=True)
    reader, seconds = CorpusReader(speak), 0.0
    for row in tqdm(rows, unit="clip"):
        wav = corpus / "wavs" / f"{row.clip_id}.wav"
        if not wav.exists():
            seconds += reader.read(row.text, wav)
    return seconds / 3600


def write_table(metadata: Path, corpus: Path, first: int | None) -> list[Row]:
    """Write the first lines of a table, or all, as the table of a corpus, and return its rows."""
    corpus.mkdir(parents=True, exist_ok=True)
    table, lines = corpus / "metadata.csv", metadata.read_text(encoding="utf-8").splitlines(keepends=True)
    atomic_write_text(table, "".join(lines[:first]))
    return read_metadata(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("metadata", type=Path, help="metadata.csv of LJSpeech-1.1, or a table like it")
    parser.add_argument("corpus", type=Path, help="folder to write")
    parser.add_argument("--first", type=int, metavar="N", help="read only the first N lines (default: all)")
    arguments = parser.parse_args()
    if find_spec("hibari") is None:
        parser.error("the teacher is missing (hibari): pip install -r recipes/heart/requirements.txt")
    rows = write_table(arguments.metadata, arguments.corpus, arguments.first)
    hours = read_corpus(rows, arguments.corpus, Heart())
    print(f"{arguments.corpus}: {len(rows)} clips; {hours:.2f} hours were written now")


if __name__ == "__main__":
    main()

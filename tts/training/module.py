"""The training step: Lightning around a model that knows nothing of training."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import lightning
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from tts.corpus.features import Features
from tts.model.tacotron import Tacotron, TeacherForced
from tts.training.adversary import Adversary
from tts.training.checkpoint import Facts, describe, store_facts
from tts.training.config import TrainConfig
from tts.training.data import Batch, batch_number
from tts.training.losses import attention_diagonality, attention_focus, occupancy
from tts.training.objective import Losses, Objective, errors, step_lengths
from tts.training.optimizer import MuonAdamW
from tts.training.windows import Refined, refine

IN_TURN_EVERY = 4
"""Where all clips of a batch have durations, only each fourth step of training runs the decoder's steps in turn, each
from its own attention before. The other steps start from the true attention; they take a third of the time."""
SOFTENED = 0.6
"""Share of the clips whose true attention is spread a little, because the attention of the model is never sharp."""
_SPREAD = 0.1  # of the attention on a symbol goes to each neighbour
JUDGE_RATE = 0.3
"""Learning rate of the adversary relative to the model."""
JUDGE_BETAS = (0.5, 0.9)  # a short memory, because its task changes at every step


class TacotronModule(lightning.LightningModule):
    """Trains a `Tacotron`: losses, optimiser, averaged weights."""

    def __init__(self, model: Tacotron, config: TrainConfig) -> None:
        super().__init__()
        self.model = model
        self.config = config
        self.average = AveragedModel(model, avg_fn=Ema(config.optimizer.ema_decay), use_buffers=True)
        self.average.requires_grad_(False)
        self.objective = Objective(config.loss, model.config)
        self.adversary = Adversary(model.config.n_mels)
        self._clip_ids: list[str] = []  # of the step

    def configure_optimizers(self) -> dict[str, Any]:  # type: ignore[override]
        """Create Muon and AdamW with the schedule of `learning_rate_factor`."""
        rate = self.config.optimizer.learning_rate
        judge = {"params": list(self.adversary.parameters()), "lr": rate * JUDGE_RATE, "betas": JUDGE_BETAS}
        optimizer = MuonAdamW(self.model, rate, [judge])
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(step, self.config))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        """Seed the dropout by the number of the batch, so that a resumed run equals an uninterrupted one."""
        self._clip_ids = clips_of_step(self._clip_ids, batch, batch_idx, self.trainer.accumulate_grad_batches)
        torch.manual_seed(hash((self.config.run.seed, batch_number(self.trainer, batch_idx))))

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Return the loss of one batch. Postnet and spectrum network see a window of each clip."""
        factor, loss = self.reduction_factor(self.global_step), self.config.loss
        mel = whole_steps(self.model.standardize(batch.mel), factor)
        shown = disturb(mel, loss.frame_noise, loss.frame_dropout)
        is_in_turn = self.global_step % IN_TURN_EVERY == 0 or not batch.has_symbols.all()
        alignment = None if is_in_turn else soften(true_alignment(batch, mel.size(2), factor))
        output = teacher_force(self.model, batch, shown, factor, alignment)
        # The adversarial loss must not reach the decoder, which would learn to invent detail.
        windows = refine(self.model, batch, mel, output, loss.postnet_frames, detach=self.is_judged)
        losses = self.objective(self.model, batch, mel, output, windows, self.global_step)
        total: Tensor = losses.total + self._judge(windows)
        if windows.parts is None and self.model.spectrum is not None:
            total = total + nothing(self.model.spectrum)
        if not torch.isfinite(total):
            raise FloatingPointError(
                f"the loss is {total.item()} at step {self.global_step}; clips of the batch: "
                f"{', '.join(batch.clip_ids)}"
            )
        self._log("train", losses, windows, batch)
        return total

    @property
    def is_judged(self) -> bool:
        """Whether the adversary is active at this step."""
        return self.global_step >= self.config.max_steps * (1 - self.config.loss.adversarial_fraction)

    def _judge(self, windows: Refined) -> Tensor:
        """Return the losses of the adversary and of the postnet before it."""
        if not self.is_judged:
            return nothing(self.adversary)
        judgement = self.adversary.judge(windows.refined, windows.target, windows.predicted, windows.mask)
        self.log_dict({f"adversary/{name}": value for name, value in judgement._asdict().items()})
        weights = self.config.loss
        return (
            judgement.judge
            + weights.adversarial_weight * judgement.fooled
            + weights.feature_weight * judgement.features
        )

    def configure_gradient_clipping(
        self,
        optimizer: torch.optim.Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        """Clip the gradients of model and adversary separately, because neither may shorten the step of the other.

        Raises FloatingPointError for a gradient that is not finite, unless the scaler of fp16 handles it. The run must
        stop before the update: otherwise the next checkpoints would all have broken weights.
        """
        assert gradient_clip_val is not None
        is_scaled = getattr(self.trainer.precision_plugin, "scaler", None) is not None
        for name, network in (("train", self.model), ("adversary", self.adversary)):
            norm = torch.nn.utils.clip_grad_norm_(network.parameters(), gradient_clip_val)
            if not torch.isfinite(norm) and not is_scaled:
                raise FloatingPointError(
                    f"the gradient is {norm.item()} at step {self.global_step}; clips of the step: "
                    f"{', '.join(self._clip_ids)}"
                )
            self.log(f"{name}/gradient_norm", norm, batch_size=len(self._clip_ids))

    def optimizer_step(self, *arguments: Any, **named: Any) -> None:
        """Step and update the average at once, because a checkpoint may be saved before the next hook."""
        super().optimizer_step(*arguments, **named)
        self.average.update_parameters(self.model)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add the facts that an export needs."""
        features = self.trainer.datamodule.features  # type: ignore[attr-defined]
        store_facts(checkpoint, self.facts(features, self.global_step))

    def facts(self, features: Features, step: int) -> Facts:
        """Return the facts after a number of steps, with the reduction factor of the last step."""
        config = dataclasses.replace(self.model.config, reduction_factor=self.reduction_factor(step - 1))
        return describe(features, config)

    def reduction_factor(self, step: int) -> int:
        """Return the reduction factor at a training step."""
        return self.config.reduction_factor(step, self.model.config.reduction_factor)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Log losses and attention statistics of the averaged weights. Every validation uses the same dropout."""
        model: Tacotron = self.average.module  # type: ignore[assignment]
        factor = self.reduction_factor(self.global_step - 1)
        mel = whole_steps(model.standardize(batch.mel), factor)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            output = teacher_force(model, batch, mel, factor)
        windows = refine(model, batch, mel, output, self.config.loss.postnet_frames)
        self._log("val", self.objective(model, batch, mel, output, windows, self.global_step), windows, batch)
        steps = step_lengths(batch, output)
        values: dict[str, Any] = {
            "attention_focus": attention_focus(output.alignment, steps),
            "attention_diagonality": attention_diagonality(output.alignment, steps, batch.phoneme_lengths),
            "reduction_factor": float(factor),
        }
        self.log_dict({f"val/{name}": value for name, value in values.items()}, batch_size=len(batch.clip_ids))

    def _log(self, stage: str, losses: Losses, windows: Refined, batch: Batch) -> None:
        found = {"total": losses.total, **losses.parts, **errors(self.model, windows)}
        values: dict[str, Any] = {f"{stage}/{name}": value for name, value in found.items()}
        values["step"] = float(self.global_step)  # Lightning's own count is one too high after a crash in mid-step
        self.log_dict(values, batch_size=len(batch.clip_ids))

    @property
    def frames_per_second(self) -> float:
        """Spectrogram frames per second of audio."""
        return float(self.trainer.datamodule.features.audio.frames_per_second)  # type: ignore[attr-defined]


def clips_of_step(before: list[str], batch: Batch, batch_idx: int, accumulated: int) -> list[str]:
    """Return the clips of the batches that a step accumulates until this one. before: those until the last batch."""
    return [*(before if batch_idx % accumulated else []), *batch.clip_ids]


def whole_steps(mel: Tensor, reduction_factor: int) -> Tensor:
    """Pad spectrograms (B, n_channels, T_mel) to whole decoder steps. The losses ignore the padding."""
    return torch.nn.functional.pad(mel, (0, -mel.size(2) % reduction_factor))


def teacher_force(
    model: Tacotron, batch: Batch, shown: Tensor, reduction_factor: int, alignment: Tensor | None = None
) -> TeacherForced:
    """Run a model on a batch with the frames `shown` (B, n_channels, T_mel). Losses get single precision."""
    inputs = batch.phoneme_ids, batch.phoneme_lengths, shown
    output: TeacherForced = model(*inputs, reduction_factor=reduction_factor, alignment=alignment)
    return output._replace(mel=output.mel.float(), alignment=output.alignment.float())


def true_alignment(batch: Batch, frames: int, reduction_factor: int) -> Tensor:
    """Return the attention of a batch whose clips all have durations, (B, T_step, T_text)."""
    symbols = torch.nn.functional.pad(batch.symbols, (0, frames - batch.symbols.size(1)))
    return occupancy(symbols, batch.mel_lengths, batch.phoneme_ids.size(1), reduction_factor)


def soften(alignment: Tensor) -> Tensor:
    """Spread the attention (B, T_step, T_text) of some clips to the symbols beside."""
    around = torch.nn.functional.pad(alignment, (1, 1), mode="replicate")
    spread = (1 - 2 * _SPREAD) * alignment + _SPREAD * (around[..., 2:] + around[..., :-2])
    chosen = torch.rand(len(alignment), 1, 1, device=alignment.device) < SOFTENED
    return torch.where(chosen, spread, alignment)


def disturb(mel: Tensor, noise: float, dropout: float) -> Tensor:
    """Add noise to standardised frames (B, n_channels, T_mel), and replace a share of them by their mean.

    In synthesis the decoder sees its own frames, which have errors: the noise prepares it for them. A decoder that can
    trust the previous frame neglects the text: the dropout prevents that.
    """
    kept = torch.rand(mel.size(0), 1, mel.size(2), device=mel.device) >= dropout
    return (mel + noise * torch.randn_like(mel)) * kept


def nothing(network: nn.Module) -> Tensor:
    """Return zero with a gradient of zero for each parameter, which data-parallel processes wait for."""
    return torch.stack([parameter.sum() for parameter in network.parameters()]).sum() * 0.0


class Ema:
    """Exponential moving average whose memory grows with age, so that it is useful from the first steps."""

    def __init__(self, decay: float) -> None:
        self.decay = decay

    def __call__(self, average: Tensor, value: Tensor, n_averaged: Tensor | int) -> Tensor:
        """Return the next average of one tensor after `n_averaged` updates."""
        age = int(n_averaged)
        weight = 1 - min(self.decay, (1 + age) / (10 + age))
        return torch.lerp(average, value, weight) if average.is_floating_point() else value


def learning_rate_factor(step: int, config: TrainConfig) -> float:
    """Return the learning rate at a step relative to its peak: linear warm-up, plateau, half-cosine decay."""
    settings = config.optimizer
    warm = min(1.0, (step + 1) / settings.warmup_steps)
    decay_steps = max(1.0, config.max_steps * settings.decay_fraction)
    progress = min(1.0, max(0.0, 1 - (config.max_steps - step) / decay_steps))
    final = settings.final_learning_rate / settings.learning_rate
    return warm * (final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress)))

"""The training step: a shell around an innocent model."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, NamedTuple

import lightning
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from tts.corpus.features import Features
from tts.model.decoder import DecoderOutput
from tts.model.encoder import length_mask
from tts.model.tacotron import Tacotron
from tts.training.adversary import Adversary
from tts.training.checkpoint import Facts, describe, store_facts
from tts.training.config import TrainConfig
from tts.training.data import Batch, batch_number
from tts.training.losses import (
    attention_diagonality,
    attention_focus,
    guided_attention_loss,
    mel_loss,
    stop_loss,
)

JUDGE_RATE = 0.3
"""Learning rate of the adversary, as a share of the model's."""
JUDGE_BETAS = (0.5, 0.9)  # its task changes from step to step: a short memory


class Losses(NamedTuple):
    """The parts of one batch's loss, unweighted, and their weighted sum."""

    total: Tensor
    mel_before: Tensor
    mel_after: Tensor
    stop: Tensor
    guided: Tensor


class TacotronModule(lightning.LightningModule):
    """Losses, optimiser and averaged weights of a `Tacotron`."""

    channel_weights: Tensor  # (n_channels,)

    def __init__(self, model: Tacotron, config: TrainConfig) -> None:
        super().__init__()
        self.model = model
        self.config = config
        self.average = AveragedModel(model, avg_fn=Ema(config.optimizer.ema_decay), use_buffers=True)
        self.average.requires_grad_(False)
        self.adversary = Adversary(model.config.n_mels)
        weights = torch.ones(model.config.n_channels)
        weights[model.config.n_mels :] = config.loss.source_weight
        self.register_buffer("channel_weights", weights, persistent=False)

    def configure_optimizers(self) -> dict[str, Any]:  # type: ignore[override]
        """Adam with the schedule of `learning_rate_factor`."""
        rate = self.config.optimizer.learning_rate
        groups: list[dict[str, Any]] = [
            {"params": self.model.parameters()},
            {"params": self.adversary.parameters(), "lr": rate * JUDGE_RATE, "betas": JUDGE_BETAS},
        ]
        optimizer = torch.optim.Adam(groups, rate, eps=1e-6)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_factor(step, self.config))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        """Seed a batch's dropout by its number, so that a resumed run draws what an unbroken one would have."""
        torch.manual_seed(hash((self.config.run.seed, batch_number(self.trainer, batch_idx))))

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Teacher-forced losses of one batch, the postnet's on a random slice of it."""
        factor = self.reduction_factor(self.global_step)
        mel = whole_steps(self.model.standardize(batch.mel), factor)
        shown = self._mix_own_frames(batch, mel, factor)
        output = self.model(batch.phoneme_ids, batch.phoneme_lengths, shown, reduction_factor=factor)
        width = min(self.config.loss.postnet_frames, mel.size(2))
        start = int(torch.randint(mel.size(2) - width + 1, ()))
        window = slice(start, start + width)
        mask = length_mask(batch.mel_lengths, mel.size(2))[:, window]
        predicted = output.mel[:, :, window]
        if self.is_judged:  # what teaches the postnet to sharpen must not teach the decoder to guess
            predicted = predicted.detach()
        refined = self.model.postnet(predicted, mask)
        losses = self.losses(batch, mel, output, refined, window)
        total = losses.total + self._judge(refined, mel[:, :, window], predicted, mask)
        if not torch.isfinite(total):
            raise FloatingPointError(
                f"the loss is {total.item()} at step {self.global_step}; clips of the batch: "
                f"{', '.join(batch.clip_ids)}"
            )
        self._log("train", losses, batch)
        return total

    @property
    def is_judged(self) -> bool:
        """Whether the adversary judges the postnet by now."""
        return self.global_step >= self.config.max_steps * (1 - self.config.loss.adversarial_fraction)

    def _judge(self, refined: Tensor, target: Tensor, predicted: Tensor, mask: Tensor) -> Tensor:
        """The adversary's part of the loss: its own, and the postnet's."""
        if not self.is_judged:  # zero, with a gradient of zero: data-parallel processes wait for one of each parameter
            return torch.stack([parameter.sum() for parameter in self.adversary.parameters()]).sum() * 0.0
        judgement = self.adversary.judge(refined, target, predicted, mask)
        self.log_dict({f"adversary/{name}": value for name, value in judgement._asdict().items()})
        weights = self.config.loss
        return (
            judgement.judge
            + weights.adversarial_weight * judgement.fooled
            + weights.feature_weight * judgement.features
        )

    def _mix_own_frames(self, batch: Batch, mel: Tensor, factor: int) -> Tensor:
        """Replace a share of the true frames that the decoder is shown by its own first guess at them.

        Parallel scheduled sampling (Duckworth et al. 2019, section 3.2): true frames are sharp, the model's own are
        smooth, and a decoder that has only seen the former loses its way among the latter.
        """
        share = self.config.loss.own_frames
        if share == 0:
            return mel
        with torch.no_grad():
            output = self.model(batch.phoneme_ids, batch.phoneme_lengths, mel, reduction_factor=factor)
        chosen = torch.rand(mel.size(0), 1, mel.size(2)) < share
        return torch.where(chosen.to(mel.device), output.mel, mel)

    def optimizer_step(self, *arguments: Any, **named: Any) -> None:
        """Step, and let the average follow at once: a checkpoint may be saved before the next hook."""
        super().optimizer_step(*arguments, **named)
        self.average.update_parameters(self.model)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add what an export has to know of the features."""
        features = self.trainer.datamodule.features  # type: ignore[attr-defined]
        store_facts(checkpoint, self.facts(features, self.global_step))

    def facts(self, features: Features, step: int) -> Facts:
        """What the model is after so many steps; its reduction factor is the one that it was last trained with."""
        config = dataclasses.replace(self.model.config, reduction_factor=self.reduction_factor(step - 1))
        return describe(features, config)

    def reduction_factor(self, step: int) -> int:
        """Spectrogram frames that one decoder step predicts at a step of training."""
        return self.config.reduction_factor(step, self.model.config.reduction_factor)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Losses and attention statistics of the averaged weights; the dropout is the same at every validation."""
        model: Tacotron = self.average.module  # type: ignore[assignment]
        factor = self.reduction_factor(self.global_step - 1)
        mel = whole_steps(model.standardize(batch.mel), factor)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            output = model(batch.phoneme_ids, batch.phoneme_lengths, mel, reduction_factor=factor)
        refined = model.postnet(output.mel, length_mask(batch.mel_lengths, mel.size(2)))
        self._log("val", self.losses(batch, mel, output, refined, slice(0, mel.size(2))), batch)
        steps = step_lengths(batch, output)
        values: dict[str, Any] = {
            "attention_focus": attention_focus(output.alignment, steps),
            "attention_diagonality": attention_diagonality(output.alignment, steps, batch.phoneme_lengths),
            "reduction_factor": float(factor),
        }
        self.log_dict({f"val/{name}": value for name, value in values.items()}, batch_size=len(batch.clip_ids))

    def losses(self, batch: Batch, mel: Tensor, output: DecoderOutput, refined: Tensor, window: slice) -> Losses:
        """All losses of a teacher-forced batch but the adversary's; `window` is the frames that the postnet refined."""
        weights = self.config.loss
        mask = length_mask(batch.mel_lengths, mel.size(2))  # (B, T_mel)
        steps = step_lengths(batch, output)
        before = mel_loss(output.mel, mel, mask, self.channel_weights)
        after = mel_loss(refined, mel[:, :, window], mask[:, window], self.channel_weights)
        stop = stop_loss(output.stop_logits, steps, weights.stop_positive_weight)
        guided = guided_attention_loss(output.alignment, steps, batch.phoneme_lengths, weights.guided_sigma)
        guided_weight = weights.guided_weight * 0.5 ** (self.global_step / weights.guided_half_life)
        total = before + after + weights.stop_weight * stop + guided_weight * guided
        return Losses(total, before, after, stop, guided)

    def _log(self, stage: str, losses: Losses, batch: Batch) -> None:
        values: dict[str, Any] = {f"{stage}/{name}": value for name, value in losses._asdict().items()}
        values["step"] = float(self.global_step)  # Lightning's own count is one too high after a crash in mid-step
        self.log_dict(values, batch_size=len(batch.clip_ids))

    @property
    def frames_per_second(self) -> float:
        """Spectrogram frames in one second of the corpus's audio."""
        return float(self.trainer.datamodule.features.audio.frames_per_second)  # type: ignore[attr-defined]


def whole_steps(mel: Tensor, reduction_factor: int) -> Tensor:
    """Lengthen spectrograms (B, n_channels, T_mel) by frames that no loss sees, until they are whole steps."""
    return torch.nn.functional.pad(mel, (0, -mel.size(2) % reduction_factor))


def step_lengths(batch: Batch, output: DecoderOutput) -> Tensor:
    """Decoder steps of each clip of a batch, (B,)."""
    factor = output.mel.size(2) // output.stop_logits.size(1)
    return (batch.mel_lengths + factor - 1) // factor


class Ema:
    """Exponential moving average whose memory grows with its age, so that it is of use from the first steps on."""

    def __init__(self, decay: float) -> None:
        self.decay = decay

    def __call__(self, average: Tensor, value: Tensor, n_averaged: Tensor | int) -> Tensor:
        """The next average of one tensor, `n_averaged` updates having gone before."""
        age = int(n_averaged)
        weight = 1 - min(self.decay, (1 + age) / (10 + age))
        return torch.lerp(average, value, weight) if average.is_floating_point() else value


def learning_rate_factor(step: int, config: TrainConfig) -> float:
    """Share of the peak learning rate at a step: linear warm-up, plateau, half-cosine decay."""
    settings = config.optimizer
    warm = min(1.0, (step + 1) / settings.warmup_steps)
    decay_steps = max(1.0, config.max_steps * settings.decay_fraction)
    progress = min(1.0, max(0.0, 1 - (config.max_steps - step) / decay_steps))
    final = settings.final_learning_rate / settings.learning_rate
    return warm * (final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress)))

"""The settings of a training run, as in its YAML file."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from tts.common.plugins import is_plugin
from tts.common.validation import from_dict, require_positive, require_share
from tts.config import AudioConfig
from tts.errors import ConfigError

PRECISIONS = {"fp32": "32-true", "bf16": "bf16-mixed", "fp16": "16-mixed"}
"""Setting -> name in Lightning."""


@dataclass(frozen=True)
class DataConfig:
    """The features to train on, and their batches."""

    dir: str = ""
    """Features folder, written by `tts prepare`."""
    batch_frames: int = 9000
    """Maximum number of spectrogram frames in one batch, including padding."""
    accumulate: int = 1
    """Batches of each process whose gradients are averaged in one step, to save memory."""
    n_validation: int = 64
    """Clips for validation, at most a sixteenth of all."""

    def __post_init__(self) -> None:
        require_positive(self, "batch_frames", "accumulate", "n_validation")


@dataclass(frozen=True)
class OptimizerConfig:
    """Muon and AdamW. The learning rate rises from zero, stays constant, then falls along a half cosine."""

    learning_rate: float = 1e-3
    """Learning rate between warm-up and decay."""
    warmup_steps: int = 200
    """Steps over which the learning rate rises from zero."""
    decay_fraction: float = 0.5
    """Share of `max_steps`, at their end, over which the learning rate falls."""
    final_learning_rate: float = 2e-5
    """Learning rate at the last step."""
    gradient_clip: float = 1.0
    """Largest norm of the gradient of one step."""
    ema_decay: float = 0.998
    """Decay per step of the averaged weights that validation and export use."""

    def __post_init__(self) -> None:
        require_positive(self, "learning_rate", "warmup_steps", "gradient_clip")
        require_share(self, "decay_fraction", "ema_decay")
        if not 0 <= self.final_learning_rate <= self.learning_rate:
            raise ConfigError(
                f"final_learning_rate is {self.final_learning_rate}, but a number from 0 to learning_rate "
                f"{self.learning_rate} is needed: lower it"
            )


@dataclass(frozen=True)
class LossConfig:
    """Weights of the losses, and the noise on the decoder's input. The decoder's frames have weight 1."""

    postnet_weight: float = 2.0
    """Weight of the frames after the postnet, which become sound."""
    pitch_weight: float = 12.0
    """Weight of an error of the pitch relative to an error of one of the many mel bands."""
    voicing_weight: float = 6.0
    """Weight of an error of the voicing relative to an error of a mel band."""
    stop_weight: float = 0.5
    """Weight of the stop token's cross-entropy."""
    stop_positive_weight: float = 5.0
    """Weight of the last step relative to the other steps in the stop loss."""
    duration_weight: float = 1.0
    """Weight of the divergence of the attention from the durations of the symbols, if they are known."""
    position_weight: float = 0.1
    """Weight of the distance, in symbols, between the centre of the attention and that of the durations. The divergence
    has no gradient far from the right place: without this term a model does not align (recipes/heart/LAB.md)."""
    guided_weight: float = 5.0
    """Weight of the guided attention loss (Tachibana et al. 2018) at the first step, if durations are not known."""
    guided_sigma: float = 0.2
    """Width of the diagonal that guided attention leaves free, as a share of the text."""
    guided_half_life: int = 1000
    """Steps over which the weight of guided attention halves."""
    spectrum_weight: float = 1.0
    """Weight of the spectrum network's loss against a teacher's parts of the spectrum, or else the recording. 0: the
    network stays what it starts from, and a step takes half the time."""
    spectrum_fraction: float = 1.0
    """Share of `max_steps`, at their end, in which the spectrum network learns. Before, it stays as it starts."""
    frame_noise: float = 0.25
    """Noise on the frames shown to the decoder, in standard deviations of the frames."""
    frame_dropout: float = 0.25
    """Share of the frames shown to the decoder that are replaced by their mean."""
    adversarial_fraction: float = 0.3
    """Share of `max_steps`, at their end, in which an adversary judges the postnet's output; 0 turns it off."""
    adversarial_weight: float = 0.2
    """Weight of the postnet's adversarial loss."""
    feature_weight: float = 1.0
    """Weight of the distance to the recording in the adversary's layers."""
    extra: dict[str, float] = field(default_factory=dict)
    """Losses of your own, `module:function`, with their weights, such as {my_losses:smoothness: 0.5}."""
    postnet_frames: int = 128
    """Frames of each clip, at a random place, that train the postnet and the spectrum network."""

    def __post_init__(self) -> None:
        require_positive(self, "stop_positive_weight", "guided_sigma", "guided_half_life")
        require_positive(self, "pitch_weight", "voicing_weight", "postnet_frames")
        require_share(self, "frame_dropout", "adversarial_fraction", "spectrum_fraction")
        for name, weight in self.extra.items():
            if not is_plugin(name) or not 0 <= weight < math.inf:
                raise ConfigError(f"loss.extra is {self.extra}: write it as {{module:function: weight}}")
        if len({name.partition(":")[2] for name in self.extra}) < len(self.extra):
            raise ConfigError(f"loss.extra is {self.extra}: give each function a name of its own, for the logs")
        weights = [f.name for f in fields(self) if f.name.endswith("_weight")]
        for name in (*weights, "frame_noise"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ConfigError(f"{name} is {getattr(self, name)}, but at least 0 is needed: 0 turns it off")


@dataclass(frozen=True)
class RunConfig:
    """The folder, the resources and the intervals of a run."""

    dir: str = ""
    """Folder for checkpoints, logs and pictures."""
    init_from: str = ""
    """Voice, checkpoint or run folder to start from (`--init-from`). Empty: start from random weights."""
    new_data: bool = False
    """Whether a run may continue with the features of another folder than before."""
    seed: int = 0
    """Seed of the weights, the batches and the dropout."""
    processes: int = 1
    """Data-parallel processes on this machine, each with its own batches. On a CPU, one for each core is fastest.
    Ignored with GPUs, which get one process each, and under torchrun."""
    nodes: int = 1
    """Machines in a cluster with a scheduler. Ignored under torchrun."""
    precision: str = "fp32"
    """Precision of multiplications: fp32; bf16, on GPUs and CPUs that support it; or fp16, on GPUs. Everything else
    uses fp32 (Micikevicius et al. 2018)."""
    checkpoint_minutes: float = 5.0
    """Minutes between checkpoints."""
    validate_every: int = 250
    """Steps between validations."""
    log_every: int = 10
    """Steps between two values in the logs."""

    def __post_init__(self) -> None:
        require_positive(self, "processes", "nodes", "checkpoint_minutes", "validate_every", "log_every")
        if self.precision not in PRECISIONS:
            raise ConfigError(f"precision is {self.precision!r}, but one of {', '.join(PRECISIONS)} is needed")
        if not 0 <= self.seed < 2**32:
            raise ConfigError(f"seed is {self.seed}, but a number from 0 to {2**32 - 1} is needed: choose another")


@dataclass(frozen=True)
class TrainConfig:
    """All settings of a training run."""

    audio: dict[str, Any] = field(default_factory=dict)
    """Settings of `AudioConfig` for `tts prepare --config`. The others keep their defaults."""
    data: DataConfig = field(default_factory=DataConfig)
    model: dict[str, Any] = field(default_factory=dict)
    """Settings of `ModelConfig`, except `n_symbols`, `n_mels` and `n_source`, which the features decide."""
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    run: RunConfig = field(default_factory=RunConfig)
    max_steps: int = 6000
    """Total number of training steps."""
    reduction_schedule: dict[int, int] = field(default_factory=dict)
    """Larger reduction factors for the beginning, with the last step of each, such as {5: 500, 4: 1000}."""

    def __post_init__(self) -> None:
        require_positive(self, "max_steps")
        _ = self.audio_config  # raises ConfigError
        by_step = sorted(self.reduction_schedule, key=self.reduction_schedule.__getitem__)
        falls = all(coarse > fine for coarse, fine in pairwise(by_step))
        if not falls or not all(type(factor) is int and factor > 1 for factor in by_step):
            raise ConfigError(
                f"reduction_schedule is {self.reduction_schedule}, but needs whole factors that fall as steps rise: "
                "write it as {5: 500, 4: 1000}"
            )
        if by_step and self.run.init_from:
            raise ConfigError(
                "reduction_schedule helps a model that cannot align yet: set it to {}, or train without --init-from"
            )

    def reduction_factor(self, step: int, final: int) -> int:
        """Return the factor at a step. final: the factor of the model."""
        return next(
            (factor for factor, end in sorted(self.reduction_schedule.items(), reverse=True) if step < end), final
        )

    @property
    def audio_config(self) -> AudioConfig:
        """The audio settings."""
        return from_dict(AudioConfig, self.audio, "audio")

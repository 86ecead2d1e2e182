"""How a voice is trained: one training run, as its YAML file states it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from tts.config import AudioConfig, from_dict, require_positive, require_share
from tts.errors import ConfigError

PRECISIONS = {"fp32": "32-true", "bf16": "bf16-mixed", "fp16": "16-mixed"}
"""Setting -> Lightning's name."""


@dataclass(frozen=True)
class DataConfig:
    """Which features to train on, and how they are batched."""

    dir: str = ""
    """Folder that `tts prepare` wrote."""
    batch_frames: int = 9000
    """Most spectrogram frames in one batch, padding included."""
    accumulate: int = 1
    """Batches, of each process, whose gradients are averaged in one step: for what memory cannot hold at once."""
    n_validation: int = 64
    """Clips kept from training to validate on, as long as they are no more than a sixteenth of all."""

    def __post_init__(self) -> None:
        require_positive(self, "batch_frames", "accumulate", "n_validation")


@dataclass(frozen=True)
class OptimizerConfig:
    """Muon and AdamW, their learning rate warmed up from zero, held, then decayed along a half cosine."""

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
    """Weights of the losses, and the disturbance of the decoder's input. The decoder's frames have weight 1."""

    postnet_weight: float = 2.0
    """Weight of the frames after the postnet, which become sound."""
    pitch_weight: float = 12.0
    """How much more an error of the pitch counts than one of a mel band, of which there are many."""
    voicing_weight: float = 6.0
    """How much more an error of the voicing counts than one of a mel band."""
    stop_weight: float = 0.5
    """Weight of the stop token's cross-entropy."""
    stop_positive_weight: float = 5.0
    """How much more the one step that should stop counts than one that should not."""
    duration_weight: float = 1.0
    """Weight of the attention's divergence from the durations of the symbols, where these are known."""
    position_weight: float = 0.1
    """Weight of the distance, in symbols, between the centre of the attention and that of the durations. The divergence
    has no gradient far from the right place: without this term a model does not align (recipes/heart/LAB.md)."""
    guided_weight: float = 5.0
    """Weight of the guided attention loss (Tachibana et al. 2018) at the first step, where durations are not known."""
    guided_sigma: float = 0.2
    """Width of the diagonal that guided attention leaves free, as a share of the text."""
    guided_half_life: int = 1000
    """Steps over which the weight of guided attention halves."""
    spectrum_weight: float = 1.0
    """Weight of the spectrum network's loss against the parts of a teacher's spectrum."""
    frame_noise: float = 0.25
    """Noise on the frames shown to the decoder, in standard deviations of the frames."""
    frame_dropout: float = 0.25
    """Share of the frames shown to the decoder that are replaced by their mean."""
    adversarial_fraction: float = 0.3
    """Share of `max_steps`, at their end, in which an adversary judges the postnet's output; 0 turns it off."""
    adversarial_weight: float = 0.2
    """Weight of passing for a recording before the adversary."""
    feature_weight: float = 1.0
    """Weight of the distance to the recording in the adversary's layers."""
    postnet_frames: int = 128
    """Frames of each clip, at a random place, that train the postnet and the spectrum network."""

    def __post_init__(self) -> None:
        require_positive(self, "stop_positive_weight", "guided_sigma", "guided_half_life")
        require_positive(self, "pitch_weight", "voicing_weight", "postnet_frames")
        require_share(self, "frame_dropout", "adversarial_fraction")
        weights = [f.name for f in fields(self) if f.name.endswith("_weight")]
        for name in (*weights, "frame_noise"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ConfigError(f"{name} is {getattr(self, name)}, but at least 0 is needed: 0 turns it off")


@dataclass(frozen=True)
class RunConfig:
    """Where a training run is kept, and how often it reports."""

    dir: str = ""
    """Folder for checkpoints, logs and pictures."""
    init_from: str = ""
    """Voice, checkpoint or run folder whose weights a new run starts from (`--init-from`); empty for random ones."""
    seed: int = 0
    """Seed of the weights, the batches and the dropout."""
    processes: int = 1
    """Data-parallel processes on this machine, each with a batch of its own: on a CPU, one a core is fastest. With
    GPUs there is one for each of them, and under torchrun there are those that it starts."""
    nodes: int = 1
    """Machines that work together, started by a cluster's scheduler; torchrun says for itself."""
    precision: str = "fp32"
    """Numbers to multiply: fp32; bf16, for GPUs and for CPUs that know it; or fp16, for GPUs. The rest stays in fp32
    (Micikevicius et al. 2018)."""
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
    """One training run, as its YAML file states it."""

    audio: dict[str, Any] = field(default_factory=dict)
    """Settings of `AudioConfig` that `tts prepare --config` analyses the corpus with; others keep their defaults."""
    data: DataConfig = field(default_factory=DataConfig)
    model: dict[str, Any] = field(default_factory=dict)
    """Settings of `ModelConfig`, less `n_symbols`, `n_mels` and `n_source`, which the features decide."""
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    run: RunConfig = field(default_factory=RunConfig)
    max_steps: int = 6000
    """Steps of training in all."""
    reduction_schedule: dict[int, int] = field(default_factory=dict)
    """Coarser reduction factors to begin with, and the step up to which each is used, as in {5: 500, 4: 1000}."""

    def __post_init__(self) -> None:
        require_positive(self, "max_steps")
        _ = self.audio_config  # which says what is wrong with it
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
        """The factor at a step, `final` being the model's own."""
        return next(
            (factor for factor, end in sorted(self.reduction_schedule.items(), reverse=True) if step < end), final
        )

    @property
    def audio_config(self) -> AudioConfig:
        """How the corpus is to be analysed."""
        return from_dict(AudioConfig, self.audio, "audio")

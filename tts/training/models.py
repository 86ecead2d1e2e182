"""Models, built fresh for a run's settings and features, or read from a checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch

from tts.audio.mel import band_interpolation
from tts.config import ModelConfig, from_dict
from tts.corpus.features import Features
from tts.errors import ConfigError
from tts.model.tacotron import Tacotron
from tts.training.checkpoint import Facts, describe, load_weights, read_checkpoint, stored_facts
from tts.training.config import TrainConfig
from tts.training.settings import load_config


def build_model(config: TrainConfig, features: Features) -> Tacotron:
    """A fresh model with the features' symbols, bands and statistics.

    Raises ConfigError where a setting does not fit the others or the features, or the reduction schedule ends below the
    model's own factor.
    """
    sizes = model_config(config, features)
    _check_spectrum(sizes, features)
    factors = config.reduction_schedule
    if factors and min(factors) <= sizes.reduction_factor:
        raise ConfigError(
            f"reduction_schedule comes down to {min(factors)}, but model.reduction_factor, which follows, is "
            f"{sizes.reduction_factor}: leave out what is not above it"
        )
    model = Tacotron(sizes, features.audio, max(factors, default=1))
    mean, std = torch.from_numpy(features.mel_mean), torch.from_numpy(features.mel_std)
    model.mel_mean.copy_(mean)
    model.mel_std.copy_(std)
    if model.spectrum is not None:
        model.spectrum.mean.copy_(mean)
        model.spectrum.std.copy_(std)
        model.spectrum.interpolation.copy_(torch.from_numpy(band_interpolation(features.audio)))
    return model


def _check_spectrum(sizes: ModelConfig, features: Features) -> None:
    """Raise ConfigError for a spectrum network that these features cannot train."""
    if sizes.spectrum is None:
        return
    if features.audio.voicing_edges:
        raise ConfigError(
            "model.spectrum needs a harmonic and an aperiodic mel spectrogram, but the features have one and voicing "
            "edges: leave it out, or read the corpus with a recipe that sets audio.voicing_edges=[]"
        )
    if not features.n_part_frames:
        raise ConfigError(
            "model.spectrum learns from the parts of a teacher's spectrum, but the features have none: leave it out, "
            "or read the corpus with --parts-hours"
        )


def model_config(config: TrainConfig, features: Features) -> ModelConfig:
    """The dimensions that a run's settings and its features decide together."""
    audio = features.audio
    sizes = {"n_symbols": len(features.symbols), "n_mels": audio.n_bands, "n_source": audio.n_source}
    return from_dict(ModelConfig, {**config.model, **sizes}, "model")


def load_trained(checkpoint: Path, run: Path) -> tuple[Tacotron, Facts, int]:
    """The averaged weights in a run's checkpoint, what they were trained on, and the step they are from.

    Raises TrainingError where the checkpoint is damaged, or does not fit the run.
    """
    saved = read_checkpoint(checkpoint)
    facts = stored_facts(saved) or _facts_of_run(run)
    model = Tacotron(facts.model, facts.audio)
    prefix = "average.module."
    weights = {key.removeprefix(prefix): value for key, value in saved["state_dict"].items() if key.startswith(prefix)}
    for name, rows in model.decoder.mel_projection.state_dict(prefix="decoder.mel_projection.").items():
        weights[name] = weights[name][: len(rows)]  # without those of coarser factors that training began with
    load_weights(model, weights, checkpoint)
    return model, facts, saved["global_step"]


def _facts_of_run(run: Path) -> Facts:
    """What a checkpoint of an older version leaves to the run's features folder."""
    config = load_config(run / "config.yaml", [])
    features = Features(Path(config.data.dir))
    return describe(features, model_config(config, features))

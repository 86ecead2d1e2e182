"""Build models for a run, or load them from a checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch

from tts.audio.mel import band_interpolation
from tts.common.validation import from_dict
from tts.config import ModelConfig
from tts.corpus.features import Features
from tts.errors import ConfigError, TrainingError
from tts.model.attention import ATTENTIONS
from tts.model.tacotron import Tacotron
from tts.training import universal
from tts.training.checkpoint import Facts, describe, load_weights, read_checkpoint, stored_facts
from tts.training.config import TrainConfig
from tts.training.settings import load_config


def build_model(config: TrainConfig, features: Features) -> Tacotron:
    """Build a model with the symbols, bands and statistics of the features.

    Raises ConfigError for settings that do not fit each other or the features, or a reduction schedule that ends below
    the factor of the model.
    """
    sizes = model_config(config, features)
    _check_frames(sizes, features)
    factors = config.reduction_schedule
    if factors and min(factors) <= sizes.reduction_factor:
        raise ConfigError(
            f"reduction_schedule ends with {min(factors)}, but model.reduction_factor is {sizes.reduction_factor}: "
            "keep only larger factors"
        )
    model = Tacotron(sizes, features.audio, max(factors, default=1))
    mean, std = torch.from_numpy(features.mel_mean), torch.from_numpy(features.mel_std)
    model.mel_mean.copy_(mean)
    model.mel_std.copy_(std)
    if model.spectrum is not None:
        model.spectrum.mean.copy_(mean)
        model.spectrum.std.copy_(std)
        model.spectrum.interpolation.copy_(torch.from_numpy(band_interpolation(features.audio)))
        is_taught = features.teach_spectra and config.loss.spectrum_weight > 0
        model.spectrum.requires_grad_(is_taught)  # else it stays what it starts from
        has_start = universal.is_fit(model.spectrum, features)
        if has_start:
            universal.start(model.spectrum)
        if not (is_taught or has_start or config.run.init_from):
            raise ConfigError(
                "model.spectrum learns from recordings or from the parts of a teacher's spectrum, but the features "
                "have neither, or loss.spectrum_weight is 0: prepare the corpus again, set the weight, or start from a "
                "voice with such a network (--init-from)"
            )
    return model


def _check_frames(sizes: ModelConfig, features: Features) -> None:
    """Raise ConfigError for a spectrum network that cannot read these frames."""
    if sizes.spectrum is not None and features.audio.voicing_edges:
        raise ConfigError(
            "model.spectrum needs a harmonic and an aperiodic mel spectrogram, but the features have one and voicing "
            "edges: leave it out, or read the corpus with a recipe that sets audio.voicing_edges=[]"
        )


def model_config(config: TrainConfig, features: Features) -> ModelConfig:
    """Combine the model settings of a run with the dimensions of its features."""
    audio = features.audio
    sizes = {"n_symbols": len(features.symbols), "n_mels": audio.n_bands, "n_source": audio.n_source}
    return from_dict(ModelConfig, {**config.model, **sizes}, "model")


def load_trained(checkpoint: Path, run: Path) -> tuple[Tacotron, Facts, int]:
    """Load the averaged weights in a checkpoint, with the facts of the model and the step.

    Raises TrainingError if the checkpoint is damaged or does not fit the run.
    """
    saved = read_checkpoint(checkpoint)
    facts = stored_facts(saved) or _facts_of_run(run)
    _check_attention(checkpoint, facts, run)
    model = Tacotron(facts.model, facts.audio)
    prefix = "average.module."
    weights = {key.removeprefix(prefix): value for key, value in saved["state_dict"].items() if key.startswith(prefix)}
    for name, rows in model.decoder.mel_projection.state_dict(prefix="decoder.mel_projection.").items():
        weights[name] = weights[name][: len(rows)]  # without the rows of larger reduction factors
    load_weights(model, weights, checkpoint)
    return model, facts, saved["global_step"]


def _check_attention(checkpoint: Path, facts: Facts, run: Path) -> None:
    """Raise TrainingError if a checkpoint names an attention of the user, and the settings of the run do not.

    To import the attention runs its module, and a checkpoint may come from a stranger.
    """
    name, settings = facts.model.attention, run / "config.yaml"
    if name in ATTENTIONS:
        return
    named = load_config(settings, []).model.get("attention") if settings.is_file() else None
    if named != name:
        raise TrainingError(
            f"{checkpoint} names the attention {name!r}, which {settings} does not: if you trust that module, set "
            f"model.attention to {name} in that file"
        )


def _facts_of_run(run: Path) -> Facts:
    """Read the facts from the features folder of the run, for checkpoints of older versions."""
    config = load_config(run / "config.yaml", [])
    features = Features(Path(config.data.dir))
    return describe(features, model_config(config, features))

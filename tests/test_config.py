"""A configuration refuses unknown keys and documents its fields."""

from __future__ import annotations

import dataclasses

import pytest

from tts.card import Calibration, VoiceCard
from tts.common.validation import from_dict
from tts.config import AudioConfig, ModelConfig
from tts.training.config import TrainConfig


def test_round_trip() -> None:
    config = TrainConfig(model={"encoder_dim": 64}, max_steps=7)
    assert from_dict(TrainConfig, dataclasses.asdict(config)) == config


@pytest.mark.parametrize(
    ("cls", "values", "message"),
    [
        (TrainConfig, {"max_step": 1}, "unknown setting 'max_step': did you mean 'max_steps'"),
        (TrainConfig, {"optimizer": {"learning_rat": 1.0}}, "'optimizer.learning_rat': did you mean 'learning_rate'"),
        (TrainConfig, {"max_steps": "many"}, "max_steps is 'many', but int is needed"),
        (TrainConfig, {"max_steps": True}, "max_steps is True, but int is needed"),
        (TrainConfig, {"data": 3}, "data is 3, but a mapping"),
        (ModelConfig, {}, "lacks the setting 'n_symbols'"),
        (ModelConfig, {"n_symbols": 3, "kernel_size": 4}, "kernel_size is 4, but must be odd"),
        (ModelConfig, {"n_symbols": 3, "encoder_dim": 7}, "encoder_dim is 7, but must be even"),
        (ModelConfig, {"n_symbols": 0}, "n_symbols is 0, but must be greater than 0"),
        (ModelConfig, {"n_symbols": 3, "prior_taps": 20}, "prior_taps is 20, but at most 11"),
        (ModelConfig, {"n_symbols": 3, "prenet_dropout": 1.0}, "prenet_dropout is 1.0"),
        (AudioConfig, {"win_length": 2048}, "win_length 2048 is longer than n_fft 1024"),
        (AudioConfig, {"f_max": 16000.0}, "f_max 16000.0"),
        (Calibration, {"silence": 0.0}, "silence is 0.0, but must be below 0"),
        (Calibration, {"silence": "nan"}, "silence is nan, but must be below 0"),
        (Calibration, {"phoneme_lead": -0.01}, "phoneme_lead is -0.01, but 0 up to 1 second"),
        (Calibration, {"max_pause": 0}, "max_pause is 0.0, but must be greater than 0"),
        (Calibration, {"max_hold": 1}, "unknown setting 'max_hold'"),
        (TrainConfig, {"max_steps": 0}, "max_steps is 0, but must be greater than 0: change"),
        (TrainConfig, {"data": {"n_validation": 0}}, "n_validation is 0, but must be greater"),
        (TrainConfig, {"data": {"batch_frames": 0}}, "batch_frames is 0, but must be greater"),
        (TrainConfig, {"optimizer": {"learning_rate": 0}}, "learning_rate is 0.0, but must be greater"),
        (TrainConfig, {"optimizer": {"learning_rate": "nan"}}, "learning_rate is nan, but must be greater"),
        (TrainConfig, {"optimizer": {"learning_rate": "fast"}}, "learning_rate is 'fast', but a number is needed"),
        (TrainConfig, {"optimizer": {"final_learning_rate": 1}}, "final_learning_rate is 1.0, but a number from 0 to"),
        (TrainConfig, {"optimizer": {"warmup_steps": 0}}, "warmup_steps is 0, but must be greater"),
        (TrainConfig, {"optimizer": {"ema_decay": 1.5}}, "ema_decay is 1.5, but must be from 0 to 1"),
        (TrainConfig, {"loss": {"guided_half_life": 0}}, "guided_half_life is 0, but must be greater"),
        (TrainConfig, {"loss": {"frame_dropout": -0.1}}, "frame_dropout is -0.1, but must be from 0 to 1"),
        (TrainConfig, {"loss": {"stop_weight": -1}}, "stop_weight is -1.0, but at least 0 is needed"),
        (TrainConfig, {"loss": {"frame_noise": -1}}, "frame_noise is -1.0, but at least 0 is needed"),
        (TrainConfig, {"loss": {"pitch_weight": 0}}, "pitch_weight is 0.0, but must be greater"),
        (TrainConfig, {"run": {"processes": 0}}, "processes is 0, but must be greater"),
        (TrainConfig, {"run": {"seed": -1}}, "seed is -1, but a number from 0 to"),
    ],
)
def test_bad_settings_are_named(cls: type, values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match="^.*" + message.replace("(", r"\(")):
        from_dict(cls, values)


def test_an_integer_serves_as_a_float() -> None:
    assert from_dict(AudioConfig, {"f_max": 8000}).f_max == 8000.0


def test_text_that_is_a_number_serves_as_a_float() -> None:
    """YAML 1.1 reads 1e-3 as text."""
    assert from_dict(AudioConfig, {"floor": "1e-3"}).floor == 1e-3


def test_a_card_must_fit_its_model() -> None:
    card = {"name": "x", "language": "en", "description": "", "licence": "", "provenance": "", "audio": {}}
    with pytest.raises(ValueError, match="2 symbols, but the model has n_symbols 3"):
        from_dict(VoiceCard, {**card, "model": {"n_symbols": 3}, "symbols": ["a", "b"]})
    with pytest.raises(ValueError, match="160 mel bands, but the model predicts 80"):
        from_dict(VoiceCard, {**card, "model": {"n_symbols": 1, "n_mels": 80}, "symbols": ["a"]})
    with pytest.raises(ValueError, match="5 source channels, but the model predicts 4"):
        from_dict(VoiceCard, {**card, "model": {"n_symbols": 1, "n_source": 4}, "symbols": ["a"]})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"f0_min": 500.0}, r"f0_min 500.0 and f0_max 400.0 must satisfy 20 <= f0_min < f0_max <= 1000"),
        (
            {"voicing_edges": [2000.0, 1000.0]},
            r"voicing_edges \(2000.0, 1000.0\) must rise, above 0 and below 11025",
        ),
        ({"voicing_edges": [20000.0]}, r"must rise, above 0 and below 11025"),
    ],
)
def test_the_source_has_bounds(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_dict(AudioConfig, values)


def test_without_voicing_edges_a_frame_has_two_spectrograms() -> None:
    audio = AudioConfig(n_mels=80, voicing_edges=())
    assert (audio.n_bands, audio.n_source, audio.n_channels) == (160, 2, 162)


def test_every_field_is_documented() -> None:
    """Every field has a sentence: the configuration is the reference manual."""
    import ast
    import inspect

    import tts.config
    import tts.training.config

    nodes = [node for module in (tts.config, tts.training.config) for node in ast.parse(inspect.getsource(module)).body]
    for node in nodes:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, following in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and not ast.unparse(field.annotation).endswith("Config"):
                # a section (type …Config) has its own docstring
                assert isinstance(following, ast.Expr), f"{node.name}.{ast.unparse(field.target)} has no sentence"

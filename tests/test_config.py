"""Configurations refuse what they do not know, and say what they do."""

from __future__ import annotations

import dataclasses

import pytest

from tts.config import AudioConfig, ModelConfig, TrainConfig, VoiceCard, from_dict


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
    ],
)
def test_bad_settings_are_named(cls: type, values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match="^.*" + message.replace("(", r"\(")):
        from_dict(cls, values)


def test_an_integer_serves_as_a_float() -> None:
    assert from_dict(AudioConfig, {"f_max": 8000}).f_max == 8000.0


def test_a_card_must_fit_its_model() -> None:
    card = {"name": "x", "language": "en", "description": "", "licence": "", "provenance": "", "audio": {}}
    with pytest.raises(ValueError, match="2 symbols, but the model has n_symbols 3"):
        from_dict(VoiceCard, {**card, "model": {"n_symbols": 3}, "symbols": ["a", "b"]})
    with pytest.raises(ValueError, match="160 mel bands, but the model predicts 80"):
        from_dict(VoiceCard, {**card, "model": {"n_symbols": 1, "n_mels": 80}, "symbols": ["a"]})


def test_every_field_is_documented() -> None:
    """A sentence under every field: the configuration is the reference manual."""
    import ast
    import inspect

    import tts.config

    for node in ast.walk(ast.parse(inspect.getsource(tts.config))):
        if not isinstance(node, ast.ClassDef):
            continue
        for field, following in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and isinstance(field.annotation, ast.Name):
                if field.annotation.id.endswith("Config"):
                    continue  # a section documents itself
                assert isinstance(following, ast.Expr), f"{node.name}.{ast.unparse(field.target)} has no sentence"

"""The reduction factor falls with the steps, and the export uses the last factor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.test_trainer import last_checkpoint, losses, settings
from tts.corpus.features import Features
from tts.training.config import RunConfig, TrainConfig
from tts.training.models import build_model, load_trained
from tts.training.trainer import train

pytestmark = pytest.mark.usefixtures("without_pictures")


def test_the_schedule_comes_down_to_the_models_own_factor() -> None:
    config = TrainConfig(reduction_schedule={4: 1000, 5: 500})
    assert [config.reduction_factor(step, 3) for step in (-1, 0, 499, 500, 999, 1000)] == [5, 5, 5, 4, 4, 3]
    assert TrainConfig().reduction_factor(0, 3) == 3


@pytest.mark.parametrize("schedule", [{4: 500, 5: 1000}, {"five": 10}, {1: 10}])
def test_a_schedule_that_does_not_come_down_is_refused(schedule: dict[int, int]) -> None:
    with pytest.raises(ValueError, match=r"reduction_schedule is .* whole factors that fall as steps rise: write"):
        TrainConfig(reduction_schedule=schedule)


def test_a_schedule_must_fit_the_model_and_its_beginning(features: Path) -> None:
    with pytest.raises(ValueError, match=r"ends with 2, but model.reduction_factor is 3: keep only larger"):
        build_model(TrainConfig(reduction_schedule={4: 10, 2: 20}), Features(features))
    with pytest.raises(ValueError, match=r"cannot align yet: set it to {}, or train without --init-from"):
        TrainConfig(reduction_schedule={5: 10}, run=RunConfig(init_from="michael"))


def test_a_run_comes_down_resumes_and_is_loaded_with_its_last_factor(features: Path, tmp_path: Path) -> None:
    constant = {"warmup_steps": 5, "final_learning_rate": 1e-3}
    straight = settings(
        features,
        tmp_path / "straight",
        max_steps=4,
        reduction_schedule={5: 2, 3: 3},
        optimizer=constant,  # without the discriminator: both depend on max_steps
        loss={"adversarial_fraction": 0.0},
    )
    train(straight)
    broken = replace(straight, run=replace(straight.run, dir=str(tmp_path / "broken")))
    for steps, factor in ((2, 5), (3, 3), (4, 2)):
        train(replace(broken, max_steps=steps))
        model, facts, step = load_trained(last_checkpoint(broken), tmp_path)
        assert (facts.model.reduction_factor, step) == (factor, steps)
        assert model.decoder.mel_projection.out_features == factor * facts.model.n_channels
    assert losses(tmp_path / "broken") == losses(tmp_path / "straight")
    assert list(losses(tmp_path / "broken")) == list(range(4))
    with pytest.raises(ValueError, match=r"model setting reduction_factor is 3, but .* was trained with 2"):
        train(replace(broken, max_steps=5, reduction_schedule={5: 2, 3: 9}))

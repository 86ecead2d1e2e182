"""The two predictors of opinion, on sounds whose order is known."""

from __future__ import annotations

import sys

import numpy as np
import pytest

pytest.importorskip("speechmos", reason="needs the extra [eval]")

from tts import Synthesizer
from tts.evaluation import quality
from tts.evaluation.quality import distillmos, dnsmos, missing_for_distillmos
from tts.evaluation.recognizer import SAMPLE_RATE, Float32, resample

needs_distillmos = pytest.mark.skipif(bool(missing_for_distillmos()), reason="needs the extra [eval]")


@pytest.fixture(scope="module")
def speech() -> Float32:
    spoken = Synthesizer().synthesize("The train to the coast leaves at a quarter past seven.", seed=0)
    return resample(spoken.samples, spoken.sample_rate, SAMPLE_RATE)


def noisy(speech: Float32) -> Float32:
    return speech + np.random.default_rng(0).normal(0, 0.1, len(speech)).astype(np.float32)


def test_dnsmos_hears_noise(speech: Float32) -> None:
    clean, spoilt = dnsmos(speech), dnsmos(noisy(speech))
    assert set(clean) == {"ovrl", "sig", "bak", "p808"}
    assert all(1 <= score <= 5 for score in (*clean.values(), *spoilt.values()))
    assert clean["ovrl"] > spoilt["ovrl"] + 0.5


@needs_distillmos
def test_distillmos_hears_noise_and_says_nothing(speech: Float32, capfd: pytest.CaptureFixture[str]) -> None:
    clean, spoilt = distillmos(speech)["distillmos"], distillmos(noisy(speech))["distillmos"]
    assert 1 <= spoilt < clean - 0.5 <= 4.5
    assert capfd.readouterr().out == ""


@needs_distillmos
def test_distillmos_takes_any_length(speech: Float32) -> None:
    for samples in (speech[:160], np.tile(speech, 5)):
        assert 1 <= distillmos(samples)["distillmos"] <= 5


@needs_distillmos
def test_a_missing_package_is_named(speech: Float32, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "find_spec", lambda package: None if package == "torchaudio" else sys)
    assert missing_for_distillmos() == "torchaudio"
    assert distillmos(speech) == {}

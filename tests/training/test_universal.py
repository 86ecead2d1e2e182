"""A spectrum network for recordings starts from the package's own, that of a teacher who knows his parts does not."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.test_taught import MODEL, write_taught
from tts.config import AudioConfig
from tts.corpus.features import Features
from tts.corpus.folder import Writer, finish, header
from tts.corpus.journal import Clip
from tts.corpus.separation import AUDIO
from tts.model.spectrum import SpectrumNet
from tts.training import universal
from tts.training.config import LossConfig, TrainConfig
from tts.training.initialize import SPECTRUM, initialize, read_trained
from tts.training.models import build_model, describe

LIKE_HEART = {"spectrum": {"dim": 256, "hidden_dim": 384, "blocks": 4}}


@pytest.fixture
def recorded(tmp_path: Path) -> Features:
    """Features of two recordings, with their sound."""
    return Features(write_recorded(tmp_path / "recorded", dataclasses.replace(AUDIO, f0_min=80.0)))


def write_recorded(folder: Path, audio: AudioConfig) -> Path:
    folder.mkdir()
    made_with, n_frames = header(audio), 9
    with Writer(folder, audio, made_with, []) as writer:
        for number in range(2):
            clip = Clip(f"clip-{number}", "Hi.", [1, 20, 2], n_frames, n_spoken=1, guessed=[], has_sound=True)
            frames = np.random.default_rng(number).standard_normal((n_frames, audio.n_channels)).astype(np.float16)
            writer.add(clip, frames, sound=np.ones(n_frames * audio.hop_length, np.int16))
    finish(folder, audio)
    return folder


def is_universal(network: SpectrumNet | None) -> bool:
    assert network is not None
    return all(torch.equal(tensor, universal._weights()[name]) for name, tensor in network.state_dict().items())


def test_recordings_start_from_it(recorded: Features) -> None:
    network = build_model(TrainConfig(model=LIKE_HEART), recorded).spectrum
    assert is_universal(network)
    assert network is not None
    assert next(network.parameters()).requires_grad


def test_it_stays_where_its_loss_has_no_weight(recorded: Features) -> None:
    network = build_model(TrainConfig(model=LIKE_HEART, loss=LossConfig(spectrum_weight=0)), recorded).spectrum
    assert is_universal(network)
    assert network is not None
    assert not next(network.parameters()).requires_grad


def test_other_sizes_and_teachers_do_not(recorded: Features, tmp_path: Path) -> None:
    small = {"spectrum": {**LIKE_HEART["spectrum"], "blocks": 3}}
    assert not is_universal_start(small, recorded)
    write_taught(tmp_path / "taught")
    assert not is_universal_start(MODEL, Features(tmp_path / "taught"))


def is_universal_start(model: dict[str, object], features: Features) -> bool:
    network = build_model(TrainConfig(model=model), features).spectrum
    assert network is not None
    return universal.is_fit(network, features)


def test_a_tuned_voice_has_it_in_place_of_its_start(recorded: Features) -> None:
    trained = read_trained("heart")
    sizes = dataclasses.asdict(trained.model)
    of_features = ("n_symbols", "n_mels", "n_source")
    config = TrainConfig(model={name: value for name, value in sizes.items() if name not in of_features})
    for has_spectrum in (True, False):
        model = build_model(config, recorded)
        taken = initialize(model, describe(recorded, model.config), trained, has_spectrum)
        assert SPECTRUM not in taken.fresh
        assert is_universal(model.spectrum) == has_spectrum
        assert torch.equal(model.postnet.stack.output.weight, trained.weights["postnet.stack.output.weight"])

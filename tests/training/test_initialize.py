"""A model that starts from a trained model equals it for all common symbols."""

from __future__ import annotations

import dataclasses
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from tests.conftest import CARD
from tests.taught import AUDIO as TAUGHT
from tests.training.test_trainer import settings
from tts.config import AudioConfig, ModelConfig, SpectrumConfig
from tts.corpus.features import Features
from tts.export.export import export_run
from tts.model.tacotron import Tacotron
from tts.text.symbols import SYMBOLS
from tts.training.checkpoint import Facts, newest_checkpoint
from tts.training.config import TrainConfig
from tts.training.initialize import (
    OWN,
    START,
    TakenOver,
    blend,
    initialize,
    keep_start,
    manner_of_start,
    read_trained,
)
from tts.training.models import load_trained
from tts.training.trainer import train
from tts.training.weights import unpack
from tts.voice import WEIGHTS, Voice, read_weights

pytestmark = pytest.mark.usefixtures("without_pictures")

MOVING = ("decoder.mel_projection.weight", "decoder.decoder_rnn.weight_hh_l0", "encoder.embedding.weight")


@pytest.fixture
def voice_folder(random_voice: Path, tmp_path: Path) -> Path:
    """Copy the voice so that a test may damage it."""
    return shutil.copytree(random_voice, tmp_path / "voice")


def fresh(config: ModelConfig) -> Tacotron:
    torch.manual_seed(9)
    return Tacotron(config, TAUGHT).eval()


def facts(model: Tacotron, audio: AudioConfig, symbols: list[str]) -> Facts:
    return Facts(audio, model.config, symbols, n_clips=1, hours=0.1)


@torch.inference_mode()
def test_a_model_that_starts_from_a_voice_is_its_model(
    tiny_model: Tacotron, tiny_audio: AudioConfig, voice_folder: Path
) -> None:
    model = fresh(tiny_model.config)
    model.mel_mean.fill_(-3.0)
    mapping = initialize(model, facts(model, tiny_audio, list(SYMBOLS)), read_trained(str(voice_folder)))
    assert str(mapping) == f"{len(SYMBOLS)} symbols mapped by name"
    ids, lengths, mel = (
        torch.randint(1, 60, (1, 12)),
        torch.tensor([12]),
        torch.randn(1, tiny_model.config.n_channels, 8),
    )
    dropout = model.decoder.prenet.draw_dropout(1, 4)
    ours, theirs = (m(ids, lengths, mel, dropout) for m in (model, tiny_model))
    torch.testing.assert_close(ours.mel, theirs.mel, rtol=0, atol=0.02)
    torch.testing.assert_close(ours.alignment, theirs.alignment, rtol=0, atol=0.01)
    context = torch.randn(1, 8, tiny_model.config.encoder_dim)
    refined = [m.postnet(mel, context) for m in (model, tiny_model)]
    torch.testing.assert_close(*refined, rtol=0, atol=0.02)
    assert set(model.mel_mean.tolist()) == {-3.0}  # of the new features


def test_symbols_are_mapped_by_name(tiny_model: Tacotron, tiny_audio: AudioConfig, voice_folder: Path) -> None:
    symbols = ["new one", *reversed(SYMBOLS[:-2])]
    model = fresh(dataclasses.replace(tiny_model.config, n_symbols=len(symbols)))
    own = model.encoder.embedding.weight.detach().clone()
    mapping = initialize(model, facts(model, tiny_audio, symbols), read_trained(str(voice_folder)))
    assert mapping[:4] == (symbols[1:], ["new one"], list(SYMBOLS[-2:]), [])
    assert "1 new, with random embeddings: new one; 2 unused" in str(mapping)
    embedding = model.encoder.embedding.weight
    torch.testing.assert_close(embedding[0], own[0], rtol=0, atol=0)
    expected = tiny_model.encoder.embedding.weight[: len(SYMBOLS) - 2].flip(0)
    torch.testing.assert_close(embedding[1:], expected, rtol=0, atol=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"encoder_dim": 32},
            r"encoder_dim is 32, but voice 'tiny' has 16: set model.encoder_dim=16, or train without",
        ),
        ({"cell": "gru"}, r"cell is gru, but voice 'tiny' has lstm: set model.cell=lstm"),
        ({"n_mels": 30}, r"the features have n_mels 30, but voice 'tiny' has 20: prepare them with"),
    ],
)
def test_other_differences_are_refused(
    tiny_config: ModelConfig, tiny_audio: AudioConfig, voice_folder: Path, change: dict[str, object], message: str
) -> None:
    model = fresh(dataclasses.replace(tiny_config, **change))
    with pytest.raises(ValueError, match=message):
        initialize(model, facts(model, tiny_audio, list(SYMBOLS)), read_trained(str(voice_folder)))


def assert_taken(model: Tacotron, weights: Mapping[str, torch.Tensor], networks: set[str]) -> None:
    """Whether a model has the given weights in these networks and no others (batch norms' counts apart)."""
    for name, tensor in model.state_dict().items():
        if name in OWN or name == "encoder.embedding.weight" or not tensor.is_floating_point():
            continue
        is_same = name in weights and weights[name].shape == tensor.shape and torch.equal(weights[name], tensor)
        is_constant = tensor.numel() == 0 or bool((tensor == tensor.flatten()[0]).all())  # a bias of zeros, say
        assert is_same == (name.rpartition(".")[0].startswith(tuple(networks))) or is_constant, name


def test_a_voice_of_version_0_1_gives_encoder_and_decoder(voice_folder: Path) -> None:
    """Its postnet was a stack of convolutions."""
    trained = read_trained(str(voice_folder))
    others = {name: tensor for name, tensor in trained.weights.items() if not name.startswith("postnet.")}
    trained = trained._replace(weights={**others, "postnet.convs.0.weight": torch.ones(16, 25, 5)})
    model = fresh(trained.model)
    mapping = initialize(model, facts(model, trained.audio, list(trained.symbols)), trained)
    assert mapping.fresh == ["postnet.stack"]
    assert str(mapping).endswith("networks with random weights: postnet.stack")
    assert_taken(model, trained.weights, {"encoder", "decoder"})


def test_networks_of_other_dimensions_begin_at_random(
    tiny_config: ModelConfig, tiny_audio: AudioConfig, voice_folder: Path
) -> None:
    trained = read_trained(str(voice_folder))
    model = fresh(dataclasses.replace(tiny_config, postnet_blocks=3))  # some tensors fit, but half a network is no use
    mapping = initialize(model, facts(model, tiny_audio, list(SYMBOLS)), trained)
    assert mapping.fresh == ["postnet.stack"]
    assert_taken(model, trained.weights, {"encoder", "decoder"})


def test_frames_of_another_kind_are_read_and_written_anew(tiny_config: ModelConfig, voice_folder: Path) -> None:
    trained = read_trained(str(voice_folder))
    sizes = dataclasses.replace(
        tiny_config, n_mels=TAUGHT.n_bands, n_source=TAUGHT.n_source, spectrum=SpectrumConfig(8, 8, 1)
    )
    model = fresh(sizes)
    mapping = initialize(model, facts(model, TAUGHT, list(SYMBOLS)), trained)
    assert mapping.fresh == ["decoder.prenet", "decoder.mel_projection", "postnet.stack", "spectrum.stack"]
    kept = {"encoder", "decoder.attention", "decoder.decoder_rnn", "decoder.stop_projection"}
    assert_taken(model, trained.weights, kept)


def test_audio_must_mean_the_same_but_the_pitch_may_be_higher(
    tiny_config: ModelConfig, tiny_audio: AudioConfig, voice_folder: Path
) -> None:
    model, trained = fresh(tiny_config), read_trained(str(voice_folder))
    higher = dataclasses.replace(tiny_audio, f0_min=90.0, f0_max=600.0)
    initialize(model, facts(model, higher, list(SYMBOLS)), trained)
    finer = dataclasses.replace(tiny_audio, hop_length=128)
    with pytest.raises(ValueError, match=r"audio setting hop_length 128, but voice 'tiny' has 256: prepare"):
        initialize(model, facts(model, finer, list(SYMBOLS)), trained)


def test_speaking_neither_reads_nor_needs_the_weights(voice_folder: Path) -> None:
    assert WEIGHTS in json.loads((voice_folder / "voice.json").read_text())["files"]
    (voice_folder / WEIGHTS).write_bytes(b"damaged")
    Voice.load(voice_folder)
    with pytest.raises(ValueError, match=r"weights.npz is damaged \(its checksum differs"):
        read_weights(voice_folder)
    (voice_folder / WEIGHTS).unlink()
    Voice.load(voice_folder)


def test_a_voice_without_weights_says_so(voice_folder: Path) -> None:
    card = json.loads((voice_folder / "voice.json").read_text())
    del card["files"][WEIGHTS]
    (voice_folder / "voice.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match=r"voice 'tiny' has no weights.npz, which fine-tuning needs: export"):
        read_trained(str(voice_folder))


def test_what_is_no_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"nothing' holds nothing to start from: name a checkpoint, .* or a voice of heart, michael"
    ):
        read_trained(str(tmp_path / "nothing"))


def tuned_from(source: Path, features: Path, run: Path, **changes: Any) -> TrainConfig:
    """Return the settings of a fine-tuning run."""
    tuned = settings(features, run, **changes)
    return dataclasses.replace(tuned, run=dataclasses.replace(tuned.run, init_from=str(source)))


@pytest.mark.usefixtures("without_tracing")
def test_a_run_starts_from_a_run_or_its_voice_and_then_resumes(
    features: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tts")
    first = settings(features, tmp_path / "first", max_steps=3)
    train(first)
    card = tmp_path / "card.yaml"
    card.write_text(yaml.safe_dump(CARD))
    export_run(tmp_path / "first", None, card, tmp_path / "voice")
    checkpoint = newest_checkpoint(tmp_path / "first")
    assert checkpoint is not None
    average = load_trained(checkpoint, tmp_path / "first")[0].state_dict()
    for source in ("first", "first/checkpoints/last.ckpt", "voice"):
        trained = read_trained(str(tmp_path / source))
        for name, tensor in trained.weights.items():
            torch.testing.assert_close(tensor, average[name], rtol=0, atol=0.01)
        assert trained.symbols == Features(features).symbols or source == "voice"
    still = {"learning_rate": 1e-9, "final_learning_rate": 0.0}
    tuned = tuned_from(tmp_path / "voice", features, tmp_path / "tuned", max_steps=1, optimizer=still)
    train(tuned)
    assert "starting from voice 'tiny'" in caplog.text
    model = load_trained(tmp_path / "tuned" / "checkpoints" / "last.ckpt", tmp_path)[0]
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(parameter.detach(), trained.weights[name], rtol=0, atol=1e-6)
    train(dataclasses.replace(tuned, max_steps=2))
    assert f"last.ckpt, not starting from {tmp_path / 'voice'} again" in caplog.text
    assert caplog.text.count("starting from voice") == 1


@pytest.mark.usefixtures("without_tracing")
def test_a_blend_lies_between_its_start_and_what_was_trained(features: Path, tmp_path: Path) -> None:
    source, run, card = tmp_path / "first", tmp_path / "tuned", tmp_path / "card.yaml"
    card.write_text(yaml.safe_dump(CARD))
    train(settings(features, source, max_steps=1))
    began = read_trained(str(source)).weights
    train(tuned_from(source, features, run, max_steps=3, optimizer={"learning_rate": 0.01, "warmup_steps": 1}))
    shutil.rmtree(source)  # the run keeps its own copy of the start
    checkpoint = newest_checkpoint(run)
    assert checkpoint is not None
    trained = load_trained(checkpoint, run)[0].state_dict()
    assert not any(torch.equal(began[name], trained[name]) for name in MOVING)
    for share in (0.0, 0.25, 1.0):
        model = load_trained(checkpoint, run)[0]
        blend(model, run, share)
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                torch.testing.assert_close(tensor, began[name] + share * (trained[name] - began[name]))
    assert export_run(run, None, card, tmp_path / "half", share=0.5).card.training["blend"] == 0.5
    half = unpack((tmp_path / "half" / WEIGHTS).read_bytes())
    for name in MOVING:
        torch.testing.assert_close(half[name], (began[name] + trained[name]) / 2, rtol=0, atol=0.01)


def test_a_network_that_began_at_random_is_not_blended(tiny_model: Tacotron, tmp_path: Path) -> None:
    keep_start(tmp_path, tiny_model, TakenOver([], [], [], ["postnet.stack"], {"sharpening": 0.3}))
    assert manner_of_start(tmp_path) == {}  # its sound is not that of the voice
    before = {name: tensor.clone() for name, tensor in tiny_model.state_dict().items()}
    with torch.no_grad():
        for parameter in tiny_model.parameters():
            parameter.add_(1.0)
    blend(tiny_model, tmp_path, 0.5)
    for name, parameter in tiny_model.named_parameters():
        moved = 1.0 if name.startswith("postnet.stack.") else 0.5
        torch.testing.assert_close(parameter.detach(), before[name] + moved, msg=name)
    assert any(name.startswith("postnet.stack.") for name in before)


@pytest.mark.usefixtures("without_tracing")
def test_a_tuned_voice_sounds_as_its_start_unless_its_card_says_otherwise(features: Path, tmp_path: Path) -> None:
    first, voice, run, card = (tmp_path / name for name in ("first", "voice", "run", "card.yaml"))
    train(settings(features, first, max_steps=1))
    manner = {"question_rise": 3.0, "keeps_dropout": False, "griffin_lim_rounds": 1, "sharpening": 0.2}
    card.write_text(yaml.safe_dump({**CARD, **manner}))
    export_run(first, None, card, voice)
    assert manner_of_start(first) == {}
    train(tuned_from(voice, features, run, max_steps=1))
    shutil.rmtree(voice)
    assert manner_of_start(run) == manner
    card.write_text(yaml.safe_dump({**CARD, "griffin_lim_rounds": 2}))
    exported = dataclasses.asdict(export_run(run, None, card, tmp_path / "tuned").card)
    assert {name: exported[name] for name in manner} == {**manner, "griffin_lim_rounds": 2}


def test_a_blend_without_a_start_or_beyond_it_is_refused(features: Path, tiny_model: Tacotron, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the blend is 1\.5: use a number from 0"):
        blend(tiny_model, tmp_path, 1.5)
    with pytest.raises(ValueError, match=r"has no start\.ckpt, .*: leave out --blend"):
        blend(tiny_model, tmp_path, 0.5)
    keep_start(tmp_path, tiny_model, TakenOver([], [], [], []))
    whole = (tmp_path / START).read_bytes()
    (tmp_path / START).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"start\.ckpt cannot be read as a checkpoint"):
        blend(tiny_model, tmp_path, 0.5)


def test_a_checkpoint_without_a_folder_in_its_name(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(settings(features, tmp_path / "run", max_steps=1))
    shutil.copy(tmp_path / "run" / "checkpoints" / "last.ckpt", tmp_path / "good.ckpt")
    monkeypatch.chdir(tmp_path)
    assert read_trained("good.ckpt").origin.endswith("good.ckpt of step 1")
    monkeypatch.chdir(tmp_path / "run" / "checkpoints")
    assert read_trained("last.ckpt").origin.endswith("last.ckpt of step 1")
    assert read_trained("..").origin.endswith("last.ckpt of step 1")

"""A model learns durations and a spectrum from a teacher, on every loss, and a run of it resumes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.conftest import SIZES
from tests.taught import AUDIO, write_taught
from tests.training.test_trainer import last_checkpoint, losses, overfit, scalars, settings
from tts.audio.pulses import f0_of_frames
from tts.corpus.features import Features
from tts.model.tacotron import Tacotron
from tts.training.config import LossConfig, TrainConfig
from tts.training.data import Batch, ClipDataModule
from tts.training.models import build_model, load_trained
from tts.training.module import disturb, soften, teacher_force, true_alignment, whole_steps
from tts.training.objective import Objective, errors
from tts.training.trainer import train
from tts.training.windows import Cutter, refine

pytestmark = pytest.mark.usefixtures("without_pictures")

MODEL: dict[str, Any] = {**SIZES, "spectrum": {"dim": 24, "hidden_dim": 32, "blocks": 1}}
WIDTH = 24


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taught")
    write_taught(folder)
    return folder


def test_a_run_trains_every_loss_and_resumes(taught: Path, tmp_path: Path) -> None:
    loss = {"adversarial_fraction": 0.0, "postnet_frames": WIDTH}
    constant = {"warmup_steps": 5, "final_learning_rate": 1e-3}
    straight = settings(taught, tmp_path / "straight", max_steps=3, model=MODEL, loss=loss, optimizer=constant)
    broken = dataclasses.replace(straight, run=dataclasses.replace(straight.run, dir=str(tmp_path / "broken")))
    train(straight)
    train(dataclasses.replace(broken, max_steps=2))
    train(broken)
    assert losses(tmp_path / "broken") == losses(tmp_path / "straight")
    assert list(losses(tmp_path / "broken")) == [0, 1, 2]
    for name in ("duration", "position", "stop", "mel_before", "mel_after", "pitch_semitones", "band_nats"):
        assert scalars(tmp_path / "straight", f"train/{name}")[0] > 0
    with_parts = scalars(tmp_path / "straight", "train/spectrum")  # not every batch has some
    assert with_parts
    for name in ("amplitude", "filter_phase", "free_phase"):
        assert scalars(tmp_path / "straight", f"train/spectrum_{name}").keys() == with_parts.keys()
    trained, facts, _ = load_trained(last_checkpoint(broken), tmp_path)
    assert facts.audio == AUDIO
    assert trained.spectrum is not None
    fresh = build_model(straight, Features(taught)).spectrum
    assert fresh is not None
    assert torch.equal(trained.spectrum.interpolation, fresh.interpolation)
    assert torch.equal(trained.spectrum.mean, trained.mel_mean)
    assert (tmp_path / "straight" / "report.html").read_text().count("<audio") == 2
    assert_spectrum_is_kept(trained, last_checkpoint(broken), tmp_path)


def assert_spectrum_is_kept(start: Tacotron, checkpoint: Path, folder: Path) -> None:
    """Fine-tune on clips without parts of a spectrum: the spectrum network stays as it was, the rest learns."""
    write_taught(folder / "plain", n_with_parts=0)
    run = {"dir": str(folder / "tuned"), "init_from": str(checkpoint), "validate_every": 100}
    tuned = settings(folder / "plain", folder / "tuned", max_steps=2, model=MODEL, run=run)
    train(tuned)
    model, _, _ = load_trained(last_checkpoint(tuned), folder)
    assert model.spectrum is not None
    assert start.spectrum is not None
    for name, tensor in start.spectrum.state_dict().items():
        assert torch.equal(model.spectrum.state_dict()[name], tensor), name
    assert not torch.equal(model.encoder.embedding.weight, start.encoder.embedding.weight)
    small = {**MODEL, "spectrum": {**MODEL["spectrum"], "dim": 8}}
    with pytest.raises(ValueError, match=r"has no spectrum network of these dimensions, and the features cannot train"):
        train(settings(folder / "plain", folder / "other", model=small, run={**run, "dir": str(folder / "other")}))


def test_one_batch_overfits(taught: Path) -> None:
    loss = LossConfig(postnet_frames=64)
    config = TrainConfig(model={**MODEL, "prenet_dropout": 0.0, "conv_dropout": 0.0}, loss=loss)
    values = overfit(config, Features(taught), n_clips=4, steps=45, learning_rate=2e-2)
    assert "guided" not in values  # durations are known
    goals = {"duration": 0.3, "position": 0.3, "mel_before": 0.6, "mel_after": 0.5, "spectrum": 0.5}
    for name, share in goals.items():
        assert values[name][-1] < share * values[name][0], name


def batch_of(features: Features, n_clips: int, width: int = WIDTH) -> tuple[Tacotron, Batch, torch.Tensor]:
    torch.manual_seed(0)
    config = TrainConfig(model=MODEL, loss=LossConfig(postnet_frames=width))
    model = build_model(config, features).eval()
    data = ClipDataModule(features, config, model.config.reduction_factor)
    batch = data.collate([data.training[index] for index in range(n_clips)])
    return model, batch, whole_steps(model.standardize(batch.mel), model.config.reduction_factor)


def judged(model: Tacotron, batch: Batch, mel: torch.Tensor) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    dropout = model.decoder.prenet.draw_dropout(len(mel), 100)[:, : mel.size(2) // model.config.reduction_factor]
    output = model(batch.phoneme_ids, batch.phoneme_lengths, mel, dropout)
    windows = refine(model, batch, mel, output, batch.parts.size(1))
    found = Objective(LossConfig(), model.config)(model, batch, mel, output, windows, step=0)
    return {"total": found.total, **found.parts, **errors(model, windows)}


@pytest.mark.parametrize("known", [True, False])
def test_padding_enters_no_loss(taught: Path, known: bool) -> None:
    model, batch, mel = batch_of(Features(taught), 5, width=2 * WIDTH)
    batch = batch._replace(has_symbols=torch.full_like(batch.has_symbols, known))
    plain = judged(model, batch, mel)
    padded = torch.nn.functional.pad(mel, (0, 6), value=7.0)
    symbols = torch.nn.functional.pad(batch.symbols, (0, 6), value=1)
    for row, length in enumerate(batch.mel_lengths):
        padded[row, :, length:] = 7.0
        symbols[row, length:] = 1
    other = judged(model, batch._replace(symbols=symbols, parts=spoiled(batch)), padded)
    assert plain.keys() == other.keys()
    assert ("duration" in plain, "guided" in plain) == (known, not known)
    for name, value in plain.items():
        torch.testing.assert_close(other[name], value, msg=lambda text, name=name: f"{name}: {text}")


def spoiled(batch: Batch) -> torch.Tensor:
    """The batch's parts, with other values beyond the ends of clips."""
    parts = batch.parts.clone()
    rows = zip(parts, batch.mel_lengths[batch.has_parts], batch.windows[batch.has_parts], strict=True)
    for part, length, start in rows:
        part[max(0, int(length - start)) :] = 5.0
    assert (parts != batch.parts).any()
    return parts


@torch.inference_mode()
def test_steps_at_once_read_the_true_alignment(taught: Path) -> None:
    model, batch, mel = batch_of(Features(taught), 3)
    factor = model.config.reduction_factor
    alignment = true_alignment(batch, mel.size(2), factor)
    steps = (batch.mel_lengths + factor - 1) // factor
    for row, n_steps in enumerate(steps.tolist()):
        torch.testing.assert_close(alignment[row, :n_steps].sum(dim=1), torch.ones(n_steps))
        assert not alignment[row, n_steps:].any()
        assert alignment[row, 0].argmax() == batch.symbols[row, 0]
    output = teacher_force(model, batch, mel, factor, alignment)
    assert output.alignment.shape == alignment.shape
    softened = soften(alignment)
    torch.testing.assert_close(softened.sum(dim=2), alignment.sum(dim=2))
    assert (softened <= alignment.amax(dim=2, keepdim=True)).all()


@torch.inference_mode()
def test_a_window_is_refined_as_in_a_whole_clip(taught: Path) -> None:
    model, batch, mel = batch_of(Features(taught), 3)
    assert batch.windows.any()
    output = teacher_force(model, batch, mel, model.config.reduction_factor)
    narrow = refine(model, batch, mel, output, WIDTH)
    whole = refine(model, batch._replace(windows=torch.zeros_like(batch.windows)), mel, output, mel.size(2))
    for row, start in enumerate(batch.windows.tolist()):
        frames = narrow.mask[row]
        assert frames.any()
        window = slice(start, start + int(frames.sum()))
        torch.testing.assert_close(narrow.refined[row][:, frames], whole.refined[row][:, window])
        torch.testing.assert_close(narrow.target[row][:, frames], mel[row][:, window])
    assert narrow.parts is not None
    assert whole.parts is not None
    for row, index in enumerate(batch.has_parts.nonzero().flatten().tolist()):
        frames, start = narrow.mask[index], int(batch.windows[index])
        expected = whole.parts.log_noise[row, start : start + int(frames.sum())]
        torch.testing.assert_close(narrow.parts.log_noise[row][frames], expected)


def test_windows_are_cut_with_what_surrounds_them() -> None:
    x = torch.arange(1, 11).repeat(2, 1)
    cut = Cutter(torch.tensor([0, 7]), width=4, around=2)
    assert cut(x).tolist() == [[0, 0, 1, 2, 3, 4, 5, 6], [6, 7, 8, 9, 10, 0, 0, 0]]
    assert torch.equal(cut(x.unsqueeze(1)), cut(x).unsqueeze(1))


def test_the_parts_of_a_window_are_those_of_its_frames(taught: Path) -> None:
    features = Features(taught)
    data = ClipDataModule(features, TrainConfig(loss=LossConfig(postnet_frames=WIDTH)), 2)
    seen = set()
    for item, index in enumerate(data.training.indices):
        example = data.training[item]
        seen.add(example.window)
        clip, stop = features.clips[index], example.window + WIDTH
        assert example.symbols is not None
        assert torch.bincount(example.symbols).tolist() == list(clip.durations)
        if not clip.has_parts:
            assert example.parts is None
            continue
        assert example.parts is not None
        expected = features.parts(index, slice(None))
        assert expected is not None
        np.testing.assert_array_equal(example.parts, expected[example.window : stop])
        assert len(expected) == clip.n_frames
    assert len(seen) > 5


def test_a_spectrum_network_learns_from_recordings(taught: Path, tmp_path: Path) -> None:
    write_taught(tmp_path / "heard", n_with_parts=3, n_with_sound=9)
    features = Features(tmp_path / "heard")
    model, batch, mel = batch_of(features, 6)
    assert batch.has_sound.any()
    assert batch.has_parts.any()
    assert not (batch.has_sound & batch.has_parts).any()
    found = judged(model, batch, mel)
    assert found["sound"] > 0
    assert found["spectrum"] > found["sound"]
    found["sound"].backward()  # type: ignore[no-untyped-call]
    assert model.spectrum is not None
    assert all(parameter.grad is not None for parameter in model.spectrum.parameters())
    quiet = judged(model, batch._replace(sound=torch.zeros_like(batch.sound)), mel)
    assert abs(quiet["sound"].item() - found["sound"].item()) > 0.01


def test_a_spectrum_network_that_learns_from_recordings_starts_from_a_voice(taught: Path, tmp_path: Path) -> None:
    loss = {"adversarial_fraction": 0.0, "postnet_frames": WIDTH}
    train(settings(taught, tmp_path / "first", max_steps=1, model=MODEL, loss=loss))
    start, _, _ = load_trained(last_checkpoint(settings(taught, tmp_path / "first")), tmp_path)
    write_taught(tmp_path / "heard", n_with_parts=0, n_with_sound=12)
    run = {"dir": str(tmp_path / "tuned"), "init_from": str(tmp_path / "first"), "validate_every": 100}
    tuned = settings(tmp_path / "heard", tmp_path / "tuned", max_steps=2, model=MODEL, run=run, loss=loss)
    train(tuned)
    model, _, _ = load_trained(last_checkpoint(tuned), tmp_path)
    assert model.spectrum is not None
    assert start.spectrum is not None
    assert torch.equal(model.spectrum.mean, start.spectrum.mean)
    assert not torch.equal(model.spectrum.stack.output.weight, start.spectrum.stack.output.weight)


def test_the_sound_of_a_window_and_its_pulses_are_those_of_its_frames(tmp_path: Path) -> None:
    write_taught(tmp_path, n_with_parts=0, n_with_sound=12)
    features = Features(tmp_path)
    data = ClipDataModule(features, TrainConfig(model=MODEL, loss=LossConfig(postnet_frames=WIDTH)), 2)
    examples = [data.training[item] for item in range(3)]
    batch = data.collate(examples)
    for row, (example, index) in enumerate(zip(examples, data.training.indices, strict=False)):
        whole, hop = features.sound(index, slice(None)), AUDIO.hop_length
        assert whole is not None
        wanted = whole[example.window * hop : (example.window + WIDTH) * hop]
        np.testing.assert_array_equal(batch.sound[row, : len(wanted)], wanted)
        assert not batch.sound[row, len(wanted) :].any()
        f0 = f0_of_frames(features.mel(index)[AUDIO.n_bands :, example.window : example.window + WIDTH])
        is_far = np.convolve(f0 > 0, np.ones(9), "same")[: len(f0)] == 0  # from any voiced frame
        assert not batch.pulses[row, : len(f0)][torch.from_numpy(is_far)].any()
        assert batch.pulses[row].abs().max() > 0


def test_disturbed_frames_are_noisy_and_some_are_the_mean() -> None:
    torch.manual_seed(0)
    mel = torch.full((4, 5, 2000), 3.0)
    shown = disturb(mel, noise=0.5, dropout=0.25)
    dropped = (shown == 0).all(dim=1)
    assert dropped.float().mean().item() == pytest.approx(0.25, abs=0.02)
    kept = shown.transpose(1, 2)[~dropped]
    assert (kept.mean().item(), kept.std().item()) == (pytest.approx(3.0, abs=0.02), pytest.approx(0.5, abs=0.02))
    assert torch.equal(disturb(mel, noise=0.0, dropout=0.0), mel)


def test_a_spectrum_network_needs_the_parts_that_it_learns(taught: Path, features: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"model.spectrum needs a harmonic and an aperiodic mel spectrogram"):
        build_model(TrainConfig(model=MODEL), Features(features))
    write_taught(tmp_path, n_with_parts=0)
    with pytest.raises(
        ValueError, match=r"the features have neither, or loss.spectrum_weight is 0: prepare the corpus again"
    ):
        build_model(TrainConfig(model=MODEL), Features(tmp_path))
    assert not (tmp_path / "parts.f16").exists()


def test_torn_or_wrong_features_do_not_load(tmp_path: Path) -> None:
    write_taught(tmp_path)
    whole = (tmp_path / "parts.f16").read_bytes()
    (tmp_path / "parts.f16").write_bytes(whole[:-1])
    with pytest.raises(ValueError, match=rf"parts.f16 has {len(whole) - 1} bytes, but {len(whole)} are needed: remove"):
        Features(tmp_path)
    (tmp_path / "parts.f16").write_bytes(whole)
    journal = tmp_path / "clips.jsonl"
    header, first, *rest = journal.read_text().splitlines()
    clip = json.loads(first)
    for durations, message in (
        ([*clip["durations"], 3], rf"has {len(clip['durations']) + 1} durations, but {len(clip['durations'])} symbols"),
        ([clip["durations"][0] + 1, *clip["durations"][1:]], r"has durations of \d+ frames in all, but \d+ frames"),
        ([-1, 1 + sum(clip["durations"][:2]), *clip["durations"][2:]], r"has durations of"),
    ):
        lines = [header, json.dumps({**clip, "durations": durations}), *rest]
        journal.write_text("".join(f"{line}\n" for line in lines))
        with pytest.raises(ValueError, match=rf"clip taught-00 in .*clips.jsonl {message}"):
            Features(tmp_path)

"""A run learns, resumes exactly after an interruption, and becomes a voice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
import yaml

from tests.conftest import CARD, SIZES, graphs_of
from tts.card import Calibration
from tts.corpus.features import Features
from tts.export.calibrate import calibrate
from tts.export.export import export_run
from tts.model.tacotron import Tacotron
from tts.synthesizer import Synthesizer
from tts.training.checkpoint import KEY, describe, newest_checkpoint
from tts.training.config import OptimizerConfig, TrainConfig
from tts.training.data import ClipDataModule, ClipDataset, Example
from tts.training.models import build_model, load_trained, model_config
from tts.training.module import Ema, learning_rate_factor, teacher_force, whole_steps
from tts.training.objective import Objective
from tts.training.settings import load_config
from tts.training.trainer import train
from tts.training.windows import refine

pytestmark = pytest.mark.usefixtures("without_pictures")


def settings(features: Path, run: Path, /, **values: object) -> TrainConfig:
    file = run.parent / "config.yaml"
    values = {
        "model": SIZES,
        "data": {"dir": str(features), "batch_frames": 400, "n_validation": 2},
        "run": {"dir": str(run), "validate_every": 2, "log_every": 1},
        "optimizer": {"warmup_steps": 5},
        **values,
    }
    file.write_text(yaml.safe_dump(values))
    return load_config(file, [])


def losses(run: Path) -> dict[int, float]:
    """Return the training loss by step."""
    return scalars(run, "train/total")


def scalars(run: Path, name: str) -> dict[int, float]:
    """Read a logged value by step from TensorBoard's event files, which outlive a resume."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    return {event.step: event.value for event in events.Scalars(name)}


def test_a_resumed_run_equals_one_that_never_stopped(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = settings(features, tmp_path / "straight", max_steps=8)
    train(straight)
    broken = settings(features, tmp_path / "broken", max_steps=8)
    read, n_read = ClipDataset.__getitem__, 0

    def fail(dataset: ClipDataset, item: int) -> Example:
        nonlocal n_read
        n_read += 1
        if n_read > 40:
            raise OSError("the disk went")
        return read(dataset, item)

    with monkeypatch.context() as patch:
        patch.setattr(ClipDataset, "__getitem__", fail)
        with pytest.raises(OSError, match="the disk went"):
            train(broken)
    assert last_checkpoint(broken).name == "interrupted.ckpt"
    assert 0 < len(losses(tmp_path / "broken")) < 8
    train(broken)
    assert losses(tmp_path / "broken") == losses(tmp_path / "straight")
    assert list(losses(tmp_path / "broken")) == list(range(8))
    assert_same_weights(straight, broken, step=8)


def assert_same_weights(one: TrainConfig, other: TrainConfig, step: int) -> None:
    runs = [load_trained(last_checkpoint(config), Path(config.run.dir)) for config in (one, other)]
    assert [steps for *_, steps in runs] == [step, step]
    for ours, theirs in zip(*(model.state_dict().values() for model, *_ in runs), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


def last_checkpoint(config: TrainConfig) -> Path:
    path = newest_checkpoint(Path(config.run.dir))
    assert path is not None
    return path


def overfit(
    config: TrainConfig, data: Features, n_clips: int, steps: int, learning_rate: float
) -> dict[str, list[float]]:
    """Train on one batch, without dropout; the losses by name."""
    torch.manual_seed(0)
    model = build_model(config, data)
    module = ClipDataModule(data, config, model.config.reduction_factor)
    batch = module.collate([module.training[index] for index in range(n_clips)])
    mel = whole_steps(model.standardize(batch.mel), model.config.reduction_factor)
    objective = Objective(config.loss, model.config)
    optimizer = torch.optim.Adam(model.parameters(), learning_rate)
    values: dict[str, list[float]] = {}
    for _ in range(steps):
        output = teacher_force(model, batch, mel, model.config.reduction_factor)
        losses = objective(model, batch, mel, output, refine(model, batch, mel, output, config.loss.postnet_frames), 0)
        optimizer.zero_grad()
        losses.total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        for name, value in losses.parts.items():
            values.setdefault(name, []).append(value.item())
    return values


def test_one_batch_overfits(features: Path) -> None:
    config = TrainConfig(model={**SIZES, "prenet_dropout": 0.0, "conv_dropout": 0.0})
    values = overfit(config, Features(features), n_clips=3, steps=45, learning_rate=2e-2)
    assert set(values) == {"mel_before", "mel_after", "stop", "guided"}  # of recordings, without a teacher
    for name in ("mel_before", "mel_after"):
        assert values[name][-1] < 0.6 * values[name][0]


def test_a_run_becomes_a_voice_that_speaks(
    features: Path, tiny_voice: Path, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    train(settings(features, tmp_path / "run", max_steps=3))
    messages = [str(warning.message) for warning in recwarn]
    assert [message for message in messages if "ckpt_path" in message or "LeafSpec" in message] == []
    assert list((tmp_path / "run" / "samples").glob("step_000002.png"))
    card = tmp_path / "card.yaml"
    card.write_text(yaml.safe_dump(CARD))
    with graphs_of(tiny_voice):
        voice = export_run(tmp_path / "run", None, card, tmp_path / "voice")
    assert voice.card.training == {"clips": 12, "hours": pytest.approx(0.0, abs=0.01), "steps": 3}
    assert voice.card.calibration == calibrate(Features(features))
    assert voice.card.calibration != Calibration()
    assert len(Synthesizer(tmp_path / "voice").synthesize("One two.").samples) > 0


def test_a_damaged_checkpoint_is_named(features: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.ckpt").write_bytes(b"not a checkpoint")
    with pytest.raises(ValueError, match=r"bad.ckpt cannot be read as a checkpoint"):
        load_trained(tmp_path / "bad.ckpt", tmp_path)
    torch.save({"global_step": 3}, tmp_path / "bad.ckpt")
    with pytest.raises(ValueError, match=r"bad.ckpt is not a checkpoint of 'tts train': name one"):
        load_trained(tmp_path / "bad.ckpt", tmp_path)


def test_a_run_needs_its_folders() -> None:
    with pytest.raises(ValueError, match=r"data.dir is not set: add data.dir=FOLDER"):
        train(TrainConfig())


def test_features_of_other_audio_settings_are_refused(features: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"audio.f0_max is 500.0, but .* was prepared with 400.0: set it back, or pre"):
        train(settings(features, tmp_path / "run", audio={"f0_max": 500}))


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("max_steps", "is not an override"),
        ("max_stepz=3", "did you mean 'max_steps'"),
        ("run.x=3", "unknown setting"),
        ("audio.f0_mx=3", "unknown setting 'audio.f0_mx': did you mean 'f0_max'"),
        ("max_steps=[", r"'max_steps=\[' is not valid YAML"),
        ("max_steps.x=3", "'max_steps' in 'max_steps.x=3' is 5, but a mapping"),
    ],
)
def test_bad_overrides_are_named(tmp_path: Path, override: str, message: str) -> None:
    (tmp_path / "c.yaml").write_text("max_steps: 5")
    with pytest.raises(ValueError, match=message):
        load_config(tmp_path / "c.yaml", [override])


def test_overrides_reach_into_sections(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("max_steps: 5")
    config = load_config(tmp_path / "c.yaml", ["optimizer.learning_rate=0.1", "data.dir=features"])
    assert (config.optimizer.learning_rate, config.data.dir, config.max_steps) == (0.1, "features", 5)


def test_the_recipe_is_a_valid_configuration() -> None:
    recipe = Path(__file__).parents[2] / "recipes" / "ljspeech" / "config.yaml"
    assert load_config(recipe, []).max_steps > 0


def test_learning_rate_rises_holds_and_falls() -> None:
    config = TrainConfig(optimizer=OptimizerConfig(1e-3, 100, 0.5, 1e-5), max_steps=1000)
    factors = [learning_rate_factor(step, config) for step in range(1001)]
    assert factors[0] == pytest.approx(0.01)
    assert set(factors[100:501]) == {1.0}
    assert factors[750] == pytest.approx((1 + 0.01) / 2)
    assert factors[1000] == pytest.approx(0.01)


def test_ema_follows_fast_when_young_and_slowly_when_old() -> None:
    ema = Ema(0.99)
    zero, one = torch.zeros(1), torch.ones(1)
    assert ema(zero, one, 0).item() == pytest.approx(0.9)
    assert ema(zero, one, 10**6).item() == pytest.approx(0.01)


def test_the_model_is_built_with_the_features_statistics(features: Path) -> None:
    data = Features(features)
    model: Tacotron = build_model(TrainConfig(model=SIZES), data)
    assert model.mel_mean.tolist() == data.mel_mean.tolist()
    assert model.config.n_symbols == len(data.symbols)


@pytest.mark.parametrize("content", ["{", "a: b: c", "\t- x"])
def test_malformed_yaml_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "c.yaml").write_text(content)
    with pytest.raises(ValueError, match=r"c.yaml is not valid YAML .*: correct it"):
        load_config(tmp_path / "c.yaml", [])


def test_a_list_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("- 3")
    with pytest.raises(ValueError, match=r"c.yaml is \[3\], but a mapping of settings"):
        load_config(tmp_path / "c.yaml", ["data.dir=x"])


def test_an_empty_section_can_be_overridden(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("data:\n")
    assert load_config(tmp_path / "c.yaml", ["data.dir=x"]).data.dir == "x"


def test_a_run_is_exported_without_its_features_and_config(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = shutil.copytree(features, tmp_path / "features")
    run = tmp_path / "run"
    monkeypatch.chdir(tmp_path)
    config = settings(Path("features"), run, max_steps=2)
    train(config)
    assert load_config(run / "config.yaml", []).data.dir == str(own)  # works from any folder
    path = last_checkpoint(config)
    saved = torch.load(path, weights_only=True)
    assert load_trained(path, run)[1:] == (describe(Features(own), model_config(config, Features(own))), 2)
    old = {key: value for key, value in saved.items() if key != KEY}  # as before the facts were stored
    torch.save(old, tmp_path / "old.ckpt")
    assert load_trained(tmp_path / "old.ckpt", run)[1:] == load_trained(path, run)[1:]
    shutil.rmtree(own)
    (run / "config.yaml").unlink()
    assert load_trained(path, run)[2] == 2
    card = tmp_path / "card.yaml"
    card.write_text("")
    with pytest.raises(ValueError, match="VoiceCard lacks the setting"):
        export_run(run, None, card, tmp_path / "voice")


def test_a_run_of_other_settings_is_not_resumed(features: Path, tmp_path: Path) -> None:
    config = settings(features, tmp_path / "run", max_steps=1)
    train(config)
    kept = (tmp_path / "run" / "config.yaml").read_bytes()
    wider = settings(features, tmp_path / "run", max_steps=2, model={**SIZES, "postnet_dim": 48})
    with pytest.raises(ValueError, match=r"model setting postnet_dim is 48, but .* was trained with 16: set it back"):
        train(wider)
    path = last_checkpoint(config)
    saved = torch.load(path, weights_only=True)
    del saved[KEY]
    torch.save(saved, path)
    with pytest.raises(ValueError, match=r"last.ckpt does not fit the model: model.postnet.* is needed: use the model"):
        train(wider)
    assert (tmp_path / "run" / "config.yaml").read_bytes() == kept


def test_a_loss_that_is_no_number_names_the_last_good_checkpoint(
    features: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(settings(features, tmp_path / "run", max_steps=1))
    monkeypatch.setattr("tts.training.objective.frame_loss", lambda *_: torch.tensor(torch.nan))
    with pytest.raises(ValueError, match=r"the loss is nan at step 1; .* last good checkpoint is .*last.ckpt: lower"):
        train(settings(features, tmp_path / "run", max_steps=3))
    assert newest_checkpoint(tmp_path / "run") == tmp_path / "run" / "checkpoints" / "last.ckpt"

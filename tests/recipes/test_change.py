"""The model is changed by one file of a user: an attention and a loss of recipes/change train, and are exported."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import yaml

from tests.conftest import CARD, SIZES, traced
from tests.training.test_trainer import last_checkpoint, scalars, settings
from tts.cli.main import main
from tts.config import ModelConfig
from tts.corpus.features import Features
from tts.errors import ConfigError, TrainingError
from tts.export.export import export_run
from tts.export.fuse import FusedStep, flatten
from tts.model.attention import DynamicConvolutionAttention
from tts.model.tacotron import Tacotron
from tts.synthesizer import Synthesizer
from tts.training.initialize import read_trained
from tts.training.trainer import train

pytestmark = pytest.mark.usefixtures("without_pictures")

CHANGE = Path(__file__).parents[2] / "recipes" / "change"
ATTENTION = "forward_attention:ForwardAttention"
LOSS = "delta_loss:delta_loss"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a folder with copies of both files, as a user does."""
    for file in CHANGE.glob("*.py"):
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in ("forward_attention", "delta_loss", "broken"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("file", sorted(CHANGE.glob("*.py")), ids=lambda file: file.name)
def test_a_change_takes_at_most_forty_lines_with_its_setting(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) + 1 <= 40


def test_an_attention_and_a_loss_train_resume_and_speak(features: Path, traces: Path, folder: Path) -> None:
    run = folder / "run"
    values = {"model": {**SIZES, "attention": ATTENTION}, "loss": {"extra": {LOSS: 0.5}}}
    for steps in (2, 3):  # the second time from the checkpoint
        config = settings(features, run, max_steps=steps, **values)
        train(config)
    found = scalars(run, "train/extra_delta_loss")
    assert list(found) == [0, 1, 2]
    assert all(0 < value < 10 for value in found.values())
    trained = read_trained(str(last_checkpoint(config)))
    assert trained.model.attention == ATTENTION
    assert "decoder.attention.key.weight" in trained.weights
    (folder / "card.yaml").write_text(yaml.safe_dump(CARD))
    with traced(traces, but="FusedStep"):
        voice = export_run(run, None, folder / "card.yaml", folder / "voice")
    assert len(Synthesizer(voice).synthesize("One.").samples) > 0


def test_an_added_loss_is_part_of_the_total(features: Path, folder: Path) -> None:
    totals = []
    for name, extra in (("without", {}), ("with", {LOSS: 2.0})):
        train(settings(features, folder / name, max_steps=1, loss={"extra": extra}))
        totals.append(scalars(folder / name, "train/total")[0])
    added = scalars(folder / "with", "train/extra_delta_loss")[0]
    assert totals[1] - totals[0] == pytest.approx(2 * added, rel=1e-3)


def test_the_exported_step_equals_the_step_of_the_model() -> None:
    config = ModelConfig(n_symbols=9, n_mels=4, n_source=2, attention=ATTENTION, **SIZES)
    model = Tacotron(config).eval()
    memory = torch.randn(1, 7, config.encoder_dim)
    state, frame = model.decoder.initial_state(memory), torch.randn(1, config.n_channels)
    dropout = model.decoder.prenet.draw_dropout(1)
    mask = torch.ones(1, 7, dtype=torch.bool)
    for _ in range(3):
        output, following = model.decoder.step(frame, state, memory, mask, dropout)
        mel, stop, last, *parts = FusedStep(model.decoder)(
            frame, memory, dropout.flatten(1), torch.zeros(1, 1, 7), *flatten(state)
        )
        torch.testing.assert_close(mel.view(1, -1, config.n_channels).transpose(1, 2), output.mel)
        torch.testing.assert_close(stop, output.stop_logits)
        for ours, theirs in zip(parts, flatten(following), strict=True):
            torch.testing.assert_close(ours, theirs)
        state, frame = following, last


def test_an_attention_that_needs_turns_gets_them() -> None:
    config = ModelConfig(n_symbols=9, n_mels=4, n_source=2, attention=ATTENTION, **SIZES)
    model = Tacotron(config).eval()
    memory, mask = torch.randn(2, 5, config.encoder_dim), torch.ones(2, 5, dtype=torch.bool)
    mel, dropout = torch.randn(2, config.n_channels, 8), model.decoder.prenet.draw_dropout(2, 4)
    known = torch.softmax(torch.randn(2, 4, 5), dim=2)
    in_turn = model.decoder.teacher_force(mel, memory, mask, dropout)
    for given, found in zip(in_turn, model.decoder.teacher_force(mel, memory, mask, dropout, None, known), strict=True):
        torch.testing.assert_close(given, found, rtol=0, atol=0)
    assert DynamicConvolutionAttention.runs_at_once


BROKEN = """
import torch
from tts.model.attention import Attention

class Stranger(torch.nn.Module): ...
class Uniform(Attention):
    def __init__(self, config): super().__init__()
    def forward(self, query, state, mask, prepared): return (torch.full_like(state[0], 1 / 3),)
class Double(Attention):
    def __init__(self, config): super().__init__()
    def forward(self, query, state, mask, prepared): return (state[0], state[0])
def loss(model, batch): ...
"""


@pytest.mark.parametrize(
    ("settings_given", "message"),
    [
        (
            ["model.attention=locations"],
            "attention is 'locations', but must be one of dynamic_convolution, module",
        ),
        (
            ["model.attention=nowhere:Attention"],
            r"nowhere cannot be imported \(No module named .*\): put nowhere",
        ),
        (["model.attention=broken:Absent"], r"broken\.py defines no Absent: correct the name"),
        (["model.attention=broken:Stranger"], "name a class that is derived from tts.model.attention.Attention"),
        (["model.attention=broken:Uniform"], "return a distribution over the symbols, and 0 for padding"),
        (["model.attention=broken:Double"], "return a tensor .B, T_text. for each name, the alignment first"),
        (["loss.extra={broken:loss: 1}"], "cannot be called .*let it take model, batch, mel, output, windows"),
        (["loss.extra={broken: 1}"], "write it as {module:function: weight}"),
        (["loss.extra={broken:loss: 1, other:loss: 1}"], "give each function a name of its own"),
        (["loss.extra={broken:loss: -1}"], "write it as {module:function: weight}"),
    ],
)
def test_a_bad_change_is_refused_before_the_data_are_read(
    settings_given: list[str], message: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tts.training import trainer
    from tts.training.settings import load_config

    def read(path: Path) -> Features:
        raise AssertionError("the data were read")

    monkeypatch.setattr(trainer, "Features", read)
    (folder / "broken.py").write_text(BROKEN)
    (folder / "config.yaml").write_text("{data: {dir: features}, run: {dir: run}}")
    with pytest.raises(ConfigError, match=message):
        trainer.train(load_config(folder / "config.yaml", settings_given))


def test_the_command_says_it_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "config.yaml").write_text("{data: {dir: features}, run: {dir: run}}")
    assert main(["train", "--config", "config.yaml", "model.attention=nowhere:Attention"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tts: model.attention is 'nowhere:Attention', but nowhere cannot be imported")


def test_the_attention_of_a_strange_checkpoint_is_not_imported(features: Path, folder: Path) -> None:
    config = settings(features, folder / "run", max_steps=1, model={**SIZES, "attention": ATTENTION})
    train(config)
    written = folder / "run" / "config.yaml"
    values = yaml.safe_load(written.read_text(encoding="utf-8"))
    values["model"]["attention"] = "dynamic_convolution"
    written.write_text(yaml.safe_dump(values), encoding="utf-8")
    del sys.modules["forward_attention"]
    with pytest.raises(TrainingError, match=rf"names the attention '{ATTENTION}', which .*: if you"):
        read_trained(str(last_checkpoint(config)))
    assert "forward_attention" not in sys.modules

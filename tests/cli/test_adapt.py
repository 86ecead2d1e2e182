"""One command makes a voice of a speaker from a corpus and a voice. It continues, and reminds of consent."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import graphs_of
from tts.bundled import BUNDLED, DEFAULT
from tts.cli.adapt import CONSENT
from tts.cli.main import main
from tts.synthesizer import Synthesizer
from tts.training.checkpoint import newest_checkpoint, read_checkpoint
from tts.training.data import Batch
from tts.training.module import TacotronModule
from tts.training.settings import load_config
from tts.voice import read_card


def adapt(corpus: Path, voice: Path, *more: str) -> int:
    return main(["adapt", str(corpus), str(voice), "--workers", "1", "--steps", "4", *more])


@pytest.mark.usefixtures("without_pictures")
def test_one_command_makes_a_voice_and_continues(
    tiny_corpus: Path,
    tiny_voice: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voice, run = tmp_path / "mine", tmp_path / "mine.work" / "run"
    step = TacotronModule.training_step

    def signalled(module: TacotronModule, batch: Batch, batch_idx: int) -> torch.Tensor:
        if module.global_step == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return step(module, batch, batch_idx)

    with monkeypatch.context() as patch:
        patch.setattr(TacotronModule, "training_step", signalled)
        assert adapt(tiny_corpus, voice, "--from", str(tiny_voice)) == 130
    assert capsys.readouterr().out.startswith(CONSENT)
    assert not voice.exists()
    checkpoint = newest_checkpoint(run)
    assert checkpoint is not None
    assert read_checkpoint(checkpoint)["global_step"] == 2
    for _ in range(2):  # the second time, all is done
        with graphs_of(tiny_voice):
            assert adapt(tiny_corpus, voice, "--from", str(tiny_voice)) == 0
        assert f"{voice}: voice 'mine' from 0.1 minutes of speech" in capsys.readouterr().out
        card = read_card(voice)
        assert (card.training["steps"], card.training["blend"], card.training["clips"]) == (4, 0.5, 12)
        assert card.limits == "Use it only as the speaker agreed to."
    assert len(Synthesizer(voice).synthesize("One two.").samples) > 0
    config, start = load_config(run / "config.yaml", []), read_card(tiny_voice)
    assert config.model["encoder_dim"] == start.model.encoder_dim
    assert config.audio_config == start.audio


def test_another_start_is_refused(
    tiny_corpus: Path, tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "mine.work" / "run"
    run.mkdir(parents=True)
    (run / "config.yaml").write_text("run: {init_from: other}\n")
    assert adapt(tiny_corpus, tmp_path / "mine", "--from", str(tiny_voice)) == 2
    assert f"{run} was started from other, not from {tiny_voice}: remove {run}, or" in capsys.readouterr().err


def test_a_bad_blend_is_refused_before_anything_is_made(
    tiny_corpus: Path, tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert adapt(tiny_corpus, tmp_path / "mine", "--from", str(tiny_voice), "--blend", "50") == 2
    assert "the blend is 50.0: use a number from 0 (the start) to 1" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("without_pictures")
def test_the_default_voice_is_a_start(tiny_corpus: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"  # three clips, because the networks of the voice are large
    shutil.copytree(tiny_corpus, corpus)
    lines = (corpus / "metadata.csv").read_text("utf-8").splitlines(keepends=True)
    (corpus / "metadata.csv").write_text("".join(lines[:3]), encoding="utf-8")
    with graphs_of(BUNDLED / DEFAULT):
        assert adapt(corpus, tmp_path / "mine", "--steps", "1") == 0
    card, start = read_card(tmp_path / "mine"), read_card(BUNDLED / DEFAULT)
    assert not start.audio.voicing_edges  # two mel spectrograms
    assert (card.audio, card.model.spectrum) == (start.audio, start.model.spectrum)
    assert np.abs(Synthesizer(tmp_path / "mine").synthesize("One two.").samples).max() > 0.01


def test_help_reminds_of_consent(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["adapt", "--help"])
    assert "only with their consent" in " ".join(capsys.readouterr().out.split())

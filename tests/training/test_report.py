"""The report of a run is self-contained, and its curves continue from a checkpoint."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import soundfile
import torch
from PIL import Image

from tests.training.test_trainer import settings
from tts.training.history import History
from tts.training.report import Sample, draw_curves, write_report
from tts.training.trainer import train

CURVES = {"train/total": [(1, 3.0), (2, 2.5)], "val/total": [(2, 2.75)], "val/attention_focus": [(2, 0.3)]}


def sample(picture: bytes = b"\x89PNG picture") -> Sample:
    sounds = {"recorded": np.linspace(-1, 1, 100, dtype=np.float32), "synthesised": np.zeros(50, np.float32)}
    return Sample("clip-1", "It's <less> & more.", picture, sounds, 22050)


def test_a_report_needs_no_other_file(tmp_path: Path) -> None:
    write_report(tmp_path, {"step": "2 of 9"}, CURVES, sample(), "max_steps: 9\n")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert set(re.findall(r'src="(data:[a-z]+/[a-z]+);', page)) == {"data:audio/wav", "data:image/png"}
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)
    assert "It&#x27;s &lt;less&gt; &amp; more." in page
    for text in ("2 of 9", "max_steps: 9", "clip-1", "train/total"):
        assert text in page
    assert base64.b64encode(b"\x89PNG picture").decode() in page
    first = re.findall(r"data:audio/wav;base64,([^\"]+)", page)[0]
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(first)))
    assert (len(samples), rate) == (100, 22050)


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    for step in ("1", "2"):
        write_report(tmp_path, {"step": step}, {}, sample(), "")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<td>2</td>" in page
    assert "<td>1</td>" not in page
    assert "None yet." in page


def test_curves_have_a_panel_for_what_there_is() -> None:
    drawing = ElementTree.fromstring(draw_curves(CURVES))
    texts = ["".join(node.itertext()).strip() for node in drawing.iter() if node.tag.endswith("text")]
    assert "whole loss" in texts
    assert "attention on the recording's own frames" in texts
    assert "gradient's norm, before clipping" not in texts
    assert texts.count("val/total") == 1


def note(history: History, step: int, **metrics: float) -> None:
    values = {name.replace("_", "/", 1): torch.tensor(value) for name, value in metrics.items()}
    trainer = SimpleNamespace(global_step=step, log_every_n_steps=2, callback_metrics=values)
    history.on_train_batch_end(trainer, None, None, None, 0)


def test_a_history_goes_on_from_a_checkpoint() -> None:
    history = History()
    for step in range(1, 7):
        note(history, step, train_total=float(step), val_total=9.0)
    assert history.curves == {"train/total": [(2, 2.0), (4, 4.0), (6, 6.0)]}
    resumed = History()
    resumed.load_state_dict(history.state_dict())
    note(resumed, 8, train_total=8.0)
    assert resumed.curves["train/total"][-2:] == [(6, 6.0), (8, 8.0)]
    assert resumed.latest("train/total") == 8.0
    assert resumed.latest("val/total") is None


def test_a_long_history_is_thinned() -> None:
    history = History()
    for step in range(0, 20_000, 2):
        note(history, step, train_total=float(step))
    curve = history.curves["train/total"]
    assert 1000 <= len(curve) <= 2000
    assert [at for at, _ in curve] == sorted({at for at, _ in curve})
    assert (curve[0][0], curve[-1][0]) == (0, 19_998)


def test_a_run_writes_a_report_at_each_validation(features: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    train(settings(features, tmp_path / "run", max_steps=4))
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    for text in ("Training of run", "4 of 4", "11 clips to train on, 1 to validate", "train/gradient_norm", "focus"):
        assert text in page
    assert page.count("<svg") == 1
    pictures = sorted((tmp_path / "run" / "samples").iterdir())
    assert [path.name for path in pictures] == ["step_000002.png", "step_000004.png"]
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.size == (900, 800)
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    tags = events.Tags()
    assert {"train/total", "val/total", "val/attention_focus", "train/gradient_norm", "audio_s_per_s"} <= set(
        tags["scalars"]
    )
    assert any(name.startswith("lr-") for name in tags["scalars"])
    assert set(tags["images"]) == {"validation/synthesised"}
    assert set(tags["audio"]) == {"validation/recorded", "validation/synthesised"}
    assert [len(events.Audio(f"validation/{name}")) for name in ("recorded", "synthesised")] == [1, 2]

"""An export checks card and target before it reads the checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.conftest import CARD
from tts.errors import TTSError
from tts.export.export import export_run


def card(folder: Path, **values: object) -> Path:
    path = folder / "card.yaml"
    path.write_text(yaml.safe_dump({name: value for name, value in {**CARD, **values}.items() if value is not None}))
    return path


@pytest.fixture
def untouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a run whose checkpoint nobody may read."""

    def fail(*_: object) -> None:
        pytest.fail("the checkpoint was read before the checks")

    monkeypatch.setattr("tts.export.export.load_trained", fail)
    (tmp_path / "run" / "checkpoints").mkdir(parents=True)
    (tmp_path / "run" / "checkpoints" / "last.ckpt").touch()
    return tmp_path / "run"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"licence": None}, "lacks the setting 'licence': add it"),
        ({"nmae": "x"}, "unknown setting 'nmae': did you mean 'name'"),
        ({"name": 5}, "name is 5, but str is needed"),
        ({"name": "a\nb"}, "printable characters are needed"),
        ({"question_rise": 20}, "question_rise is 20.0, but 0 to 12"),
        ({"calibration": {"max_pause": 0}}, "max_pause is 0.0, but must be greater"),
        ({"calibration": 3}, "calibration is 3, but a mapping"),
    ],
)
def test_the_card_is_checked_first(untouched: Path, values: dict[str, object], message: str) -> None:
    folder = untouched.parent
    with pytest.raises(TTSError, match=rf"card\.yaml: .*{message}"):
        export_run(untouched, None, card(folder, **values), folder / "voice")
    assert not (folder / "voice").exists()


def test_the_target_is_checked_first(untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = untouched.parent
    (folder / "other").mkdir()
    (folder / "other" / "precious.txt").touch()
    for target, message in (
        (folder / "other", "exists and is not a voice folder"),
        (folder / "card.yaml", "exists and is not a voice folder"),
        (folder / "card.yaml" / "voice", r"cannot be made, because .*card.yaml is no folder"),
    ):
        with pytest.raises(TTSError, match=message):
            export_run(untouched, None, card(folder), target)
    monkeypatch.setattr("tts.voice.os.access", lambda *_: False)  # root can write anywhere, so simulate the refusal
    with pytest.raises(TTSError, match=r"new.voice cannot be made, because .* is no folder that can be written"):
        export_run(untouched, None, card(folder), folder / "new" / "voice")

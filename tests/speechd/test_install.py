"""`tts speech-dispatcher --install`: two files, and nothing that was there is changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tts.cli.main import main
from tts.speechd.install import install

PROGRAM = ".local/libexec/speech-dispatcher-modules/sd_griffon"
CONFIGURATION = ".config/speech-dispatcher/speechd.conf"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    (tmp_path / "speechd.conf").write_text('#AddModule "espeak" "sd_espeak" "espeak.conf"\nDefaultVolume 100\n')
    return tmp_path / "speechd.conf"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_files_are_written_and_can_be_removed(home: Path, system: Path, tiny_voice: Path) -> None:
    told = install(str(tiny_voice), None, system)
    assert set(files(home)) == {PROGRAM, CONFIGURATION}
    assert (home / CONFIGURATION).read_text().splitlines()[1:] == [
        f'Include "{system}"',
        "DefaultModule griffon",
        'LanguageDefaultModule "en" "griffon"',
    ]
    assert told == [
        f"{home / PROGRAM}: written",
        f"{home / CONFIGURATION}: written",
        "Then restart Speech Dispatcher and try it: pkill speech-dispatch; spd-say Hello",
        f"To undo it: rm {home / PROGRAM} {home / CONFIGURATION}",
    ]
    subprocess.run(told[-1].removeprefix("To undo it: "), shell=True, check=True)
    assert files(home) == {}


def test_the_program_speaks_from_any_folder(home: Path, system: Path, tiny_voice: Path, tmp_path: Path) -> None:
    (tmp_path / "my words.txt").write_text("Siobhan SH IH0 V AO1 N\n")
    install(str(tiny_voice), os.path.relpath(tmp_path / "my words.txt"), system)
    (tmp_path / "elsewhere/tts").mkdir(parents=True)
    (tmp_path / "elsewhere/tts/__init__.py").write_text("raise RuntimeError\n")
    said = subprocess.run(
        [home / PROGRAM, "griffon.conf"],
        input=b"INIT\nQUIT\n",
        capture_output=True,
        cwd=tmp_path / "elsewhere",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=True,
    )
    assert said.stdout.startswith(b"299-griffon with voice tiny\n"), said.stderr


def test_nothing_is_written_twice(home: Path, system: Path) -> None:
    install(None, None, system)
    before = files(home)
    told = install(None, None, system)
    assert files(home) == before
    assert told[:2] == [f"{home / name}: exists, unchanged" for name in (PROGRAM, CONFIGURATION)]
    assert not any(line.startswith(("To undo", "Add")) for line in told)


def test_a_configuration_of_the_user_stays(home: Path, system: Path) -> None:
    (home / CONFIGURATION).parent.mkdir(parents=True)
    (home / CONFIGURATION).write_text('AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"\nDefaultModule griffon\n')
    before = files(home)
    told = install(None, None, system)
    assert files(home) == {**before, PROGRAM: (home / PROGRAM).read_bytes()}
    start = told.index(f"Add these lines at the end of {home / CONFIGURATION}:")
    assert [line.strip() for line in told[start + 1 : start + 3]] == [
        'AddModule "griffon" "sd_griffon" ""',
        'LanguageDefaultModule "en" "griffon"',
    ]
    assert told[-1] == f"To undo it: rm {home / PROGRAM}"


def test_modules_that_the_system_names_one_by_one(home: Path, system: Path) -> None:
    system.write_text('AddModule "espeak-ng" "sd_espeak-ng" "espeak-ng.conf"\n')
    install(None, None, system)
    assert 'AddModule "griffon" "sd_griffon" ""' in (home / CONFIGURATION).read_text().splitlines()


def test_another_program_stays(
    home: Path, system: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / PROGRAM).parent.mkdir(parents=True)
    (home / PROGRAM).write_text("#!/bin/sh\n# mine\n")
    monkeypatch.setattr(install, "__defaults__", (system,))
    assert main(["speech-dispatcher", "--install"]) == 2
    assert files(home) == {PROGRAM: b"#!/bin/sh\n# mine\n"}
    error = capsys.readouterr().err
    assert f"{home / PROGRAM} exists and differs, so it stays as it is" in error
    assert f"rm {home / PROGRAM}" in error


def test_folders_that_the_environment_names(
    home: Path, system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data/share"))
    install(None, None, system)
    assert (tmp_path / "settings/speech-dispatcher/speechd.conf").is_file()
    # Speech Dispatcher's own spelling of the path, which needs the folder before the dots
    assert os.access(tmp_path / "data/share/../libexec/speech-dispatcher-modules/sd_griffon", os.X_OK)
    assert not home.exists()


@pytest.mark.parametrize("options", [{"voice": "nobody"}, {"lexicon": "/no/such/file"}])
def test_a_bad_voice_or_lexicon_is_refused_before_anything_is_written(
    options: dict[str, str], home: Path, system: Path
) -> None:
    with pytest.raises(ValueError, match=r"nobody|no/such/file"):
        install(options.get("voice"), options.get("lexicon"), system)
    assert not home.exists()


def test_speech_dispatcher_must_be_there(home: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="apt install speech-dispatcher"):
        install(None, None, tmp_path / "no.conf")
    assert not home.exists()

"""Make griffon the voice of Speech Dispatcher for one user."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from tts.common.files import atomic_write_text
from tts.errors import ConfigError, StorageError
from tts.speechd.voices import LoadedVoices

SYSTEM = Path("/etc/speech-dispatcher/speechd.conf")
"""The configuration that Speech Dispatcher reads for a user who has none."""
NAME = "griffon"
_DEFAULT = (f"DefaultModule {NAME}", f'LanguageDefaultModule "en" "{NAME}"')
_ADD = f'AddModule "{NAME}" "sd_{NAME}" ""'  # without such a line, Speech Dispatcher finds all modules itself


def install(voice: str | None, lexicon: str | None, system: Path = SYSTEM) -> list[str]:
    """Write the program that Speech Dispatcher starts, and the user's configuration. Returns what to tell the user.

    A file that exists is never changed. Raises StorageError if Speech Dispatcher is not installed, ConfigError if
    another program is in the way, and VoiceError, PronunciationError or StorageError for the voice and the lexicon.
    """
    if not system.is_file():
        raise StorageError(f"no {system}: install Speech Dispatcher first, as with 'apt install speech-dispatcher'")
    LoadedVoices(voice, lexicon)  # fail here, where the user reads the reason
    program, configuration = _paths()
    script = _script(voice, lexicon)
    if program.exists() and program.read_text(encoding="utf-8") != script:
        raise ConfigError(
            f"{program} exists and differs, so it stays as it is: remove it with {_remove(program)!r} and try again"
        )
    written = [path for path in (program, configuration) if not path.exists()]
    if program in written:
        program.parent.mkdir(parents=True, exist_ok=True)
        atomic_write_text(program, script)
        program.chmod(0o755)
    wanted = _configuration(system)
    if configuration in written:
        configuration.parent.mkdir(parents=True, exist_ok=True)
        atomic_write_text(configuration, wanted)
    return _report(program, configuration, written, wanted)


def _paths() -> tuple[Path, Path]:
    """Return where Speech Dispatcher looks for the modules and the configuration of this user."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    data.mkdir(parents=True, exist_ok=True)  # Speech Dispatcher goes through it: data/../libexec
    modules = Path(os.path.realpath(data)).parent / "libexec/speech-dispatcher-modules"
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return modules / f"sd_{NAME}", settings / "speech-dispatcher/speechd.conf"


def _script(voice: str | None, lexicon: str | None) -> str:
    command = [sys.executable, "-m", "tts", "speech-dispatcher"]
    if voice is not None:
        command += ["--voice", str(Path(voice).resolve()) if Path(voice).is_dir() else voice]
    if lexicon is not None:
        command += ["--lexicon", str(Path(lexicon).resolve())]
    # In another folder a file or folder named tts could be run in place of the package.
    return f"#!/bin/sh\n# Written by `tts speech-dispatcher --install`.\ncd / && exec {shlex.join(command)}\n"


def _configuration(system: Path) -> str:
    """Return a configuration that reads that of the system, and then makes griffon the default."""
    names_modules = any(line.strip().startswith("AddModule") for line in system.read_text("utf-8").splitlines())
    lines = [f'Include "{system}"', *([_ADD] if names_modules else []), *_DEFAULT]
    return "\n".join(["# Written by `tts speech-dispatcher --install`.", *lines, ""])


def _report(program: Path, configuration: Path, written: list[Path], wanted: str) -> list[str]:
    paths = (program, configuration)
    lines = [f"{path}: {'written' if path in written else 'exists, unchanged'}" for path in paths]
    found = configuration.read_text(encoding="utf-8", errors="replace").splitlines()
    names_modules = any(line.strip().startswith("AddModule") for line in [*found, *wanted.splitlines()])
    missing = [line for line in ((_ADD,) if names_modules else ()) + _DEFAULT if line not in found]
    if missing:
        lines += [f"Add these lines at the end of {configuration}:", *(f"    {line}" for line in missing)]
    lines.append("Then restart Speech Dispatcher and try it: pkill speech-dispatch; spd-say Hello")
    if written:
        lines.append(f"To undo it: {_remove(*written)}")
    return lines


def _remove(*paths: Path) -> str:
    return shlex.join(["rm", *map(str, paths)])

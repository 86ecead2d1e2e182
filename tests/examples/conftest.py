"""Run an example as its reader does, in a process and a folder of its own. Its loudspeaker writes into a file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
LOUDSPEAKER = '''
"""A stand-in for sounddevice: what is played is in the file "played"."""

class OutputStream:
    def __init__(self, samplerate, *, channels, dtype):
        assert samplerate in (22050, 24000) and channels == 1
    def __enter__(self):
        return self
    def __exit__(self, *error):
        pass
    def write(self, data):
        with open("played", "ab") as file:
            file.write(data if isinstance(data, bytes) else data.tobytes())

RawOutputStream = OutputStream
'''

Run = Callable[..., str]
"""Takes the name of an example, and environment variables. Returns its output."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "sounddevice.py").write_text(LOUDSPEAKER)

    def run(name: str, server: str = "127.0.0.1:8000", **environment: str) -> str:
        source = (EXAMPLES / name).read_text(encoding="utf-8").replace("127.0.0.1:8000", server)
        (tmp_path / name).write_text(source, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, name],
            cwd=tmp_path,
            env={**os.environ, **environment, "PYTHONPATH": f"{tmp_path}:{EXAMPLES.parent}", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run

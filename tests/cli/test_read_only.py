"""Commands where one folder alone can be written, as in a container with a read-only root."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
READ_ONLY = """
folder=$1; shift
mount --bind "$folder" "$folder"
while read -r _ place _ options _; do
    [ "$place" = "$folder" ] || mount -o "remount,bind,$options,ro" "$place" || mount -o remount,bind,ro "$place"
done < /proc/self/mounts 2> "$folder/refused"
cd /
touch "$(dirname "$folder")/probe" 2> /dev/null && exit 99
exec "$@"
"""
"""Nothing but a folder can be written by a command. Kinds of mounts that refuse this, such as /proc, stay."""


def read_only(folder: Path, *arguments: str) -> list[str]:
    """Return a command of the package that can write only into a folder."""
    return [*NAMESPACE, "sh", "-c", READ_ONLY, "sh", str(folder), sys.executable, "-m", "tts", *arguments]


@pytest.fixture(scope="module", autouse=True)
def _can_be_made() -> None:
    if shutil.which("unshare") is None or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode:
        pytest.skip("this system lets no user make a mount namespace")


def test_speech_goes_to_standard_output(tiny_voice: Path, tmp_path: Path) -> None:
    command = read_only(tmp_path, "synthesize", "Hello zyglophane.", "-", "--voice", str(tiny_voice))
    result = subprocess.run(command, capture_output=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(b"RIFF")
    assert result.stderr == b""


def test_a_file_that_cannot_be_written_is_named(tiny_voice: Path, tmp_path: Path) -> None:
    inside = read_only(tmp_path, "synthesize", "Hello.", str(tmp_path / "a.wav"), "--voice", str(tiny_voice))
    assert subprocess.run(inside, capture_output=True).returncode == 0
    assert (tmp_path / "a.wav").exists()
    result = subprocess.run(
        read_only(tmp_path, "synthesize", "Hello.", "/a.wav", "--voice", str(tiny_voice)), capture_output=True
    )
    assert result.returncode == 2
    assert result.stderr.endswith(b"(Read-only file system): choose another folder\n")
    assert result.stderr.count(b"\n") == 1


def test_the_server_answers(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(read_only(tmp_path, "serve", "--port", "0"), stderr=log)
    try:
        url = ""
        while not url:
            assert process.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.05)
            rows = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines(True) if line[-1] == "\n"]
            url = next((row["url"] for row in rows if row["event"] == "listening"), "")
        body = {"input": "Hello.", "response_format": "m4a"}
        answer = httpx.post(f"{url}/v1/audio/speech", json=body, timeout=60)
        assert answer.status_code == 200
        assert answer.content[4:8] == b"ftyp"
    finally:
        process.terminate()
        assert process.wait(60) == 0

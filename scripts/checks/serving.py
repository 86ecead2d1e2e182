"""Start `tts serve` in a process of its own, on a free port of the loopback interface."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple


class Served(NamedTuple):
    url: str
    process: subprocess.Popen[bytes]
    log_path: Path

    def log(self, event: str = "request") -> list[dict[str, Any]]:
        """Return the log entries of one event, in order."""
        lines = self.log_path.read_text(encoding="utf-8").splitlines()
        return [row for row in map(json.loads, lines) if row["event"] == event]

    def memory(self) -> float:
        """Return the resident memory of the server in MiB."""
        return self._status("VmRSS")

    def peak_memory(self) -> float:
        """Return the largest resident memory since the last call in MiB."""
        peak = self._status("VmHWM")
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")  # proc(5): reset the peak
        return peak

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        (line,) = (line for line in lines if line.startswith(f"{name}:"))
        return int(line.split()[1]) / 1024

    def stop(self) -> int:
        """Stop the server and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(*arguments: str) -> Iterator[Served]:
    """Start the server, wait until it listens, and stop it at the end if it still runs."""
    command = [sys.executable, "-m", "tts", "serve", "--port", "0", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with path.open("wb") as log:
            process = subprocess.Popen(command, stderr=log)
        served = Served("", process, path)
        try:
            yield served._replace(url=_wait(process, path))
        finally:
            if process.poll() is None:
                served.stop()


def _wait(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address in the log. Raises RuntimeError if the server ends first."""
    while process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines(keepends=True):
            if line.endswith("\n") and '"listening"' in line:
                return str(json.loads(line)["url"])
        time.sleep(0.05)
    raise RuntimeError(f"tts serve ended with status {process.returncode}: {log.read_text(encoding='utf-8')}")

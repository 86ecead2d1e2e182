"""Run commands in copies of a process of the tests, which has loaded Lightning: importing it takes seconds."""

from __future__ import annotations

import logging
import os
import sys
from multiprocessing.context import ForkProcess
from pathlib import Path

import torch

import tts
from tts.cli.main import main


def run_command(log: Path, *arguments: str) -> None:
    """Run a command of the package in this process, a copy, and exit with its status. log: a file for its messages."""
    sys.stderr = log.open("a", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.__stderr__.fileno())
    # Lightning starts more processes with these.
    sys.argv = [str(Path(tts.__file__).with_name("__main__.py")), *arguments]
    sys.modules["__main__"].__spec__ = None
    logging.root.handlers.clear()  # those of pytest
    torch.cuda.is_available = lambda: False  # a copy cannot use the GPU of its origin
    sys.exit(main(arguments))


class ForkedTraining:
    """A run in a copy of this process, in a session of its own: what scripts/checks/kill.py uses of a `Popen`."""

    def __init__(self, *arguments: str | Path) -> None:
        self.args = ("train", *map(str, arguments))
        self._process = ForkProcess(target=run_aside, args=self.args)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode


def run_aside(*arguments: str) -> None:
    """Run a command of the package in this process, a copy, which becomes the leader of a session."""
    os.setsid()
    run_command(Path(os.devnull), *arguments)

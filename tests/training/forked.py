"""Run commands in copies of a process of the tests, which has loaded Lightning: importing it takes seconds."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import torch

from tts.cli.main import main


def run_command(log: Path, *arguments: str) -> None:
    """Run a command of the package in this process, a copy, and exit with its status. log: a file for its messages."""
    sys.stderr = log.open("a", encoding="utf-8", buffering=1)
    logging.root.handlers.clear()  # those of pytest
    torch.cuda.is_available = lambda: False  # a copy cannot use the GPU of its origin
    sys.exit(main(arguments))

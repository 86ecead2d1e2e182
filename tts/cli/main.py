"""The `tts` command: its parser, and one line on stderr for whatever goes wrong."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from tts.cli import speak, text, train

Run = Callable[[argparse.Namespace], None]

# What `pip install` has to fetch for a module that is missing.
EXTRAS = {"train": ("torch", "lightning", "librosa", "matplotlib", "onnx", "onnxscript", "yaml", "tensorboard")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0; 2 for bad input; 130 where interrupted; 141 where the reader of a pipe has gone."""
    logging.basicConfig(format="tts: %(levelname)s: %(message)s", level=logging.WARNING)
    logging.addLevelName(logging.WARNING, "warning")
    logging.addLevelName(logging.INFO, "info")
    options = build_parser().parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter flushes stdout once more as it ends
        return 141
    except KeyboardInterrupt:
        print("tts: interrupted", file=sys.stderr)
        return 130
    except ImportError as error:
        return _fail(_missing(options.command, error))
    except (ValueError, OSError) as error:
        return _fail(str(error))
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Every command adds itself."""
    parser = argparse.ArgumentParser(prog="tts", description="English speech synthesis for an ordinary CPU.")
    parser.add_argument("--version", action="version", version=f"griffon-tts {version('griffon-tts')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (speak, text, train):
        module.add_commands(commands)
    return parser


def _missing(command: str, error: ImportError) -> str:
    module = (error.name or "").partition(".")[0]
    for extra, modules in EXTRAS.items():
        if module in modules:
            return f"'tts {command}' needs the package {module}: run pip install 'griffon-tts[{extra}]'"
    return f"the installation is incomplete ({error}): run pip install --force-reinstall griffon-tts"


def _fail(message: str) -> int:
    print(f"tts: {' '.join(message.split())}", file=sys.stderr)
    return 2

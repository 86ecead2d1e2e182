"""The `tts` command: the parser, and one line on stderr for an error that the user can mend."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

from tts.bundled import DEFAULT, bundled_voices
from tts.cli.parser import CommandParser, examples
from tts.errors import TTSError

COMMANDS = {
    "synthesize": "speak",
    "speak": "speak",
    "voices": "voices",
    "batch": "batch",
    "book": "book",
    "normalize": "text",
    "phonemize": "text",
    "prepare": "train",
    "train": "train",
    "export": "train",
    "adapt": "adapt",
    "evaluate": "evaluate",
    "benchmark": "evaluate",
    "serve": "serve",
    "speech-dispatcher": "speech_dispatcher",
}
"""The module of tts.cli that adds each command, in the order of --help."""

# Extra -> modules that it installs.
EXTRAS = {
    "train": ("torch", "lightning", "librosa", "matplotlib", "onnx", "onnxscript", "yaml", "tensorboard"),
    "play": ("sounddevice",),
    "book": ("av",),
    "eval": ("faster_whisper", "jiwer", "librosa", "matplotlib", "PIL", "requests", "speechmos"),
    "serve": tuple("fastapi prometheus_client pydantic pythonjsonlogger starlette uvicorn wyoming".split()),
    "completion": ("shtab",),
    "cluster": ("ray", "pyarrow", "pandas"),
}

_NO_MEMORY = ("failed to map segment", "annot allocate memory")
"""What the loader of libraries says where the address space ends."""

REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room: the disk quota is used up",
    errno.EROFS: "choose another folder: this disk is read-only",
    errno.EACCES: "check its permissions",
    errno.EMFILE: "raise the limit on open files, as with 'ulimit -n 4096'",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns 0 for success, 1 if rows of a batch failed, 2 for an error of the user or the system, 130 after an
    interruption, 141 if the reader of a pipe has gone.
    """
    _use_one_thread()
    _open_closed_streams()
    _escape_unprintable()
    logging.basicConfig(format="tts: %(levelname)s: %(message)s", level=logging.WARNING)
    logging.addLevelName(logging.WARNING, "warning")
    logging.addLevelName(logging.INFO, "info")
    try:
        return _run(arguments)
    finally:
        _silence_lost_streams()


def _use_one_thread() -> None:
    """Let NumPy's products use one thread, in this process and its children, before NumPy is imported.

    A second thread of OpenBLAS spins for milliseconds after each product, and takes a fifth of the other core from the
    other process of a book, a batch or a server.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Build the parser: of one command, which starts faster, or of all if `command` is none of `COMMANDS`."""
    parser = CommandParser(
        prog="tts",
        description="English speech synthesis for an ordinary CPU.",
        epilog=examples('synthesize "Hello." hello.wav', 'speak "Hello."', "help synthesize"),
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and the voices, and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    modules = [COMMANDS[command]] if command in COMMANDS else dict.fromkeys(COMMANDS.values())
    for name in modules:
        importlib.import_module(f"tts.cli.{name}").add_commands(commands)
    if command not in COMMANDS:
        _add_help(commands)
    return parser


def _add_help(commands: Any) -> None:
    from tts.cli import completion

    completion.add_commands(commands, build_parser)
    command = commands.add_parser(
        "help", help="show the help of a command", epilog=examples("help synthesize", "help prepare")
    )
    command.add_argument("topic", nargs="*", metavar="COMMAND", help="the command; none lists all commands")
    command.set_defaults(run=show_help)


def show_help(options: argparse.Namespace) -> None:
    """Print the help of a command, as its own --help does, and exit."""
    build_parser().parse_args([*options.topic, "--help"])


class _Version(argparse.Action):
    """Prints the version and the voices. Reading the version takes tens of milliseconds, so it is read on demand."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Print the version and the voices, and exit."""
        from importlib.metadata import version

        print(f"griffon-tts {version('griffon-tts')}")
        names = sorted(bundled_voices(), key=lambda name: name != DEFAULT)
        print("voices:", ", ".join(f"{name} (default)" if name == DEFAULT else name for name in names))
        parser.exit()


def _run(arguments: Sequence[str] | None) -> int:
    options = argparse.Namespace(command="")
    try:
        try:
            given = sys.argv[1:] if arguments is None else arguments
            build_parser(next(iter(given), None)).parse_args(given, options)
            status: int | None = options.run(options)
        finally:
            sys.stdout.flush()  # --help exits with SystemExit and may meet a full disk, too
    except BrokenPipeError:
        return 141
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except MemoryError:
        return _fail(_too_little_memory("an allocation failed"))
    except ImportError as error:
        return _fail(_missing(options.command, error))
    except TTSError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(_explain(error))
    return status or 0


def _explain(error: OSError) -> str:
    """Name the file, the reason with its error code, and a remedy. For an open file the system gives no name."""
    if error.strerror is None or error.errno is None:
        return str(error)
    reason = f"({error.strerror}) [{errno.errorcode.get(error.errno, error.errno)}]"
    if error.filename is None:
        return f"cannot go on reading or writing {reason}: {REMEDIES.get(error.errno, 'check where the output goes')}"
    remedy = REMEDIES.get(error.errno, "check the path and its permissions")
    return f"cannot use {os.fsdecode(error.filename)!r} {reason}: {remedy}"


def _missing(command: str, error: ImportError) -> str:
    if any(sign in str(error) for sign in _NO_MEMORY):
        return _too_little_memory(str(error))
    module = (error.name or "").partition(".")[0]
    own = "eval" if command == "evaluate" else ""
    for extra in sorted(EXTRAS, key=lambda extra: extra != own):
        if module in EXTRAS[extra]:
            return f"'tts {command}' needs the package {module}: run pip install '.[{extra}]' in griffon's folder"
    return f"the installation is incomplete ({error}): run pip install --force-reinstall . in griffon's folder"


def _too_little_memory(reason: str) -> str:
    return f"there is too little memory or address space ({reason}): allow 600 MB, as with 'ulimit -v unlimited'"


def _fail(message: str, status: int = 2) -> int:
    with contextlib.suppress(OSError):  # stderr may be broken as well; the status is all that is left
        print(f"tts: {' '.join(message.split())}", file=sys.stderr)
    return status


def _open_closed_streams() -> None:
    """Replace streams that the shell closed, such as by `>&-`, with the null device. They are None."""
    for name, mode in (
        ("stdin", "r"),
        ("stdout", "w"),
        ("stderr", "w"),
    ):  # in this order, so that each gets its own number
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _escape_unprintable() -> None:
    """Escape characters that the terminal's encoding lacks. File names may have them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_lost(stream: Any) -> bool:
    """Whether a stream cannot be flushed, because the disk is full or the reader has gone."""
    try:
        stream.flush()
    except OSError:
        return True
    return False


def _silence_lost_streams() -> None:
    """Redirect broken streams to the null device. Otherwise the interpreter prints an error at exit."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        if _is_lost(stream):
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)

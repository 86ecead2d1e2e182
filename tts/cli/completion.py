"""`tts completion`: print a script that lets a shell complete commands, options and file names."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from tts.bundled import bundled_voices
from tts.cli.parser import examples

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")

_FILES = frozenset("BOOK FILE MANIFEST OUT YAML develop|final|FILE".split())
_FOLDERS = frozenset("CORPUS DIR FEATURES FOLDER OUT_DIR RUN VOICE".split())
"""How the help names arguments that are files or folders."""


def add_commands(commands: Any, build_parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Add this module's command to the parser. build_parser: builds the parser to complete."""
    command = commands.add_parser(
        "completion",
        help="print a script that completes commands in your shell",
        description="Print a script that completes commands, options, choices, voices and file names. Needs the extra "
        "[completion]. Start a new shell after it is installed.",
        epilog=examples(
            "completion bash > ~/.local/share/bash-completion/completions/tts",
            "completion zsh > ~/.zfunc/_tts   # with fpath+=~/.zfunc before compinit in ~/.zshrc",
            "completion fish > ~/.config/fish/completions/tts.fish",
        ),
    )
    command.add_argument("shell", choices=SHELLS, help="shell to print the script for")
    command.set_defaults(run=completion, build_parser=build_parser)


def completion(options: argparse.Namespace) -> None:
    """Print the script."""
    import shtab

    parser = options.build_parser()
    for action in _actions(parser):
        metavar = str(action.metavar)
        if metavar == "NAME|FOLDER":
            action.choices = bundled_voices()
        elif metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(parser, options.shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)

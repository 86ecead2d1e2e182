"""Write docs/parts/commands.md, what `tts --help` and each command's --help say.

Usage: python scripts/docs/write_cli_reference.py     (tests/test_docs.py fails until it has been run after a change)
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/parts/commands.md"


def reference() -> str:
    """The help of every command, under a heading of its own."""
    from tts.cli.main import build_parser

    os.environ["COLUMNS"] = "100"  # the help is wrapped to the terminal
    (commands,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    parts = []
    for name, command in commands.choices.items():
        parts.append(f"## tts {name}\n\n```text\n{command.format_help().rstrip()}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")

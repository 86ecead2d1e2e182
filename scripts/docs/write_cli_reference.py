"""Write the help of every `tts` command into docs/parts/commands.md.

    python scripts/docs/write_cli_reference.py

Run the script after a change of the command line: until then tests/test_docs.py fails.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/parts/commands.md"


def reference() -> str:
    """Return the help of every command under a heading."""
    from tts.cli.main import build_parser

    os.environ["COLUMNS"] = "100"  # width of the help text
    (commands,) = (action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction))
    parts = []
    for name, command in commands.choices.items():
        parts.append(f"## tts {name}\n\n```text\n{command.format_help().rstrip()}\n```\n")
    return "\n".join(parts)


def main() -> None:
    PAGE.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The `tts` command, under a name that nobody else uses: `python -m griffon_tts` is the same command.

A file `tts.py` of the user, or another package of that name, may hide the package. This module names it instead of
failing with a puzzle.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec


def main() -> int:
    """Run the command. Returns its status, 2 if another `tts` hides the package."""
    stranger = _stranger()
    if stranger is not None:
        print(f"tts: {stranger} hides griffon's package tts: rename it, or work in another folder", file=sys.stderr)
        return 2
    from tts.cli.main import main as run

    return run()


def _stranger() -> str | None:
    """Return the file or the folder that `import tts` finds, if it is not the package beside this file."""
    spec = find_spec("tts")
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tts")  # noqa: PTH100, PTH118, PTH120
    places = [] if spec is None else list(spec.submodule_search_locations or [spec.origin or ""])
    if any(os.path.realpath(place) == os.path.realpath(here) for place in places):
        return None
    return ", ".join(places) or "something"


if __name__ == "__main__":
    sys.exit(main())

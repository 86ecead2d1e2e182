"""Write the oldest versions that `pyproject.toml` allows as constraints for pip.

    python scripts/checks/oldest.py [EXTRA ...] > oldest.txt

`.ci/run` installs them beside the package and runs tests, so that a lower bound is a version that works.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from importlib.metadata import requires

_BOUND = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[\w,]+\])?(?:<[\w.]+,)?>=(?P<version>[\w.]+)[^;]*(?:; extra == \"(?P<extra>[\w-]+)\")?"
)


def oldest(requirements: Iterable[str], extras: Iterable[str]) -> list[str]:
    """Return NAME==VERSION for each requirement that has a lower bound, of the package itself and of the extras.

    The bound of an extra, which may be higher, replaces that of the package.
    """
    wanted, found = {None, *extras}, dict[str, str]()
    for requirement in requirements:
        match = _BOUND.fullmatch(requirement)
        if match and match["extra"] in wanted:
            found[match["name"]] = match["version"]
    return [f"{name}=={version}" for name, version in found.items()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extras", nargs="*", metavar="EXTRA", help="extras of the package, such as serve")
    arguments = parser.parse_args()
    print("\n".join(oldest(requires("griffon-tts") or (), arguments.extras)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

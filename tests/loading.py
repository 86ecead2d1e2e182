"""Load and run scripts and recipes, which are not part of the package."""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[1]


def load_script(path: str) -> ModuleType:
    """Import the script at a path in the repository. As in a real run it finds the modules in its folder."""
    file = REPOSITORY / path
    spec = importlib.util.spec_from_file_location(f"{file.parent.name}_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(file.parent))
        spec.loader.exec_module(module)
    return module


def run_script(path: str, *arguments: str | Path, **constants: object) -> int:
    """Run a script in this process as `python PATH ARGUMENTS...` would; return its exit status.

    constants: values of the script to replace. The environment and the cores of this process are restored afterwards,
    because some scripts change them.
    """
    environment, cores, interrupt = dict(os.environ), os.sched_getaffinity(0), signal.getsignal(signal.SIGINT)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", [path, *map(str, arguments)])
            module = load_script(path)
            for name, value in constants.items():
                patch.setattr(module, name, value)
            return module.main() or 0
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        os.environ.clear()
        os.environ.update(environment)
        os.sched_setaffinity(0, cores)
        assert signal.getsignal(signal.SIGINT) is interrupt, f"{path} answers Ctrl-C otherwise from here on"


def scripts_in(folder: str) -> set[str]:
    """Return the paths of all files in a folder of the repository that can be run."""
    files = (REPOSITORY / folder).rglob("*.py")
    return {
        str(file.relative_to(REPOSITORY)) for file in files if 'if __name__ == "__main__":' in file.read_text("utf-8")
    }

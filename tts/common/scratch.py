"""Give libraries a folder for their caches where the user's home cannot be written."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path

from tts.errors import StorageError

VARIABLES = ("NUMBA_CACHE_DIR", "MPLCONFIGDIR")
"""Where numba, which librosa compiles with and which fails without a cache, and matplotlib keep theirs."""


def lend_caches() -> None:
    """Set the variables that are not set to a folder that is removed at exit, unless the home can be written.

    Raises StorageError if no folder for temporary files can be written either.
    """
    wanted = [name for name in VARIABLES if name not in os.environ]
    if not wanted or _can_write(Path("~/.cache").expanduser()):
        return
    try:
        folder = tempfile.mkdtemp(prefix="griffon-")  # of this user alone: numba loads what it finds there
    except FileNotFoundError as error:
        raise StorageError(
            f"neither the home nor a folder for temporary files can be written ({error.strerror}): set TMPDIR to one"
        ) from error
    weakref.finalize(os.environ, shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(dict.fromkeys(wanted, folder))


def _can_write(folder: Path) -> bool:
    """Whether a folder can be written, or made."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK)

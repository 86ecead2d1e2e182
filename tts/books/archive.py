"""Read the files of an EPUB, which is a zip archive, within bounds. Nothing outside the archive is ever opened."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote

from tts.errors import BookError

MOST_FILES = 20_000
LARGEST_FILE, LARGEST_INDEX, LARGEST_BOOK = 16 << 20, 4 << 20, 128 << 20
"""Maximum number of decompressed bytes: of one file, of a list of files or chapters, and of all files that are read."""


class EpubArchive:
    """The files of an EPUB by their paths. A context manager."""

    def __init__(self, path: Path) -> None:
        """Raises BookError if the file is not a zip archive, or has too many files."""
        self.name = str(path)
        self._left = LARGEST_BOOK
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise self._damaged(error) from error
        self.paths = {info.filename for info in self._zip.infolist()}
        if len(self.paths) > MOST_FILES:
            self._zip.close()
            raise BookError(f"{self.name!r} has {len(self.paths):,} files: a book may have {MOST_FILES:,}")

    def __enter__(self) -> EpubArchive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, path: str, limit: int = LARGEST_FILE) -> bytes:
        """Return the bytes of a file.

        Raises BookError if the file is missing, damaged, encrypted, or larger than the bounds when it is decompressed.
        """
        if path not in self.paths:
            raise BookError(f"{self.name!r} lacks the file {path!r}, which it lists: get the book again")
        limit = min(limit, self._left)
        try:
            info = self._zip.getinfo(path)
            if info.flag_bits & 1:
                raise protected(self.name)
            with self._zip.open(info) as file:
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
            if isinstance(error, BookError):
                raise
            raise self._damaged(error) from error
        if len(data) > limit:
            raise BookError(
                f"{path!r} in {self.name!r} is larger than {limit >> 20} MiB when it is decompressed: a book's text is "
                "not; do not trust this file"
            )
        self._left -= len(data)
        return data

    def _damaged(self, error: Exception) -> BookError:
        return BookError(f"{self.name!r} is not a whole EPUB ({error}): get the book again")


def protected(name: str) -> BookError:
    """Return the error for a book that is encrypted."""
    return BookError(f"{name!r} is encrypted (DRM), and griffon reads only books without it: ask its seller for one")


def resolve(base: str, href: str) -> tuple[str, str]:
    """Return the path in the archive, and the fragment, of a link in the file `base`.

    The path is "" for a link that leaves the archive.
    """
    target, _, fragment = href.partition("#")
    target = unquote(target)
    if "://" in target or target.startswith(("/", "\\", "data:", "mailto:")):
        return "", unquote(fragment)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), target)) if target else base
    return ("" if path.startswith("..") else path), unquote(fragment)

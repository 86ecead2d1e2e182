"""EPUBs for `fuzz_files.py`, and the check of what is read of them."""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from fuzz_inputs import mutations, texts
from hypothesis import strategies as st

from tts.books.pieces import cut_chapter
from tts.books.read import read_book
from tts.errors import TTSError
from tts.text.frontend import Frontend

Change = tuple[str, bytes]
"""The name of a file in the archive, and its new content."""


def check_epub(folder: Path) -> Callable[[bytes], None]:
    """Return a check of an EPUB: it is refused, or all that is read can be spoken; and nothing else is written."""
    frontend = Frontend()

    def check(data: bytes) -> None:
        path = folder / "a.epub"
        path.write_bytes(data)
        before = sorted(folder.iterdir())
        try:
            book = read_book(path)
        except TTSError:
            return
        finally:
            assert sorted(folder.iterdir()) == before
        for chapter in book.chapters:
            for piece in cut_chapter(chapter):
                for block in piece.blocks:
                    list(frontend.sentences(block.html, "html"))

    return check


def epub_cases() -> st.SearchStrategy[bytes]:
    """Return EPUBs: damaged archives, and whole ones of which a file is damaged or has pieces of markup."""
    archive, content = _tiny()

    def changes(name: str) -> st.SearchStrategy[Change]:
        markup = texts("html") | texts("ssml")
        inserted = st.builds(_insert, st.just(content[name]), st.integers(0, len(content[name])), markup)
        return st.tuples(st.just(name), mutations(content[name]) | inserted)

    def packed(change: Change) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
            for name, data in (content | dict([change])).items():
                out.writestr(name, data)
        return file.getvalue()

    return mutations(archive) | st.sampled_from(sorted(content)).flatmap(changes).map(packed)


def _insert(data: bytes, place: int, markup: str) -> bytes:
    return data[:place] + markup.encode() + data[place:]


def _tiny() -> tuple[bytes, dict[str, bytes]]:
    """Return a small book as bytes, and its files."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.books import epubs

    with tempfile.TemporaryDirectory() as folder:
        path = epubs.tiny(Path(folder) / "a.epub")
        with zipfile.ZipFile(path) as files:
            return path.read_bytes(), {name: files.read(name) for name in files.namelist()}

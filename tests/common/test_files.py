"""Files appear whole or not at all, and journals survive a crash."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from tts.common.files import (
    append_json_line,
    atomic_write,
    atomic_write_text,
    lock_file,
    name_aside,
    read_json_lines,
    remove_unfinished,
)
from tts.errors import StorageError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    with atomic_write(path) as aside:
        assert aside.parent == path.parent
        aside.write_text("after")
        assert path.read_text() == "before"
    assert path.read_text() == "after"
    assert names(tmp_path) == ["a.txt"]


def test_a_file_is_flushed_to_the_disk_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, bool]] = []
    flush = os.fsync

    def look(descriptor: int) -> None:
        flush(descriptor)
        seen.append((os.fstat(descriptor).st_size, (tmp_path / "a").exists()))

    monkeypatch.setattr(os, "fsync", look)
    atomic_write_text(tmp_path / "a", "content")
    assert seen == [(7, False)]


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")])
def test_a_failure_leaves_the_earlier_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(type(error)), atomic_write(path) as aside:  # noqa: PT012
        aside.write_text("half")
        raise error
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a.txt"]


def test_errors_of_the_system_name_the_file_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.txt"
    with pytest.raises(FileNotFoundError) as error:
        atomic_write_text(path, "text")
    assert error.value.filename == str(path)
    with pytest.raises(OSError, match="full") as error, atomic_write(tmp_path / "b") as aside:  # noqa: PT012
        aside.touch()
        raise OSError(errno.ENOSPC, "full")
    assert (error.value.errno, error.value.filename) == (errno.ENOSPC, str(tmp_path / "b"))
    with pytest.raises(OSError, match="full") as error, atomic_write(tmp_path / "b"):
        raise OSError(errno.ENOSPC, "full", "another")
    assert error.value.filename == "another"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions and links")
def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "a", tmp_path / "link"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    atomic_write_text(link, "after")
    assert link.is_symlink()
    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o640
    umask = os.umask(0o027)
    try:
        atomic_write_text(tmp_path / "new", "text")
    finally:
        os.umask(umask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_a_name_of_any_length_will_do(tmp_path: Path) -> None:
    atomic_write_text(tmp_path / ("a" * 255), "text")
    assert names(tmp_path) == ["a" * 255]


def test_lines_are_written_as_they_are_given(tmp_path: Path) -> None:
    atomic_write_text(tmp_path / "a", "é\nb\r\n")
    assert (tmp_path / "a").read_bytes() == "é\nb\r\n".encode()


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    name_aside(tmp_path / "a").write_text("half")
    (tmp_path / "whole").write_text("whole")
    remove_unfinished(tmp_path)
    assert names(tmp_path) == ["whole"]
    remove_unfinished(tmp_path / "missing")


def rows(path: Path) -> list[tuple[int, dict[str, object]]]:
    return list(read_json_lines(path, "'tts test'", ("id",)))


def test_a_journal_has_the_offset_of_each_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert rows(path) == []
    with path.open("ab") as file:
        offsets = [append_json_line(file, {"id": name}) for name in ("a", "é\u2028\ud800\n", "c")]
        assert rows(path) == list(zip(offsets, [{"id": "a"}, {"id": "é\u2028\ud800\n"}, {"id": "c"}], strict=True))
    with path.open("rb") as file:
        file.seek(offsets[2])
        assert file.readline() == b'{"id": "c"}\n'


@pytest.mark.parametrize("torn", [b'{"id": "b"', b'{"id": "b"}', b"\0" * 100, "é".encode()[:1]])
def test_a_last_line_cut_short_is_removed(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a"}\n' + torn)
    assert [row for _, row in rows(path)] == [{"id": "a"}]
    assert path.read_bytes() == b'{"id": "a"}\n'
    with path.open("ab") as file:
        append_json_line(file, {"id": "b"})
    assert [row for _, row in rows(path)] == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("line", [b"id,text\n", b"[1]\n", b'{"name": "a"}\n', b'{"id": "b"\n', b"\xff\n"])
def test_a_file_of_another_program_is_left_alone(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a"}\n\n' + line)
    with pytest.raises(StorageError, match=r"a.jsonl, line 3, is not of 'tts test': move the file away"):
        rows(path)
    assert path.read_bytes().endswith(line)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_a_file_is_locked_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("ab") as first, path.open("ab") as second:
        lock_file(first, "it is mine")
        with pytest.raises(StorageError, match="it is mine"):
            lock_file(second, "it is mine")
        first.close()
        lock_file(second, "it is mine")

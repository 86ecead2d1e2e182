"""A download continues where it stopped, and a partial download is never taken for a corpus."""

from __future__ import annotations

import errno
import hashlib
import io
import tarfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.disk import largest_file
from tts.cli.main import main
from tts.corpus import download
from tts.corpus.download import LJSPEECH, Archive, fetch

FOLDER = "LJSpeech-1.1"


class Server(ThreadingHTTPServer):
    """Serve one file, optionally with ranges; disconnect after `limit` bytes."""

    content = b""
    knows_ranges = True
    limit: int | None = None
    n_sent = 0


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        content, first = self.server.content, 0
        if self.server.knows_ranges and "Range" in self.headers:
            first = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        if self.path != "/corpus.tar.bz2" or (first and first >= len(content)):
            self.send_error(404 if self.path != "/corpus.tar.bz2" else 416)
            return
        self.send_response(206 if first or self.server.knows_ranges else 200)
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        sent = content[first:][: self.server.limit]
        self.server.n_sent += len(sent)
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(tiny_corpus: Path) -> Iterator[Server]:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:bz2") as tar:
        tar.add(tiny_corpus, FOLDER)
    with Server(("127.0.0.1", 0), Handler) as serving:
        serving.content = buffer.getvalue()
        thread = Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def archive(server: Server) -> Archive:
    url = f"http://127.0.0.1:{server.server_port}/corpus.tar.bz2"
    return Archive(url, hashlib.sha256(server.content).hexdigest(), FOLDER)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("knows_ranges", [True, False])
def test_a_broken_download_goes_on(server: Server, tiny_corpus: Path, tmp_path: Path, knows_ranges: bool) -> None:
    corpus = tmp_path / "new" / "corpus"
    server.knows_ranges, server.limit = knows_ranges, 1000
    with pytest.raises(ValueError, match=rf"stopped at 1000 of {len(server.content)} bytes: the same command"):
        fetch(archive(server), corpus)
    assert not corpus.exists()
    server.limit = None
    fetch(archive(server), corpus)
    assert contents(corpus) == contents(tiny_corpus)
    assert list(corpus.parent.iterdir()) == [corpus]  # no archive and no partial file is left
    assert server.n_sent == len(server.content) + (0 if knows_ranges else 1000)
    fetch(Archive("http://127.0.0.1:9/", "", ""), corpus)  # no request for existing data


def test_a_whole_archive_is_not_asked_for_again(server: Server, tiny_corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.download").write_bytes(server.content)
    (tmp_path / "corpus.unpacking" / FOLDER).mkdir(parents=True)  # it was interrupted here
    fetch(archive(server), tmp_path / "corpus")
    assert contents(tmp_path / "corpus") == contents(tiny_corpus)
    assert server.n_sent == 0


def test_another_file_is_refused_and_removed(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"has the SHA-256 \w{64}, but 000 is expected; it was removed"):
        fetch(archive(server)._replace(sha256="000"), tmp_path / "corpus")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_cannot_write_elsewhere(server: Server, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:bz2") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))
    server.content = buffer.getvalue()
    with pytest.raises(ValueError, match=r"corpus.download cannot be unpacked \(.*outside"):
        fetch(archive(server), tmp_path / "inner" / "corpus")
    assert not (tmp_path / "inner" / "outside").exists()


def test_errors_of_the_network_are_one_line(server: Server, tmp_path: Path) -> None:
    missing = archive(server)._replace(url=f"http://127.0.0.1:{server.server_port}/other")
    with pytest.raises(ValueError, match=r"cannot be downloaded \(404"):
        fetch(missing, tmp_path / "corpus")
    server.server_close()
    with pytest.raises(ValueError, match=r"cannot be reached .*: check the network"):
        fetch(archive(server), tmp_path / "corpus")


@pytest.mark.parametrize("is_downloaded", [False, True])
def test_a_full_disk_is_told_with_its_file(
    server: Server, tiny_corpus: Path, tmp_path: Path, is_downloaded: bool
) -> None:
    packed, corpus = tmp_path / "corpus.download", tmp_path / "corpus"
    if is_downloaded:
        packed.write_bytes(server.content)
    with largest_file(3000), pytest.raises(OSError, match="too large") as caught:
        fetch(archive(server), corpus)
    assert caught.value.errno == errno.EFBIG
    unpacked = Path(str(caught.value.filename)).is_relative_to(tmp_path / "corpus.unpacking")
    assert unpacked if is_downloaded else caught.value.filename == str(packed)
    assert not corpus.exists()
    fetch(archive(server), corpus)  # the same command continues
    assert contents(corpus) == contents(tiny_corpus)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match="holds other files than a corpus: name a new folder"):
        fetch(LJSPEECH, tmp_path)


def test_the_command_downloads_and_prepares(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(download, "LJSPEECH", archive(server))
    monkeypatch.chdir(tmp_path)
    assert main(["prepare", "ljspeech", FOLDER, "--download", "--out", "features", "--workers", "1"]) == 0
    output = capsys.readouterr().out
    assert output.startswith("clips      12, 0.00 hours")
    assert (tmp_path / "features" / "report.txt").read_text() in output

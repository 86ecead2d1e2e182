"""Damaged and hostile EPUBs: one clear error, nothing read outside the file, bounded time and memory."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.books import epubs
from tts.books import archive, document
from tts.books.read import read_book
from tts.books.tokens import tokens
from tts.errors import BookError

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
SECRET = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ENCRYPTED = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
    'xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod Algorithm="{}"/><CipherData><CipherReference '
    'URI="OEBPS/one.xhtml"/></CipherData></EncryptedData></encryption>'
)


def fails(path: Path, message: str) -> None:
    with pytest.raises(BookError, match=message) as error:
        read_book(path)
    assert "\n" not in str(error.value)


def test_encrypted_books(tmp_path: Path) -> None:
    key = ENCRYPTED.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    fails(epubs.tiny(tmp_path / "a.epub", **{"META-INF/encryption.xml": key}), r"is encrypted \(DRM\)")
    fonts = ENCRYPTED.format("http://www.idpf.org/2008/embedding")
    assert read_book(epubs.tiny(tmp_path / "b.epub", **{"META-INF/encryption.xml": fonts})).chapters


def test_an_encrypted_zip(tmp_path: Path) -> None:
    path = epubs.tiny(tmp_path / "a.epub")
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):  # set the flag of encryption in every header
        start = -1
        while (start := data.find(magic, start + 1)) >= 0:
            data[start + offset] |= 1
    path.write_bytes(data)
    fails(path, r"is encrypted \(DRM\)")


def test_broken_zips(tmp_path: Path) -> None:
    whole = epubs.tiny(tmp_path / "a.epub").read_bytes()
    path = tmp_path / "b.epub"
    for data in (whole[: len(whole) // 2], whole[:40], b"", b"<html>", whole.replace(b"PK\1\2", b"PK\1\3")):
        path.write_bytes(data)
        fails(path, "is not a whole EPUB .*: get the book again|is not a whole EPUB: get the book again")


def test_every_damaged_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    whole = epubs.tiny(tmp_path / "a.epub").read_bytes()
    path = tmp_path / "b.epub"
    for place in range(0, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(BookError):
            read_book(path)


@pytest.mark.parametrize("doctype", [BOMB, SECRET])
@pytest.mark.parametrize("name", ["content.opf", "META-INF/container.xml"])
def test_entities_are_refused(doctype: str, name: str, tmp_path: Path) -> None:
    source = epubs.CONTAINER.format("OEBPS/content.opf") if "META" in name else epubs.package(["one.xhtml"])
    hostile = source.replace('<?xml version="1.0"?>', doctype)
    fails(epubs.tiny(tmp_path / "a.epub", **{name: hostile}), "declares entities")


@pytest.mark.parametrize("doctype", [BOMB, SECRET])
def test_entities_of_documents_stay_unread(doctype: str, tmp_path: Path) -> None:
    path = epubs.tiny(tmp_path / "a.epub", **{"two.xhtml": doctype + epubs.page("<p>Safe &a; &b;.</p>")})
    assert read_book(path).chapters[-1].blocks[0].html == "Safe &amp;a; &amp;b;."


@pytest.mark.parametrize("href", ["../../secret.xhtml", "/etc/passwd", "file:///etc/passwd", "..%2f..%2fsecret.xhtml"])
def test_nothing_outside_is_read(href: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "secret.xhtml").write_text(epubs.page("<p>Secret.</p>"), encoding="utf-8")
    package = epubs.package([href, "two.xhtml"])
    path = epubs.tiny(tmp_path / "a.epub", **{"content.opf": package})
    assert "Secret" not in str(read_book(path))
    (message,) = caplog.messages
    assert message == f"the book lists {href!r}, outside the archive, and left out: do not trust this file"
    outside = epubs.CONTAINER.format(href)
    with pytest.raises(BookError, match=r"outside the archive|lacks the file"):
        read_book(epubs.tiny(tmp_path / "b.epub", **{"META-INF/container.xml": outside}))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured with /proc")
def test_a_zip_bomb(tmp_path: Path) -> None:
    path = epubs.tiny(tmp_path / "a.epub")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file, file.open("OEBPS/bomb.xhtml", "w") as bomb:
        for _ in range(300):
            bomb.write(bytes(1 << 20))
    package = epubs.package(["two.xhtml", "bomb.xhtml"])
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("OEBPS/content.opf", package)
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom tts.books.read import read_book\n"
        "try:\n    read_book(Path(sys.argv[1]))\nexcept ValueError as error:\n    print(error)\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    message, memory = result.stdout.splitlines()
    assert "is larger than 16 MiB when it is decompressed" in message
    assert int(memory) < 150_000  # KiB, of which the interpreter takes about a third


def test_many_files_and_many_bytes_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = epubs.tiny(tmp_path / "a.epub")
    monkeypatch.setattr(archive, "LARGEST_BOOK", 2000)
    fails(path, "is larger than 0 MiB when it is decompressed")
    monkeypatch.setattr(archive, "MOST_FILES", 5)
    fails(path, "has 9 files: a book may have 5")


def test_deep_nesting(tmp_path: Path) -> None:
    deep = "<div>" * 50_000 + "Deep." + "</div>" * 50_000
    assert read_book(epubs.tiny(tmp_path / "a.epub", **{"two.xhtml": epubs.page(deep)})).chapters[-1].n_words == 1
    package = epubs.package(["two.xhtml"]).replace("<manifest>", "<manifest>" + "<a>" * 200 + "</a>" * 200)
    fails(epubs.tiny(tmp_path / "b.epub", **{"content.opf": package}), "nested more than 100 deep")


def test_many_paragraphs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert document.MOST_BLOCKS == 200_000
    monkeypatch.setattr(document, "MOST_BLOCKS", 1000)
    pages = {number: epubs.page("<p>a" * number) for number in (1000, 1001)}
    assert len(read_book(epubs.tiny(tmp_path / "a.epub", **{"two.xhtml": pages[1000]})).chapters[-1].blocks) == 1000
    fails(epubs.tiny(tmp_path / "b.epub", **{"two.xhtml": pages[1001]}), "more than 1,000 paragraphs")


@pytest.mark.parametrize("part", ["<", "<a ", '<a "', "<a '", "&", "<!--", "<![CDATA[", "<a b='", "<script>", "&#"])
def test_broken_markup_takes_linear_time(part: str) -> None:
    start = time.process_time()
    for _ in tokens(part * (500_000 // len(part))):
        pass
    assert time.process_time() - start < 5  # quadratic time would be many minutes

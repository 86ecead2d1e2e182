"""The EPUB with media overlays is valid, and each word is heard when it lights up."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.books import epubs
from tests.books.making import Maker
from tts.books.read import read_book
from tts.books.run import BookProgress
from tts.books.spans import mark_words
from tts.books.speaking import PlacedWord

pytest.importorskip("av", reason="no package av: pip install '.[book]'")
EPUBCHECK, JAVA = shutil.which("epubcheck"), shutil.which("java")
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of Java for a program that ends soon: they halve its time."""
SMIL = "{http://www.w3.org/ns/SMIL}"


def check(path: Path) -> None:
    """Run epubcheck. Debian's is a jar, others are programs."""
    assert EPUBCHECK
    command = [JAVA or "java", *QUICK, "-jar", EPUBCHECK] if zipfile.is_zipfile(EPUBCHECK) else [EPUBCHECK]
    result = subprocess.run([*command, str(path), "--failonwarnings"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 fatals / 0 errors / 0 warnings" in result.stdout + result.stderr


@pytest.mark.skipif(EPUBCHECK is None or JAVA is None, reason="no epubcheck here: as with 'apt install epubcheck'")
@pytest.mark.parametrize(("name", "kind"), [("a.m4b", "m4a"), ("folder", "mp3")])
def test_epubcheck_accepts_it(name: str, kind: str, maker: Maker) -> None:
    hard = epubs.page(
        "<h2>A &amp; B</h2><p>1 &lt; 2, <b>un</b>known; $5 <em>million dollars in</em> 1984.</p><pre>x\ny</pre>"
    )
    maker.book = read_book(epubs.tiny(maker.folder / "book.epub", **{"two.xhtml": hard}))
    maker.book = replace(maker.book, title='A "Tiny" <Book> & more', authors=("A & B",))
    maker.make(name, kind, subtitles="epub")
    (path,) = maker.folder.rglob("*.read-aloud.epub")
    check(path)


def test_every_word_has_a_clip_and_clips_join(maker: Maker) -> None:
    entries = maker.make("folder", "mp3", subtitles="epub")
    with zipfile.ZipFile(maker.folder / "folder" / "A Tiny Book.read-aloud.epub") as archive:
        page = archive.read("EPUB/chapter-0002.xhtml").decode()
        smil = ElementTree.fromstring(archive.read("EPUB/chapter-0002.smil"))
        sound = archive.read("EPUB/audio/chapter-0002.mp3")
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    assert sound == (maker.folder / "folder" / "02 Chapter the First.mp3").read_bytes()
    words = re.findall(r'<span id="(w\d+)">([^<]*)</span>', page)
    assert " ".join(word for _, word in words[:8]) == "Chapter the First It was a dark night"
    pars = [*smil.iter(f"{SMIL}par")]
    targets = [par[0].attrib["src"].partition("#")[2] for par in pars]
    assert targets == [name for name, _ in words]
    begins = [float(par[1].attrib["clipBegin"].rstrip("s")) for par in pars]
    ends = [float(par[1].attrib["clipEnd"].rstrip("s")) for par in pars]
    assert begins[0] == 0
    assert begins[1:] == ends[:-1]
    assert begins == sorted(begins)
    assert ends[-1] == pytest.approx(entries[1].seconds, abs=1e-3)


def test_a_second_run_keeps_it_and_another_choice_of_chapters_replaces_it(maker: Maker) -> None:
    maker.make("folder", "mp3", subtitles="epub")
    before = maker.files("folder")
    seen = list[BookProgress]()
    maker.make("folder", "mp3", report=seen.append, subtitles="epub")
    assert not any(one.is_new for one in seen)
    assert maker.files("folder") == before
    maker.make("folder", "mp3", subtitles="epub", book=replace(maker.book, chapters=maker.book.chapters[:1]))
    after = maker.files("folder")
    assert after["A Tiny Book.read-aloud.epub"] != before["A Tiny Book.read-aloud.epub"]
    assert after["02 Chapter the First.mp3"] == before["02 Chapter the First.mp3"]


def test_words_across_elements_stay_well_formed() -> None:
    html = "<em>un</em>known one<em> two three</em>"
    words = [PlacedWord(0, 0, 16, 0.0, 0.1), PlacedWord(0, 17, 28, 0.2, 0.3), PlacedWord(0, 29, 34, 0.4, 0.5)]
    marked, clips = mark_words(html, words, 10.0, 5)
    assert marked == '<span id="w6"><em>un</em>known</span> one<em> two <span id="w7">three</span></em>'
    assert [clip.start_time for clip in clips] == [10.0, 10.4]


def test_words_of_one_span_are_one_clip() -> None:
    words = [PlacedWord(0, 0, 4, 0.0, 0.1), PlacedWord(0, 0, 4, 0.1, 0.2)]
    assert mark_words("1984", words, 0.0, 0) == ('<span id="w1">1984</span>', [("w1", 0.0)])

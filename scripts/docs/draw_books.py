"""Make a small audiobook and draw what ffprobe and a browser show of it, for docs/books.md.

    python scripts/docs/draw_books.py [--voice NAME] [--at 8] [--out docs/images]

book-chapters.png: the cover, the tags and the chapters of the .m4b, as ffprobe reads them. book-overlay.png: a page of
the EPUB with media overlays, in Chromium, at a moment of the sound: the word that its SMIL file names for this moment
has the class that the package names. A reading system does the same.
"""

from __future__ import annotations

import argparse
import base64
import html
import io
import json
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.books import epubs
from tests.browser import CHROMIUM, launched

CHAPTERS = {
    "The Harbour": "<p>It was a bright morning when the <em>Heron</em> left the harbour.</p>"
    "<p>“Which way?” asked the captain. The wind, at 12 knots, gave the answer.</p>",
    "The Storm": "<p>By night the sea stood as high as the mast, and nobody slept.</p><p>At 4 a.m. it was over.</p>",
    "The Island": "<p>There was smoke above the trees. “We are not the first,” said the cook.</p>",
    "Home Again": "<p>The harbour was as they had left it, in 1871.</p><p>Only the clock had stopped.</p>",
}
SIZE = {"width": 676, "height": 330}  # pixels of the pictures
SMIL = "{http://www.w3.org/ns/SMIL}"
STYLE = """body { font: 16px sans-serif; margin: 18px; }
img { float: left; margin: 0 18px 14px 0; width: 90px; }
h1 { font-size: 16px; margin: 0 0 4px; padding-top: 36px; }
p { margin: 4px 0; }
small { color: #555; }
table { border-collapse: collapse; clear: both; width: 640px; }
th, td { border-bottom: 1px solid #ddd; padding: 5px 8px; text-align: left; }"""


def cover() -> bytes:
    """Return a picture of a ship at night."""
    picture, data = Image.new("RGB", (300, 420), "#18344f"), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.ellipse((90, 80, 210, 200), fill="#f0c95a")
    draw.rectangle((0, 300, 300, 420), fill="#0c1c2c")
    draw.polygon([(110, 300), (190, 300), (150, 230)], fill="#e6e4dc")
    picture.save(data, "JPEG")
    return data.getvalue()


def write_book(path: Path) -> Path:
    """Write an EPUB of four chapters."""
    pages = {
        f"{number}.xhtml": epubs.page(f"<h1>{title}</h1>{text}")
        for number, (title, text) in enumerate(CHAPTERS.items(), 1)
    }
    item = '<item id="c" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
    package = epubs.package([*pages], more=item).replace("A Tiny Book", "The Voyage of the Heron")
    package = package.replace('<dc:creator id="b">Ted Translator</dc:creator>', "")
    contents = epubs.nav(*zip(pages, CHAPTERS, strict=True))
    return epubs.write(path, {"content.opf": package, "nav.xhtml": contents, "cover.jpg": cover(), **pages})


def chapters_page(book: Path) -> str:
    """Return a page of what ffprobe reads from an audiobook."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_format", str(book)]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    picture = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(book), "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-"],
        check=True,
        capture_output=True,
    ).stdout
    tags = {name: html.escape(value) for name, value in seen["format"]["tags"].items()}
    rows = "".join(
        f"<tr><td>{number}</td><td>{html.escape(one['tags']['title'])}</td><td>{clock(one['start_time'])}</td>"
        f"<td>{clock(one['end_time'])}</td></tr>"
        for number, one in enumerate(seen["chapters"], 1)
    )
    return (
        f'<!DOCTYPE html><meta charset="utf-8"><style>{STYLE}</style>'
        f'<img src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}" alt="">'
        f"<h1>{tags['title']}</h1><p>{tags['artist']}</p>"
        f"<p><small>{book.name}, {float(seen['format']['duration']):.1f} s, {tags['genre']}</small></p>"
        f"<table><tr><th></th><th>chapter</th><th>start</th><th>end</th></tr>{rows}</table>"
    )


def clock(seconds: str) -> str:
    minutes, rest = divmod(float(seconds), 60)
    return f"{minutes:.0f}:{rest:05.2f}"


def word_at(smil: str, seconds: float) -> str:
    """Return the name of the element that is heard at a moment."""
    for par in ET.fromstring(smil).iter(f"{SMIL}par"):
        text, audio = par
        begin, end = (float(audio.attrib[name].rstrip("s")) for name in ("clipBegin", "clipEnd"))
        if begin <= seconds < end:
            return text.attrib["src"].partition("#")[2]
    raise ValueError(f"no word is heard at {seconds} s: choose another --at")


def show_overlay(page: Page, book: Path, folder: Path, seconds: float) -> None:
    """Show the first chapter of an EPUB with media overlays as it is at a moment of its sound."""
    with zipfile.ZipFile(book) as archive:
        archive.extractall(folder)
    package = ET.parse(folder / "EPUB" / "content.opf")
    (active,) = (one.text for one in package.iter() if one.get("property") == "media:active-class")
    word = word_at((folder / "EPUB" / "chapter-0001.smil").read_text(encoding="utf-8"), seconds)
    page.goto((folder / "EPUB" / "chapter-0001.xhtml").as_uri())
    page.evaluate("([word, active]) => document.getElementById(word).classList.add(active)", [word, active])


def draw(page: Page, path: Path) -> None:
    """Write a picture of a page with few colours."""
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(64).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", help="bundled name or folder (default: the default voice)")
    parser.add_argument("--at", type=float, default=8.0, help="second of the first chapter (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder to write (default: %(default)s)")
    options = parser.parse_args()
    missing = [name for name in ("ffprobe", "ffmpeg") if shutil.which(name) is None]
    if missing or CHROMIUM is None:
        raise SystemExit("ffmpeg and chromium are needed: apt-get install ffmpeg chromium")
    from tts.cli.main import main as tts

    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, launched() as browser:
        folder = Path(name)
        command: list[Any] = ["book", write_book(folder / "heron.epub"), folder / "heron.m4b", "--subtitles", "epub"]
        command += ["--workers", "1", *(["--voice", options.voice] if options.voice else [])]
        if tts([str(word) for word in command]):
            raise SystemExit(1)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        page.set_content(chapters_page(folder / "heron.m4b"))
        draw(page, options.out / "book-chapters.png")
        show_overlay(page, folder / "heron.read-aloud.epub", folder / "epub", options.at)
        draw(page, options.out / "book-overlay.png")


if __name__ == "__main__":
    main()

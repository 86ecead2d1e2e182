"""Read a book aloud into one .m4b with chapters, as `tts book` does: pip install '.[book]'."""

from pathlib import Path

from tts import SynthesisOptions
from tts.books.read import read_book
from tts.books.run import BookProgress, Target, make_audiobook
from tts.books.speaking import ChapterReading
from tts.voice import DEFAULT


def report(progress: BookProgress) -> None:
    if progress.chapter:
        print("finished:", progress.chapter.title)


if __name__ == "__main__":  # each core has a process of its own, which imports this file
    book = read_book(Path("novel.epub"))
    reading = ChapterReading(DEFAULT, dialogue_voice=None, options=SynthesisOptions(speed=1.1))
    make_audiobook(book, Target(Path("novel.m4b"), "m4a"), reading, report)

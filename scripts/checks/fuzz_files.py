"""Read damaged and hostile files: each is read, or refused with an error of this package.

    python scripts/checks/fuzz_files.py [--seconds 60] [KIND ...]

Hypothesis makes the inputs: texts with pieces of markup, and files of a voice, a manifest, a corpus or a book (an EPUB,
or one of the files inside it) with bytes changed, removed and repeated. If a reader raises an unexpected exception,
hypothesis prints the smallest input, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fuzz_epub import check_epub, epub_cases
from fuzz_inputs import PIECES, mutations, texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase

from tts.batch.manifest import LAYOUTS, Manifest, ManifestRow
from tts.corpus.reader import read_metadata
from tts.decoding.engine import Engine
from tts.errors import TTSError
from tts.evaluation.sentences import read_sentences
from tts.options import Markup, SynthesisOptions
from tts.text.frontend import Frontend
from tts.voice import BUNDLED, DEFAULT, Voice

SEEDS = {
    "csv": b'id,text,voice,speed\na,Hello.,michael,1.5\n../b,"x\ny",,\n',
    "jsonl": b'{"id": "a", "text": "Hello.", "seed": 3}\n{"id": "/b", "text": 5}\n',
    "ljspeech": b"a|One.\n../b|Two.|Two.\n/c|Three.\n",
    "lines": b"One.\nTwo.\n",
}
"""A whole file of each layout of a manifest."""


def check_text(kind: Markup, frontend: Frontend) -> Callable[[str], None]:
    """Return a check of one text: its spans are in order and inside the text."""

    def check(text: str) -> None:
        try:
            sentences = list(frontend.sentences(text, kind))
        except TTSError:
            return
        for sentence in sentences:
            assert 0 <= sentence.start <= sentence.end <= len(text)

    return check


def check_voice(folder: Path) -> Callable[[tuple[str, bytes, bool]], None]:
    """Return a check of a voice with one file replaced, with its checksum or without."""
    source = BUNDLED / DEFAULT
    shutil.copytree(source, folder, dirs_exist_ok=True)
    card = json.loads((source / "voice.json").read_text(encoding="utf-8"))

    def check(case: tuple[str, bytes, bool]) -> None:
        name, data, is_signed = case
        (folder / name).write_bytes(data)
        if name != "voice.json" and is_signed:
            files = {**card["files"], name: hashlib.sha256(data).hexdigest()}
            (folder / "voice.json").write_text(json.dumps({**card, "files": files}), encoding="utf-8")
        try:
            Engine(Voice.load(folder))
        except TTSError:
            pass
        finally:
            for each in (name, "voice.json"):
                shutil.copy(source / each, folder / each)

    return check


def voice_cases() -> st.SearchStrategy[tuple[str, bytes, bool]]:
    """Return the name and the content of a file of a voice, and whether the card has its checksum."""
    files = {name: (BUNDLED / DEFAULT / name).read_bytes() for name in ("voice.json", "mel_basis.npz", "encoder.onnx")}
    return st.one_of(
        [st.tuples(st.just(name), mutations(data), st.booleans()) for name, data in files.items()]
        + [st.tuples(st.sampled_from([*files]), st.binary(max_size=100), st.just(True))]
    )


def check_manifest(folder: Path) -> Callable[[tuple[str, bytes]], None]:
    """Return a check of a manifest: an id is a file name without a folder."""

    def check(case: tuple[str, bytes]) -> None:
        layout, data = case
        path = folder / "manifest"
        path.write_bytes(data)
        try:
            rows = list(Manifest(str(path), layout, DEFAULT, SynthesisOptions(), ".wav"))
        except TTSError:
            return
        assert all(Path(row.id).name == row.id for row in rows if isinstance(row, ManifestRow))

    return check


def check_corpus(folder: Path) -> Callable[[bytes], None]:
    """Return a check of a corpus and of a list of sentences: no recording is outside of wavs/."""

    def check(data: bytes) -> None:
        (folder / "metadata.csv").write_bytes(data)
        try:
            rows = read_metadata(folder, [])
            read_sentences(folder / "metadata.csv")
        except TTSError:
            return
        assert all(".." not in row.wav.parts and row.wav.is_relative_to(folder / "wavs") for row in rows)

    return check


def manifest_cases() -> st.SearchStrategy[tuple[str, bytes]]:
    """Return a layout and the content of a manifest."""
    return st.sampled_from(LAYOUTS).flatmap(lambda layout: st.tuples(st.just(layout), mutations(SEEDS[layout])))


def fuzz(kind: str, folder: Path, seconds: float) -> int:
    """Check one kind of file for some seconds. Return the number of inputs. Raises what the smallest one raises."""
    if kind in PIECES:
        strategy, check = texts(kind), check_text(kind, Frontend())  # type: ignore[arg-type]
    elif kind == "voice":
        strategy, check = voice_cases(), check_voice(folder / "voice")  # type: ignore[assignment]
    elif kind == "manifest":
        strategy, check = manifest_cases(), check_manifest(folder)  # type: ignore[assignment]
    elif kind == "epub":
        strategy, check = epub_cases(), check_epub(folder)  # type: ignore[assignment]
    else:
        strategy, check = mutations(SEEDS["ljspeech"]), check_corpus(folder)  # type: ignore[assignment]
    n, end = 0, time.monotonic() + seconds

    @settings(
        max_examples=20, deadline=None, database=InMemoryExampleDatabase(), suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def run(value: object) -> None:
        nonlocal n
        n += 1
        check(value)  # type: ignore[arg-type]

    while n == 0 or time.monotonic() < end:
        run()
    return n


KINDS = (*PIECES, "voice", "manifest", "corpus", "epub")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)} (default: all)")
    parser.add_argument("--seconds", type=float, default=60.0, help="for all kinds together (default: %(default)s)")
    arguments = parser.parse_args()
    kinds = arguments.kinds or KINDS
    logging.disable(logging.WARNING)  # of unknown columns
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            n = fuzz(kind, Path(folder), arguments.seconds / len(kinds))
            print(f"{kind}: {n} inputs, each read or refused", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

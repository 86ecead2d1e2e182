"""`tts batch`: synthesize a manifest of texts into a folder of files."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.batch.manifest import LAYOUTS, Fault
from tts.cli.parser import examples
from tts.cli.speak import add_voice, synthesis_options

if TYPE_CHECKING:
    from tqdm import tqdm

    from tts.batch.manifest import Manifest
    from tts.batch.results import Result

FORMATS = ("wav", "flac", "ogg", "opus", "mp3", "aac", "m4a")
SHOWN = 20  # failures shown on the terminal; results.jsonl has all of them

_DESCRIPTION = """MANIFEST is a csv or tsv with a header, JSON Lines, LJSpeech's metadata.csv, or a text with a row on
each line. Columns: text; id, the name of the file (default: the number of the line); voice, one of 'tts voices' or a
folder inside one of --voice-folder; speed, pitch, volume, sentence_pause, paragraph_pause, seed, markup, code.
OUT_DIR/results.jsonl has a line for each row: id, file, seconds, words, warnings, error. After an interruption, the
same command continues: a row is spoken again only if it changed or its file is missing. The status is 1 if a row
failed."""


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    command = commands.add_parser(
        "batch",
        help="speak many texts into many files, on all cores or on a cluster",
        description=_DESCRIPTION,
        epilog=examples("batch lines.csv out", "batch lines.txt out --format opus --workers 4"),
    )
    command.add_argument("manifest", metavar="MANIFEST", help="file with a row for each text; - reads standard input")
    command.add_argument("folder", type=Path, metavar="OUT_DIR", help="folder to write")
    command.add_argument(
        "--layout", choices=LAYOUTS, help="of the manifest (default: by its suffix, and lines for any other)"
    )
    command.add_argument("--format", choices=FORMATS, default="wav", help="of the files (default: wav)")
    command.add_argument("--workers", type=int, metavar="N", help="processes of one thread each (default: all cores)")
    command.add_argument(
        "--ray", metavar="ADDRESS", help="work on a Ray cluster: auto, local or HOST:PORT (needs the extra [cluster])"
    )
    add_voice(command)
    command.add_argument(
        "--voice-folder",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="rows may name voices inside this folder; repeat it for more",
    )
    command.set_defaults(run=batch)


def batch(options: argparse.Namespace) -> int:
    """Speak the unfinished rows. Returns 1 if a row failed."""
    from tts.batch.manifest import Manifest
    from tts.batch.run import run
    from tts.bundled import DEFAULT

    voice = options.voice or DEFAULT
    manifest = Manifest(options.manifest, options.layout, voice, synthesis_options(options), f".{options.format}")
    with _Tally(manifest.name) as tally:
        if options.manifest != "-":
            tally.survey(manifest)  # report faults before hours of work
        try:
            run(
                manifest,
                options.folder,
                tally.count,
                lexicon=options.lexicon,
                voice_folders=options.voice_folder,
                workers=options.workers,
                ray=options.ray,
            )
        finally:
            print(f"{options.folder}: {tally}")
    return 1 if tally.failed else 0


class _Tally:
    """Counts rows and shows a progress bar on a terminal. A context manager."""

    def __init__(self, name: str) -> None:
        from tqdm import tqdm

        self.spoken = self.kept = self.failed = self.warned = 0
        self.seconds = 0.0
        self._complaints: set[int] = set()  # lines of the manifest
        self._name, self._start = name, time.monotonic()
        self._bar: tqdm[Any] = tqdm(unit="row", disable=not sys.stderr.isatty(), smoothing=0)

    def __enter__(self) -> _Tally:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()

    def survey(self, manifest: Manifest) -> None:
        """Count the rows and report the faulty ones."""
        self._bar.total = 0
        for row in manifest:
            self._bar.total += 1
            if isinstance(row, Fault):
                self._complain(row.line, row.id, row.reason)

    def count(self, result: Result | None) -> None:
        """Count the result of a row, and report a failure."""
        if result is None:
            self.kept += 1
        elif result.error is not None:
            self.failed += 1
            self._complain(result.line, result.id, result.error)
        else:
            self.spoken += 1
            self.warned += bool(result.warnings)
            self.seconds += result.seconds
            self._bar.set_postfix_str(f"{self._rate():.1f} h of speech per hour", refresh=False)
        self._bar.update()

    def _complain(self, line: int, name: str | None, reason: str) -> None:
        if line in self._complaints:
            return
        self._complaints.add(line)
        if len(self._complaints) <= SHOWN:
            place = f"{self._name}, line {line}" + (f", {name!r}" if name is not None else "")
            self._bar.write(f"tts: {place}: {reason}", file=sys.stderr)
        elif len(self._complaints) == SHOWN + 1:
            self._bar.write(f"tts: more than {SHOWN} rows fail: results.jsonl has all of them", file=sys.stderr)

    def _rate(self) -> float:
        return self.seconds / (time.monotonic() - self._start)

    def __str__(self) -> str:
        """Summarise the run in one line."""
        said = [f"{self.spoken} row{'s' * (self.spoken != 1)} spoken"]
        if self.spoken:
            said[0] += f" ({self.seconds / 3600:.2f} h of speech, {self._rate():.1f} h per hour)"
        said += [f"{self.kept} finished before"] if self.kept else []
        said += [f"{self.warned} with warnings"] if self.warned else []
        said += [f"{self.failed} failed"] if self.failed else []
        return ", ".join(said)

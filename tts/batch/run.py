"""A whole manifest into a folder: what is there already stays, the rest is spoken, and each row is accounted for."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tts.batch import cluster, processes
from tts.batch.manifest import Fault, Manifest, Row
from tts.batch.processes import Asked
from tts.batch.results import Journal, Result
from tts.batch.speaking import STAGING, Job
from tts.common.threads import usable_cores
from tts.errors import ConfigError, CorpusError, VoiceError
from tts.text.pronunciation.user_lexicon import UserLexicon
from tts.voice import Voice

Report = Callable[[Result | None], None]
"""Told of each row: its result, or None where an earlier run has done it."""


def run(
    manifest: Manifest,
    folder: Path,
    report: Report,
    *,
    lexicon: str | None = None,
    workers: int | None = None,
    ray: str | None = None,
) -> None:
    """Speak the rows of a manifest that `folder` does not have yet, and leave its `results.jsonl` in order.

    lexicon: a file of pronunciations that go before all others. workers: processes, or None for one for each core. ray:
    address of a cluster to do it on. However it ends, the same call goes on from there. Raises CorpusError for a
    manifest without rows, VoiceError for the default voice, PronunciationError for the lexicon, StorageError for a
    folder that another run is writing to, ConfigError for fewer than one worker; OSError where files cannot be written.
    """
    if workers is not None and workers < 1:
        raise ConfigError(f"workers is {workers}: use 1 or more")
    voices = _Voices(keep=ray is not None)
    voices.digest(manifest.voice)
    user_lexicon = UserLexicon.load(lexicon) if lexicon else None
    pronunciations = hashlib.sha256(Path(lexicon).read_bytes()).hexdigest() if lexicon else ""
    folder.mkdir(parents=True, exist_ok=True)
    with Journal(folder) as journal, _staging(folder / STAGING):
        job = Job(folder, manifest.suffix, user_lexicon, voices.loaded)
        rows = _pending(manifest, journal, report, lambda row: _request(row, voices, pronunciations, manifest.suffix))
        if ray is None:
            spoken = processes.speak_all(rows, job, workers or usable_cores())
        else:
            spoken = cluster.speak_all(rows, job, ray, workers)
        with contextlib.closing(spoken):  # an interruption ends the workers here, not when Python comes to it
            for result in spoken:
                journal.add(result)
                report(result)


def _pending(manifest: Manifest, journal: Journal, report: Report, request_of: Callable[[Row], str]) -> Iterator[Asked]:
    """The rows that are to be spoken; the others are reported as the manifest comes to them."""
    is_empty = True
    for row in manifest:
        is_empty = False
        if isinstance(row, Row):
            try:
                request = request_of(row)
                if journal.has(row.line, row.id, request):
                    report(None)
                else:
                    yield row, request
                continue
            except VoiceError as error:
                row = Fault(row.line, row.id, str(error))
        result = Result(row.line, row.id, error=row.reason)
        journal.add(result)
        report(result)
    if is_empty:
        raise CorpusError(f"{manifest.name} has no rows: give it a line for each text")


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[None]:
    """A folder that is empty, though a run that used it may have been killed, and gone when this one ends."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Voices:
    """What tells one voice from another that goes by the same name, and the voices themselves where they are kept."""

    def __init__(self, *, keep: bool) -> None:
        self.loaded: dict[str, Voice] = {}
        self._keep = keep
        self._digests: dict[str, str] = {}

    def digest(self, name: str) -> str:
        """Raises VoiceError for a voice that is unknown or damaged."""
        if name not in self._digests:
            voice = Voice.load(name)
            card = dataclasses.asdict(voice.card)
            sound = {key: card[key] for key in ("audio", "model", "symbols", "files")}
            self._digests[name] = _sha256(sound)
            if self._keep:
                self.loaded[name] = voice
        return self._digests[name]


def _request(row: Row, voices: _Voices, pronunciations: str, suffix: str) -> str:
    return _sha256([row.text, vars(row.options), voices.digest(row.voice), pronunciations, suffix])


def _sha256(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

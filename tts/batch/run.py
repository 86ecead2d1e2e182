"""Synthesize a manifest into a folder. Finished rows are kept, the others are spoken, and every row gets a result."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tts.batch import cluster
from tts.batch.manifest import Fault, Manifest, ManifestRow
from tts.batch.results import Result, ResultJournal
from tts.batch.speaking import STAGING, Job, RowRequest, begin, failed
from tts.card import fingerprint
from tts.common.processes import work_on
from tts.common.threads import usable_cores
from tts.errors import ConfigError, CorpusError, VoiceError
from tts.text.pronunciation.user_lexicon import UserLexicon
from tts.voice import Voice, bundled_voices

Report = Callable[[Result | None], None]
"""Called for each row with its result, or with None if an earlier run finished it."""


def run(
    manifest: Manifest,
    folder: Path,
    report: Report,
    *,
    lexicon: str | None = None,
    voice_folders: Sequence[Path] = (),
    workers: int | None = None,
    ray: str | None = None,
) -> None:
    """Speak the rows of a manifest that are not yet in `folder`, and sort its `results.jsonl`.

    lexicon: a file of pronunciations that override all others. voice_folders: folders inside which rows may name
    voices, besides the bundled ones and the default. workers: processes; None is one for each core. ray: address of a
    cluster to use. After an interruption, the same call continues. Raises CorpusError for a manifest
    without rows, VoiceError for the default voice, PronunciationError for the lexicon, StorageError for a folder that
    another run is writing to, ConfigError for fewer than one worker, OSError if files cannot be written.
    """
    if workers is not None and workers < 1:
        raise ConfigError(f"workers is {workers}: use 1 or more")
    voices = _Voices(manifest.voice, voice_folders, keep=ray is not None)
    voices.digest(manifest.voice)
    user_lexicon = UserLexicon.load(lexicon) if lexicon else None
    pronunciations = hashlib.sha256(Path(lexicon).read_bytes()).hexdigest() if lexicon else ""
    folder.mkdir(parents=True, exist_ok=True)
    with ResultJournal(folder) as journal, _staging(folder / STAGING):
        job = Job(folder, manifest.suffix, user_lexicon, voices.loaded)
        rows = _pending(manifest, journal, report, lambda row: _request(row, voices, pronunciations, manifest.suffix))
        if ray is None:
            spoken = work_on(rows, partial(begin, job), failed, workers or usable_cores())
        else:
            spoken = cluster.speak_all(rows, job, ray, workers)
        with contextlib.closing(spoken):  # stops the workers at once on an interruption
            for result in spoken:
                journal.add(result)
                report(result)


def _pending(
    manifest: Manifest, journal: ResultJournal, report: Report, request_of: Callable[[ManifestRow], str]
) -> Iterator[RowRequest]:
    """Yield the rows to speak. Finished and faulty rows are reported on the way."""
    is_empty = True
    for row in manifest:
        is_empty = False
        if isinstance(row, ManifestRow):
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
    """Provide an empty folder for files in progress, and remove it at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Voices:
    """Fingerprints of voices, which may change under the same name, and optionally the loaded voices."""

    def __init__(self, default: str, folders: Sequence[Path], *, keep: bool) -> None:
        """default, folders: a row names the default voice, a bundled voice, or a voice inside one of the folders."""
        self.loaded: dict[str, Voice] = {}
        self._default, self._folders, self._keep = default, [folder.resolve() for folder in folders], keep
        self._digests: dict[str, str] = {}

    def digest(self, name: str) -> str:
        """Return the fingerprint of a voice. Raises VoiceError for a voice that is unknown, damaged or not allowed."""
        if name not in self._digests:
            self._check(name)
            voice = Voice.load(name)
            self._digests[name] = fingerprint(voice.card)
            if self._keep:
                self.loaded[name] = voice
        return self._digests[name]

    def _check(self, name: str) -> None:
        """A manifest may come from a stranger: it cannot choose folders of this machine."""
        if name == self._default or name in bundled_voices():
            return
        if not name.isprintable() or not any(Path(name).resolve().is_relative_to(each) for each in self._folders):
            raise VoiceError(
                f"unknown voice {name!r}: use one of {', '.join(bundled_voices())}, or a folder inside one that "
                "--voice-folder allows"
            )


def _request(row: ManifestRow, voices: _Voices, pronunciations: str, suffix: str) -> str:
    return _sha256([row.text, vars(row.options), voices.digest(row.voice), pronunciations, suffix])


def _sha256(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

"""Speak one row into one file. Every worker does this, in processes and on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tts.batch.manifest import ManifestRow
from tts.batch.results import Result
from tts.common.processes import Stopped, Work
from tts.errors import TTSError, VoiceError

if TYPE_CHECKING:
    from tts.synthesizer import Synthesizer
    from tts.text.pronunciation.user_lexicon import UserLexicon
    from tts.text.token import SpeechWarning
    from tts.voice import Voice

RowRequest = tuple[ManifestRow, str]
"""A row and the fingerprint of everything that its file depends on."""

STAGING = ".tts-batch"
"""Subfolder of the output folder for files in progress."""

MOST_VOICES = 4  # loaded at once in one worker, about 50 MB each


@dataclass(frozen=True)
class Job:
    """The settings that all rows of a run share."""

    folder: Path
    """Output folder."""
    suffix: str
    """Suffix of the files, such as ".wav"."""
    lexicon: UserLexicon | None = None
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Loaded voices by their name in the rows. If there are none, the worker loads the voices."""


class Speaker:
    """Speaks rows with one synthesizer for each voice."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._synthesizers: dict[str, Synthesizer] = {}

    def speak(self, row: ManifestRow, request: str, is_stopped: Callable[[], bool]) -> Result:
        """Speak a row into its file, which appears when it is complete. Errors of the row are part of the result.

        `is_stopped` is asked after each chunk of speech. Raises Stopped if it is true, and OSError if the file cannot
        be written, for example if the disk is full, because the next rows would fail as well.
        """
        file = f"{row.id}{self._job.suffix}"
        staged = self._job.folder / STAGING / file
        try:
            seconds, words, warnings = self._write(row, staged, is_stopped)
        except (OSError, Stopped):
            raise
        except Exception as error:
            reason = str(error) if isinstance(error, TTSError) else f"{type(error).__name__}: {error}"
            return Result(row.line, row.id, error=" ".join(reason.split()), request=request)
        size = staged.stat().st_size
        staged.replace(self._job.folder / file)
        return Result(row.line, row.id, file, round(seconds, 3), words, warnings, bytes=size, request=request)

    def _write(
        self, row: ManifestRow, path: Path, is_stopped: Callable[[], bool]
    ) -> tuple[float, int, tuple[SpeechWarning, ...]]:
        """Write the file and return the seconds of speech, the number of words and the warnings."""
        from tts.audio.files import open_writer

        synthesizer = self._synthesizer(row.voice)
        samples, words, warnings = 0, 0, list["SpeechWarning"]()
        chunks = synthesizer.stream(row.text, row.options, early=False)
        with open_writer(path, synthesizer.sample_rate) as writer:
            for chunk in chunks:
                if is_stopped():
                    raise Stopped
                writer.write(chunk.samples)
                samples += len(chunk.samples)
                words += len(chunk.words)
                warnings += chunk.warnings
        return samples / synthesizer.sample_rate, words, tuple(warnings)

    def _synthesizer(self, voice: str) -> Synthesizer:
        from tts.synthesizer import Synthesizer

        if voice not in self._synthesizers:
            while len(self._synthesizers) >= MOST_VOICES:
                del self._synthesizers[next(iter(self._synthesizers))]
            if self._job.voices and voice not in self._job.voices:  # a cluster's node opens no folder of its own
                raise VoiceError(f"voice {voice!r} was not sent to this worker: start the batch again")
            loaded = self._job.voices.get(voice, voice)
            self._synthesizers[voice] = Synthesizer(loaded, lexicon=self._job.lexicon)
        return self._synthesizers[voice]


def begin(job: Job) -> Work[RowRequest, Result]:
    """Return what turns a row into its result."""
    speaker = Speaker(job)
    return lambda asked, is_stopped: speaker.speak(*asked, is_stopped)


def failed(asked: RowRequest, end: str) -> Result:
    """Return the result of a row whose process ended."""
    row, request = asked
    return Result(row.line, row.id, error=f"the process that spoke it {end}", request=request)

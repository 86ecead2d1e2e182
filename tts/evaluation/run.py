"""Let every system speak every line, and measure the results. Measurements are kept and reused."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from tts.common.files import append_json_line, read_json_lines
from tts.evaluation.intervals import Estimate, Share, estimate
from tts.evaluation.listener import Heard, Sound, listen
from tts.evaluation.metrics import METRICS
from tts.evaluation.quality import DISTILLMOS_MISSING, missing_for_distillmos
from tts.evaluation.recognizer import Recognizer
from tts.evaluation.sentences import Line
from tts.evaluation.systems import SpokenLine, System

VERSION = "1"  # raise it when a definition changes, so that journals start over


class Measurement(NamedTuple):
    """One line spoken by one system, and its measurements."""

    system: str
    line: Line
    spoken: SpokenLine
    heard: Heard

    @property
    def shares(self) -> dict[str, Share]:
        """Share by metric, in the order of `METRICS`."""
        shares = {**self.heard.shares, **self.spoken.shares}
        return {name: shares[name] for name in METRICS if name in shares}


class MeasurementJournal:
    """Measurements on disk, one JSON line each, by the digest of the sound.

    A measurement is written at once. It is reused after an interruption, or when another voice changes.
    """

    def __init__(self, path: Path) -> None:
        """Read the measurements of earlier runs."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._known: dict[str, Heard] = {}
        for _, entry in read_json_lines(path, "'tts evaluate'", ("digest", "transcript", "shares")):
            shares = {name: Share(*share) for name, share in entry["shares"].items()}
            self._known[entry["digest"]] = Heard(entry["transcript"], shares)

    def listen(self, recognizer: Recognizer, text: str, sound: Sound, reference: Sound | None) -> Heard:
        """Return the kept measurement of the same sound, or measure it with `listener.listen`."""
        digest = _digest(recognizer, text, sound, reference)
        if digest not in self._known:
            heard = self._known[digest] = listen(recognizer, text, sound, reference)
            with self._path.open("ab") as file:
                append_json_line(file, {"digest": digest, **heard._asdict()})
        return self._known[digest]


def evaluate(
    lines: Sequence[Line],
    systems: dict[str, System],
    recognizer: Recognizer,
    journal: MeasurementJournal,
    *,
    reference: str = "",
    workers: int = 1,
) -> list[Measurement]:
    """Speak and measure every line with every system, in this order, with progress bars on stderr.

    reference: the system to compare the others with, if any. workers: sounds to measure at once. Speaking comes first,
    one sentence at a time, because it is timed.
    """
    if missing := missing_for_distillmos():
        logging.getLogger(__name__).warning(DISTILLMOS_MISSING.format(missing))
    jobs = [(system, line) for system in systems for line in lines]
    with tqdm(jobs, desc="speaking", unit="sentence") as progress:
        spoken = {(system, line): systems[system](line) for system, line in progress}

    def measure(job: tuple[str, Line]) -> Measurement:
        system, line = job
        against = None if reference in ("", system) else spoken[reference, line].sound
        return Measurement(system, line, spoken[job], journal.listen(recognizer, line.text, spoken[job].sound, against))

    pool = ThreadPoolExecutor(workers)
    try:
        return list(tqdm(pool.map(measure, jobs), desc="listening", total=len(jobs), unit="sentence"))
    finally:
        pool.shutdown(cancel_futures=True)


def estimates(rows: Sequence[Measurement]) -> dict[str, Estimate]:
    """Estimate each metric over the rows. Metrics without data are absent."""
    shares = {name: [row.shares[name] for row in rows if name in row.shares] for name in METRICS}
    return {name: estimate(parts) for name, parts in shares.items() if sum(part.size for part in parts) > 0}


def _digest(recognizer: Recognizer, text: str, sound: Sound, reference: Sound | None) -> str:
    judges = "DNSMOS" if missing_for_distillmos() else "DNSMOS DistillMOS"
    digest = hashlib.sha256(f"{VERSION}\n{recognizer.identity}\n{judges}\n{text}".encode())
    for part in (sound, reference):
        digest.update(b"" if part is None else f"\n{part.sample_rate}\n".encode() + part.samples.tobytes())
    return digest.hexdigest()

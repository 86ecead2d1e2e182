"""Find the clips of a features folder whose sound disagrees with their text: mis-transcribed or cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tts.common.files import atomic_write_text
from tts.corpus.align import taught
from tts.corpus.aligner import Float32, States, best_path
from tts.corpus.features import Features

REPORT = "suspects.tsv"
SHARE = 0.02
"""Share of the clips that a person should listen to."""
_WINDOW = 0.6  # seconds, about a word


class Suspicion(NamedTuple):
    """How badly the sound of a clip fits its text."""

    clip_id: str
    text: str
    score: float  # nats a frame that another reading would gain, in the worst part of the clip; infinite: no fit at all
    seconds: float  # where that part begins, in the trimmed clip


def validate(features: Features) -> Iterator[Suspicion]:
    """Yield the suspicion of each clip, in order."""
    aligner = taught(features.clips, features.mel, features.symbols, features.audio)
    rate = features.audio.frames_per_second
    for index, clip in enumerate(features.clips):
        frames = aligner.scores(aligner.inputs(features.mel(index)))
        score, start = _worst(frames, aligner.states(clip.phoneme_ids), round(_WINDOW * rate))
        yield Suspicion(clip.clip_id, clip.text, round(score, 2), round(start / rate, 2))


def _worst(scores: Float32, states: States, window: int) -> tuple[float, int]:
    """Return the mean loss of likelihood in the worst window of a clip, and the first frame of the window."""
    path = best_path(scores, states)
    if path is None:
        return float("inf"), 0
    lost = scores.max(axis=1) - scores[np.arange(len(scores)), states.classes[path]]
    width = min(window, len(lost))
    means = np.convolve(lost, np.full(width, 1 / width), "valid")
    return float(means.max()), int(means.argmax())


def worst_first(suspicions: Sequence[Suspicion]) -> list[Suspicion]:
    """Sort, the worst first."""
    return sorted(suspicions, key=lambda suspicion: -suspicion.score)


def summary(suspicions: Sequence[Suspicion]) -> list[str]:
    """Return lines that name the worst clips, `SHARE` of all."""
    most = max(1, round(SHARE * len(suspicions)))
    lines = [f"suspect    the worst {most} of {len(suspicions)} clips; listen to them, the worst first:"]
    for found in worst_first(suspicions)[:most]:
        lines.append(f"  {found.clip_id}, {found.score:.1f} at {found.seconds:.1f} s: {found.text}")
    return lines


def write_suspects(folder: Path, suspicions: Sequence[Suspicion]) -> None:
    """Write all clips into the features folder, the worst first."""
    rows = [f"{found.score}\t{found.seconds}\t{found.clip_id}\t{found.text}\n" for found in worst_first(suspicions)]
    atomic_write_text(folder / REPORT, "score\tseconds\tid\ttext\n" + "".join(rows))

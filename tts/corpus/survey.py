"""Report on a prepared corpus: its size, and the clips that a person should check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tts.common.files import atomic_write_text
from tts.config import AudioConfig
from tts.corpus.journal import Clip

REPORT = "report.txt"
SILENT = -50.0  # decibels of full scale; speech is 20 to 30 dB louder
_OUTLIER = 3.5  # robust deviations (Iglewicz and Hoaglin 1993, "How to detect and handle outliers", section 3)
_LEAST_RATIO = 1.4  # least distance from the median, so that clips of equal tempo have no outliers
_AT_MOST = 8  # names in a line on the terminal


def survey(clips: Sequence[Clip], skipped: Sequence[str], audio: AudioConfig, most: int | None = _AT_MOST) -> list[str]:
    """Return the lines of the report on at least one clip, each with at most `most` names; None is all.

    skipped: the errors of the clips that were left out.
    """
    seconds = np.array([clip.n_frames for clip in clips]) / audio.frames_per_second
    measured = [clip for clip in clips if clip.wav_rate]
    longest, shortest = int(seconds.argmax()), int(seconds.argmin())
    fast, slow, tempo = _outliers(measured, audio)
    guessed = Counter(word for clip in measured for word in clip.guessed)
    resampled = [clip for clip in measured if clip.wav_rate != audio.sample_rate]
    lines = [
        f"clips      {len(clips)}, {seconds.sum() / 3600:.2f} hours after trimming",
        f"longest    {clips[longest].clip_id}, {seconds[longest]:.1f} s",
        f"shortest   {clips[shortest].clip_id}, {seconds[shortest]:.1f} s",
        f"tempo      {tempo}",
        f"too fast   {_names(fast, most)}",
        f"too slow   {_names(slow, most)}",
        f"clipped    {_names([clip.clip_id for clip in measured if clip.n_clipped], most)}",
        f"silent     {_names([clip.clip_id for clip in measured if clip.level < SILENT], most)}",
        f"resampled  {_names([f'{clip.clip_id} ({clip.wav_rate} Hz)' for clip in resampled], most)}",
        f"guessed    {_names([f'{word} ({count})' for word, count in guessed.most_common()], most)}",
        f"left out   {len(skipped) or 'none'}",
    ]
    lines += [f"  {reason}" for reason in skipped[:most]]
    if most is not None and len(skipped) > most:
        lines.append("  …")
    if len(measured) < len(clips):
        lines.append(f"unmeasured {len(clips) - len(measured)} clips of an older version, judged by length alone")
    return lines


def write_report(folder: Path, lines: Sequence[str]) -> None:
    """Write the report into the features folder."""
    atomic_write_text(folder / REPORT, "".join(f"{line}\n" for line in lines))


def _outliers(clips: Sequence[Clip], audio: AudioConfig) -> tuple[list[str], list[str], str]:
    """Return the clips that are too fast and too slow, the worst first, and a description of the usual tempo."""
    if not clips:
        return [], [], "not measured"
    rates = np.array([clip.n_spoken * audio.frames_per_second / clip.n_frames for clip in clips])
    logs: NDArray[np.float64] = np.log(np.maximum(rates, 1e-3))
    middle = np.median(logs)
    deviation = 1.4826 * np.median(np.abs(logs - middle))  # equals the standard deviation of a normal distribution
    allowed = max(_OUTLIER * deviation, np.log(_LEAST_RATIO))
    ranked = sorted(range(len(clips)), key=lambda index: -abs(logs[index] - middle))
    named = [(logs[i] - middle, f"{clips[i].clip_id} ({rates[i]:.1f})") for i in ranked]
    fast = [name for difference, name in named if difference > allowed]
    slow = [name for difference, name in named if difference < -allowed]
    low, high = np.exp(middle - allowed), np.exp(middle + allowed)
    return fast, slow, f"{np.exp(middle):.1f} phonemes a second; {low:.1f} to {high:.1f} pass"


def _names(names: Sequence[str], most: int | None) -> str:
    if not names:
        return "none"
    more = ", …" if most is not None and len(names) > most else ""
    return f"{len(names)}: {', '.join(names[:most])}{more}"

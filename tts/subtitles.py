"""Write word times as JSON, SubRip (SRT) or WebVTT. Subtitles quote the source text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tts.common.files import atomic_write_text
from tts.errors import StorageError
from tts.prosody.timing import MarkTiming, WordTiming
from tts.subtitle_cues import Cue, cues
from tts.text.token import SpeechWarning


def to_rows(words: Sequence[WordTiming], text: str) -> list[dict[str, Any]]:
    """Return a row for each spoken word: its source, its span in the text, its times and its phonemes, in seconds."""
    return [
        {
            "word": word.word,
            "source": text[word.start : word.end],
            "start": word.start,
            "end": word.end,
            "start_time": _seconds(word.start_time),
            "end_time": _seconds(word.end_time),
            "phonemes": [[p.phoneme, _seconds(p.start_time), _seconds(p.end_time)] for p in word.phonemes],
        }
        for word in words
    ]


def to_json(
    words: Sequence[WordTiming],
    text: str,
    marks: Sequence[MarkTiming] = (),
    warnings: Sequence[SpeechWarning] = (),
) -> str:
    """Write the rows of `to_rows`, one on each line, the marks and the warnings."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in to_rows(words, text))
    named = json.dumps([{"name": mark.name, "time": _seconds(mark.time)} for mark in marks], ensure_ascii=False)
    noted = json.dumps([warning._asdict() for warning in warnings], ensure_ascii=False)
    return f'{{"words": [\n{lines}\n],\n"marks": {named},\n"warnings": {noted}}}\n'


def to_srt(words: Sequence[WordTiming], text: str) -> str:
    """Write SubRip subtitles; see `cues`."""
    return "\n".join(srt_blocks(cues(words, text)))


def srt_blocks(shown: Sequence[Cue], first: int = 1) -> list[str]:
    """Return the blocks of a SubRip file. first: number of the first block."""
    return [
        f"{number}\n{_clock(cue.start_time, ',')} --> {_clock(cue.end_time, ',')}\n" + "\n".join(cue.lines) + "\n"
        for number, cue in enumerate(shown, first)
    ]


def to_vtt(words: Sequence[WordTiming], text: str) -> str:
    """Write WebVTT subtitles (W3C Candidate Recommendation 2019); see `cues`."""
    blocks = ["WEBVTT\n"]
    for cue in cues(words, text):
        lines = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in cue.lines]
        blocks.append(f"{_clock(cue.start_time, '.')} --> {_clock(cue.end_time, '.')}\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def formatter(path: Path) -> Callable[[Sequence[WordTiming], str], str]:
    """Return `to_json`, `to_srt` or `to_vtt`, by the suffix. Raises StorageError for any other suffix."""
    known = {".json": to_json, ".srt": to_srt, ".vtt": to_vtt}
    if path.suffix.lower() not in known:
        raise StorageError(f"cannot write timings as {path.name!r}: end its name in {', '.join(known)}")
    return known[path.suffix.lower()]


def save_timings(
    path: Path,
    words: Sequence[WordTiming],
    text: str,
    marks: Sequence[MarkTiming] = (),
    warnings: Sequence[SpeechWarning] = (),
) -> None:
    """Write the timings in the format of the suffix; only JSON has marks and warnings. The file appears when complete.

    Raises StorageError for any other suffix, OSError if the file cannot be written.
    """
    write = formatter(path)
    content = to_json(words, text, marks, warnings) if write is to_json else write(words, text)
    atomic_write_text(path, content)


def _clock(seconds: float, decimal: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}{decimal}{milliseconds % 1000:03}"


def _seconds(value: float) -> float:
    """Round to the millisecond: times are no more exact, and files are easier to read."""
    return round(value, 3)

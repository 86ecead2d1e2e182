"""Join chapters into one .m4b file with a table of contents, tags and a cover. The sound is not encoded again.

FFmpeg holds more than a hundred bytes for each packet until the end of the file: 10 MiB for each hour of speech. So it
writes a template with few packets of sound, which has the right length, and `tts.books.boxes` replaces its sound.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

from tts.books.book import Cover
from tts.books.boxes import write_with_sound
from tts.books.encoding import add_cover, open_container
from tts.common.files import atomic_write

FRAME = 1024
"""Samples of a packet of AAC. As many come before the sound: ISO/IEC 14496-3, the encoder's delay."""
_FARTHEST = 1 << 20  # packets from one packet of the template to the next one: FFmpeg counts samples in 31 bits


def chapter_starts(files: Sequence[Path]) -> list[float]:
    """Return the seconds at which the sound of each chapter starts in the book. files: as `encode` writes them."""
    return [start / _sample_rate(files[0]) for start in _bounds(files)[:-1]]


def save_m4b(
    path: Path, files: Sequence[Path], titles: Sequence[str], tags: Mapping[str, str], cover: Cover | None
) -> None:
    """Write a book. files: the chapters, as `encode` writes them. Raises OSError if the file cannot be written."""
    template = _template(files, titles, tags, cover)
    with atomic_write(path) as aside, aside.open("wb") as file:
        write_with_sound(file, template, _packets(files), FRAME / _sample_rate(files[0]))


def read_mark(path: Path) -> str | None:
    """Return the tag "keywords" of a file, where `make_audiobook` puts its mark, or None if there is none."""
    import av

    try:
        with av.open(str(path)) as file:
            mark: str | None = file.metadata.get("keywords")
            return mark
    except av.error.FFmpegError:
        return None


def _template(files: Sequence[Path], titles: Sequence[str], tags: Mapping[str, str], cover: Cover | None) -> bytes:
    """Return the book with few packets of sound, which are at the right times."""
    import av

    file, rate, bounds = io.BytesIO(), _sample_rate(files[0]), _bounds(files)
    last = bounds[-1] // FRAME - 1
    with av.open(str(files[0])) as first, open_container(file, "mp4") as out:
        out.metadata.update(tags)
        out.set_chapters(
            [
                {"id": n, "start": start, "end": end, "time_base": Fraction(1, rate), "metadata": {"title": title}}
                for n, (title, (start, end)) in enumerate(zip(titles, pairwise(bounds), strict=True))
            ]
        )
        stream = out.add_stream_from_template(first.streams.audio[0])
        stream.time_base = Fraction(1, rate)
        if cover:
            add_cover(out, cover)
        data = next(_packets(files[:1]))
        for number in [*range(0, last, _FARTHEST), last]:
            packet = av.Packet(data)
            packet.stream, packet.time_base, packet.duration = stream, Fraction(1, rate), FRAME
            packet.pts = packet.dts = (number - 1) * FRAME
            out.mux(packet)
    return file.getvalue()


def _sample_rate(file: Path) -> int:
    import av

    with av.open(str(file)) as source:
        return int(source.streams.audio[0].rate)


def _bounds(files: Sequence[Path]) -> list[int]:
    """Return the samples at which chapters start, and the end of the last one."""
    import av

    counts = []
    for file in files:
        with av.open(str(file)) as source:
            counts.append(int(source.streams.audio[0].frames) * FRAME)
    return [0, *accumulate(counts)]


def _packets(files: Sequence[Path]) -> Iterator[bytes]:
    """Yield the packets of all chapters, one after the other."""
    import av

    for file in files:
        with av.open(str(file)) as source:
            for packet in source.demux(source.streams.audio[0]):
                if packet.size:
                    yield bytes(packet)

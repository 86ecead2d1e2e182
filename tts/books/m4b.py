"""Join chapters into one .m4b file with a table of contents, tags and a cover. The sound is not encoded again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tts.books.book import Cover
from tts.books.encoding import add_cover, open_container
from tts.common.files import atomic_write

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.packet import Packet

FRAME = 1024
"""Samples of a packet of AAC. As many come before the sound: ISO/IEC 14496-3, the encoder's delay."""


def save_m4b(
    path: Path, files: Sequence[Path], titles: Sequence[str], tags: Mapping[str, str], cover: Cover | None
) -> list[float]:
    """Write a book, and return the seconds at which the sound of each chapter starts.

    files: the chapters, as `encode` writes them. Raises OSError if the file cannot be written.
    """
    import av

    with av.open(str(files[0])) as first:
        rate = first.streams.audio[0].rate
    starts = [0, *accumulate(_count_packets(file) * FRAME for file in files)]
    with atomic_write(path) as aside, aside.open("w+b") as file, open_container(file, "mp4") as out:
        out.metadata.update(tags)
        out.set_chapters(
            [
                {"id": n, "start": start, "end": end, "time_base": Fraction(1, rate), "metadata": {"title": title}}
                for n, (title, (start, end)) in enumerate(zip(titles, pairwise(starts), strict=True))
            ]
        )
        with av.open(str(files[0])) as first:
            stream = out.add_stream_from_template(first.streams.audio[0])
        stream.time_base = Fraction(1, rate)
        if cover:
            add_cover(out, cover)
        for packet in _packets(files, stream, rate):
            out.mux(packet)
    return [start / rate for start in starts[:-1]]


def _count_packets(file: Path) -> int:
    import av

    with av.open(str(file)) as source:
        return int(source.streams.audio[0].frames)


def _packets(files: Sequence[Path], stream: AudioStream, rate: int) -> Iterator[Packet[AudioStream]]:
    """Yield the packets of all chapters, one after the other."""
    import av

    position = -FRAME
    for file in files:
        with av.open(str(file)) as source:
            for packet in source.demux(source.streams.audio[0]):
                if packet.size:
                    packet.time_base = Fraction(1, rate)
                    packet.pts = packet.dts = position
                    packet.stream, packet.duration = stream, FRAME
                    position += FRAME
                    yield packet

"""Write audio with tags and a cover: m4a, mp3, flac and opus, with PyAV."""

from __future__ import annotations

import base64
import io
import logging
import struct
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tts.books.book import Cover
from tts.common.files import atomic_write

if TYPE_CHECKING:
    from av.container import OutputContainer

logger = logging.getLogger(__name__)

_FRAMES = 1 << 14  # samples that are encoded at once
_PICTURE_TIME = Fraction(1, 90_000)


class Format(NamedTuple):
    """How a kind of file is written."""

    container: str
    codec: str
    bit_rate: int | None
    options: Mapping[str, str]
    rate: int | None = None
    """Samples per second; None keeps the voice's."""


FORMATS = {
    "m4a": Format("mp4", "aac", 64_000, {"aac_coder": "fast"}),
    "mp3": Format("mp3", "libmp3lame", 64_000, {"compression_level": "7"}),
    "flac": Format("flac", "flac", None, {}),
    "opus": Format("ogg", "libopus", 32_000, {}, 24_000),
}
CONTAINER_OPTIONS = {"mp4": {"brand": "M4A "}}
"""Options of the writers of containers. All leave out dates and random numbers, so that equal books are equal files."""


def encode(pieces: Sequence[Path], path: Path, kind: str, tags: Mapping[str, str], cover: Cover | None) -> None:
    """Join lossless pieces into one file, which appears when it is complete. kind: a key of FORMATS.

    Raises OSError if the file cannot be written.
    """
    with atomic_write(path) as aside, aside.open("w+b") as file, open_container(file, FORMATS[kind].container) as out:
        _encode(out, pieces, FORMATS[kind], tags, cover)


def open_container(file: Any, container: str) -> OutputContainer:
    """Open a writer that writes the same bytes each time."""
    import av

    options = {"fflags": "+bitexact", **CONTAINER_OPTIONS.get(container, {})}
    return av.open(file, "w", format=container, options=options)


def _encode(
    out: OutputContainer, pieces: Sequence[Path], form: Format, tags: Mapping[str, str], cover: Cover | None
) -> None:
    import av

    with av.open(str(pieces[0])) as first:
        rate = form.rate or first.streams.audio[0].rate
    stream = out.add_stream(form.codec, rate=rate, options=dict(form.options), layout="mono")
    assert isinstance(stream, av.AudioStream)
    if form.bit_rate:
        stream.codec_context.bit_rate = form.bit_rate
    if form.container == "ogg":
        stream.metadata.update({**tags, **(_picture_tag(cover) if cover else {})})
    else:
        out.metadata.update(tags)
        if cover:
            add_cover(out, cover)
    resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
    for frame in _frames(pieces):
        for resampled in resampler.resample(frame):
            out.mux(stream.encode(resampled))
    for resampled in resampler.resample(None):
        out.mux(stream.encode(resampled))
    out.mux(stream.encode(None))


def _frames(pieces: Sequence[Path]) -> Iterator[Any]:
    """Yield the samples of all pieces in order."""
    import av
    import soundfile

    position = 0
    for piece in pieces:
        with soundfile.SoundFile(piece) as file:
            for samples in file.blocks(_FRAMES, dtype="int16"):
                frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
                frame.sample_rate, frame.time_base = file.samplerate, Fraction(1, file.samplerate)
                frame.pts, position = position, position + len(samples)
                yield frame


def add_cover(out: OutputContainer, cover: Cover) -> None:
    """Add a cover to a container that has its audio stream. Call it before the first packet of sound."""
    import av

    width, height = picture_size(cover)
    codec = "mjpeg" if cover.suffix == ".jpg" else "png"
    stream = out.add_mux_stream(codec, width=width, height=height)
    stream.time_base = _PICTURE_TIME
    stream.disposition = av.stream.Disposition.attached_pic
    packet = av.Packet(cover.data)
    packet.stream, packet.time_base, packet.pts, packet.dts = stream, _PICTURE_TIME, 0, 0
    out.mux(packet)


def readable_cover(cover: Cover | None) -> Cover | None:
    """Return the cover, or None, with a warning, if its picture is damaged."""
    import av

    if cover is None:
        return None
    try:
        picture_size(cover)
    except (av.error.FFmpegError, IndexError, ValueError):
        logger.warning("the picture of the cover is damaged, and left out")
        return None
    return cover


def picture_size(cover: Cover) -> tuple[int, int]:
    """Return the width and the height of a picture in pixels."""
    import av

    with av.open(io.BytesIO(cover.data)) as picture:
        video = picture.streams.video[0]
        return video.codec_context.width, video.codec_context.height


def _picture_tag(cover: Cover) -> dict[str, str]:
    """Return the tag of a cover in Ogg (https://wiki.xiph.org/VorbisComment, METADATA_BLOCK_PICTURE)."""
    mime = b"image/jpeg" if cover.suffix == ".jpg" else b"image/png"
    width, height = picture_size(cover)
    block = struct.pack(f">II{len(mime)}sI", 3, len(mime), mime, 0)
    block += struct.pack(">IIIII", width, height, 24, 0, len(cover.data)) + cover.data
    return {"METADATA_BLOCK_PICTURE": base64.b64encode(block).decode()}

"""Replace the sound of an MP4 file, and the index of its packets (ISO/IEC 14496-12, sections 8.5 to 8.9).

For each packet 4 bytes are held: its size, of which the index itself consists.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

LARGEST = 2**32 - 1
"""The largest size, and the largest place in a file, that a field of 32 bits holds."""

_CHUNK = 256  # packets: about 10 s of speech
_HEADER = 8  # bytes of the size and the kind of a box
_PARENTS = (b"mdia", b"minf", b"stbl")
_BIT_RATES = {b"esds": 22, b"btrt": 4}  # bytes of a box before the largest and the mean bit rate

Parts = list[bytes | memoryview]


class _Sound(NamedTuple):
    """The packets of a file."""

    sizes: array[int]
    """Bytes of each packet."""
    chunks: list[int]
    """Place of each chunk of packets, in bytes from the start of the file."""
    end: int
    """Place of the end."""
    rate: int
    """Mean bits per second."""


def write_with_sound(file: IO[bytes], template: bytes, packets: Iterable[bytes], seconds: float) -> None:
    """Write a template with the packets in the place of its sound.

    template: a file of FFmpeg's with one track of sound, the packets of which are the last of its data; its durations
    are those of the result. seconds: length of a packet.
    """
    boxes = dict(_boxes(template))
    index = boxes[b"moov"]
    header = template.index(b"mdat") - 4  # after an empty box of 8 bytes, for a size of 64 bits
    start = _start_of_sound(index)
    file.write(template[:start])
    sound = _write_packets(file, start, packets, seconds)
    for part in _with_header(b"moov", _with_sound(index, sound)):
        file.write(part)
    file.seek(header - _HEADER)
    size = sound.end - header
    if size <= LARGEST:
        file.write(struct.pack(">I4sI4s", _HEADER, b"free", size, b"mdat"))
    else:
        file.write(struct.pack(">I4sQ", 1, b"mdat", size + _HEADER))


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each box."""
    place = 0
    while place < len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        yield kind, data[place + _HEADER : place + size]
        place += size


def _with_header(kind: bytes, content: Parts) -> Parts:
    return [struct.pack(">I4s", _HEADER + sum(len(part) for part in content), kind), *content]


def _start_of_sound(index: bytes) -> int:
    """Return the place of the first packet of sound."""
    track = next(content for kind, content in _boxes(index) if kind == b"trak" and _is_sound(content))
    for kind in _PARENTS:
        track = dict(_boxes(track))[kind]
    return int(struct.unpack_from(">I", dict(_boxes(track))[b"stco"], 8)[0])


def _is_sound(track: bytes) -> bool:
    handler = dict(_boxes(dict(_boxes(track))[b"mdia"]))[b"hdlr"]
    return handler[8:12] == b"soun"


def _write_packets(file: IO[bytes], start: int, packets: Iterable[bytes], seconds: float) -> _Sound:
    sizes, chunks, place = array("I"), list[int](), start
    for number, packet in enumerate(packets):
        if number % _CHUNK == 0:
            chunks.append(place)
        file.write(packet)
        sizes.append(len(packet))
        place += len(packet)
    return _Sound(sizes, chunks, place, round(8 * (place - start) / (len(sizes) * seconds)))


def _with_sound(index: bytes, sound: _Sound) -> Parts:
    """Return an index in which the track of sound has other packets."""
    parts = Parts()
    for kind, content in _boxes(index):
        parts += _with_header(kind, _track(content, sound) if kind == b"trak" and _is_sound(content) else [content])
    return parts


def _track(data: bytes, sound: _Sound) -> Parts:
    parts = Parts()
    for kind, content in _boxes(data):
        if kind in _PARENTS:
            parts += _with_header(kind, _track(content, sound))
        elif kind == b"stco":
            parts += _places(sound)
        else:
            parts += _with_header(kind, _table(kind, content, sound))
    return parts


def _table(kind: bytes, content: bytes, sound: _Sound) -> Parts:
    """Return the content of a table, or of any other box of the track."""
    count = len(sound.sizes)
    if kind == b"stsd":
        return [_with_bit_rate(content, sound.rate)]
    if kind == b"stts":  # all packets are equally long
        (length,) = struct.unpack_from(">I", content, len(content) - 4)
        return [struct.pack(">4I", 0, 1, count, length)]
    if kind == b"stsc":
        whole, rest = divmod(count, _CHUNK)
        runs = [(1, _CHUNK, 1)] * (whole > 0) + [(whole + 1, rest, 1)] * (rest > 0)
        return [struct.pack(">2I", 0, len(runs)), *(struct.pack(">3I", *run) for run in runs)]
    if kind == b"stsz":
        if sys.byteorder == "little":
            sound.sizes.byteswap()
        return [struct.pack(">3I", 0, 0, count), memoryview(sound.sizes).cast("B")]
    if kind == b"sbgp":  # all packets are of the first group
        return [content[:8] + struct.pack(">3I", 1, count, 1)]
    return [content]


def _places(sound: _Sound) -> Parts:
    kind, form = (b"stco", "I") if sound.end <= LARGEST else (b"co64", "Q")
    places = struct.pack(f">{len(sound.chunks)}{form}", *sound.chunks)
    return _with_header(kind, [struct.pack(">2I", 0, len(sound.chunks)), places])


def _with_bit_rate(content: bytes, rate: int) -> bytes:
    """Return the description of the sound with the bit rate of all its packets."""
    for kind, before in _BIT_RATES.items():
        if kind in content:
            place = content.index(kind) + len(kind) + before
            content = content[:place] + struct.pack(">2I", rate, rate) + content[place + 8 :]
    return content

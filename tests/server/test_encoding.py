"""Encode sound piece by piece. The tests of the speech endpoint check the sound itself."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from tests.audio.signals import sine
from tts.audio.formats import to_int16
from tts.server.encoding import FORMATS_STREAMED, AudioEncoder

SOUND = sine(440, 5 * 22050)


def encode(format: str, sizes: int, rate: int = 22050) -> list[bytes]:
    encoder = AudioEncoder(format, rate)
    return [*(encoder.push(SOUND[i : i + sizes]) for i in range(0, len(SOUND), sizes)), encoder.finish()]


@pytest.mark.parametrize("format", sorted(set(FORMATS_STREAMED) - {"opus"}))  # Ogg streams are numbered at random
def test_how_it_is_cut_does_not_matter(format: str) -> None:
    assert b"".join(encode(format, 1000)) == b"".join(encode(format, 30_001))


@pytest.mark.parametrize("format", sorted(set(FORMATS_STREAMED) - {"flac", "m4a"}))
def test_bytes_come_as_the_sound_does(format: str) -> None:
    """At most 1.5 seconds later: an Ogg page holds one second."""
    sizes = np.cumsum([len(piece) for piece in encode(format, 2205)])
    for tenth in range(15, 50):
        assert sizes[tenth] >= sizes[-1] * (tenth - 15) / 50


def test_flac_says_how_long_it_is() -> None:
    samples, rate = soundfile.read(io.BytesIO(b"".join(encode("flac", 1000))), dtype="int16")
    assert rate == 22050
    np.testing.assert_array_equal(samples, to_int16(SOUND))


def test_a_sound_of_the_right_rate_is_not_touched() -> None:
    samples = np.frombuffer(b"".join(encode("pcm", 1000, 24_000)), "<i2")
    np.testing.assert_array_equal(samples, to_int16(SOUND))


def test_resampling_keeps_pitch_and_loudness() -> None:
    samples = np.frombuffer(b"".join(encode("pcm", 1000)), "<i2") / 32767
    expected = sine(440, len(samples), 24_000)
    assert np.abs(samples - expected)[500:-500].max() < 1e-3

"""When each decoded frame is heard, how loud and how high: speed, pauses, volume and pitch of each token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tts.decoding.alignment import Alignment, Float32, Float64
from tts.options import PITCHES, SPEEDS, VOLUMES, SynthesisOptions
from tts.text.token import Token

_DECIBEL = np.log(10.0) / 20.0  # of amplitude, in the natural logarithm


@dataclass(frozen=True, eq=False)
class Phrase:
    """Frames that are heard without a pause, and the pause after them."""

    positions: Float64
    """The position of each frame among the decoded frames, with a fraction, (T_phrase,); never decreasing."""
    gain: Float32
    """Number to add to the natural-log mel magnitudes of each frame, (T_phrase,)."""
    pitch: Float32
    """Semitones of each frame above the voice's own pitch, (T_phrase,)."""
    pause: float
    """Seconds of silence after the last frame."""


def pace(
    mel: Float32, alignment: Alignment, options: SynthesisOptions, melody: Float64, n_frames: int | None = None
) -> list[Phrase]:
    """Divide a decoded sentence into phrases.

    The sentence is divided where a token asks for a pause: at the quietest frame of the token. mel: the mel bands
    alone, (n_mels, T_mel). melody: semitones to add to the pitch, (T_mel,). n_frames: frames to be heard; None for all.
    """
    speed, pitch, volume = _prosody(alignment.tokens, options)[alignment.token_of_frame].T  # (T_mel,) each
    pitch = pitch + melody
    cuts = _pauses(mel, alignment)
    last = (n_frames or alignment.n_frames) - 1
    edges = [0, *(frame for frame, _ in cuts), max(last, 1, *(frame + 1 for frame, _ in cuts))]
    pauses = [*(seconds for _, seconds in cuts), 0.0]
    phrases = []
    for start, end, pause in zip(edges, edges[1:], pauses, strict=False):
        positions = _positions(speed, start, end)
        nearest = np.rint(positions).astype(int)
        gain = (volume[nearest] * _DECIBEL).astype(np.float32)
        phrases.append(Phrase(positions, gain, pitch[nearest].astype(np.float32), pause))
    return phrases


def clock(phrases: Sequence[Phrase], hop_seconds: float, start: float) -> Callable[[Float64], Float64]:
    """Return the map from decoded frames to seconds, if the first frame is heard at `start`."""
    positions, times = [], []
    for phrase in phrases:
        positions.append(phrase.positions)
        times.append(start + hop_seconds * np.arange(len(phrase.positions)))
        start = float(times[-1][-1]) + phrase.pause
    known, heard = np.concatenate(positions), np.concatenate(times)
    return lambda frames: np.interp(frames, known, heard)


def sample(frames: Float32, positions: Float64) -> Float32:
    """Interpolate frames (n_channels, T) linearly at fractional positions (T_out,): (n_channels, T_out)."""
    left = np.minimum(positions.astype(int), max(0, frames.shape[1] - 2))
    weight = (positions - left).astype(np.float32)
    if not weight.any():
        return frames[:, left]
    right = np.minimum(left + 1, frames.shape[1] - 1)
    sampled: Float32 = frames[:, left] * (1 - weight) + frames[:, right] * weight
    return sampled


def _prosody(tokens: Sequence[Token], options: SynthesisOptions) -> Float64:
    """Return speed, pitch and volume of each token, (n_tokens, 3), within the limits of the options."""
    asked = np.array([(token.prosody.speed, token.prosody.pitch, token.prosody.volume) for token in tokens])
    prosody = asked * (options.speed, 1.0, 1.0) + (0.0, options.pitch, options.volume)
    lowest, highest = zip(SPEEDS, PITCHES, (-np.inf, VOLUMES[1]), strict=True)
    return np.clip(prosody, lowest, highest)


def _pauses(mel: Float32, alignment: Alignment) -> list[tuple[int, float]]:
    """Return frame and seconds of each pause asked for, in order. Pauses at the same frame are added up."""
    energy, owners = mel.mean(axis=0), alignment.token_of_frame
    pauses: dict[int, float] = {}
    for index, token in enumerate(alignment.tokens):
        if not token.pause:
            continue
        own = np.flatnonzero(owners == index)
        if not len(own):  # no frame belongs to the token: take the first frame of the tokens after it
            own = np.flatnonzero(owners > index)[:1] if (owners > index).any() else np.array([len(owners) - 1])
        frame = int(own[energy[own].argmin()])
        frame = min(max(frame, 1), len(owners) - 2)  # a phrase has two frames at least
        pauses[frame] = pauses.get(frame, 0.0) + token.pause
    return sorted(pauses.items())


def _positions(speed: Float64, start: int, end: int) -> Float64:
    """Return where frames `start` to `end` are sampled: evenly in time, so that each frame passes at its own speed."""
    slowness = 1.0 / speed[start : end + 1]
    times = np.concatenate([[0.0], np.cumsum((slowness[1:] + slowness[:-1]) / 2)])
    n_frames = max(2, round(float(times[-1])) + 1)
    return np.interp(np.linspace(0.0, times[-1], n_frames), times, np.arange(start, end + 1))

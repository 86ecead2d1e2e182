"""When each decoded frame is heard, and how loud: speed, pauses, volume and pitch, per token, through the alignment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tts.options import PITCHES, SPEEDS, VOLUMES, SynthesisOptions
from tts.prosody.timing import PHONEME_LEAD
from tts.text.token import Token

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

LEAD = round(PHONEME_LEAD)
"""Frames by which a phoneme is heard before the attention comes to it."""
_DECIBEL = np.log(10.0) / 20.0  # of amplitude, in the natural logarithm


@dataclass(frozen=True, eq=False)
class Piece:
    """Frames that are heard without a break, and the silence after them."""

    positions: Float64
    """Place of each frame to be heard among the decoded ones, with a fraction, (T_piece,); never decreasing."""
    gain: Float32
    """Added to the natural-log mel magnitudes of each, (T_piece,)."""
    pitch: Float32
    """Semitones above the voice's own pitch, (T_piece,)."""
    silence: float
    """Seconds."""


def pace(
    mel: Float32,
    alignment: Float32,
    tokens: Sequence[Token],
    token_indices: Sequence[int],
    options: SynthesisOptions,
    melody: Float64,
) -> list[Piece]:
    """Pieces of one decoded sentence, cut where a token asks for a pause: at the quietest frame that is its own.

    mel: (1, n_mels, T_mel), the bands alone. alignment: (T_step, T_text). token_indices: (T_text,), -1 for what is no
    token's. melody: (T_mel,), semitones to add to the pitch.
    """
    owners = frame_owners(alignment, token_indices, mel.shape[2] // len(alignment))
    speed, pitch, volume = _prosody(tokens, options)[owners].T  # (T_mel,) each
    pitch = pitch + melody
    cuts = _pauses(mel, owners, tokens)
    edges = [0, *(frame for frame, _ in cuts), mel.shape[2] - 1]
    silences = [*(seconds for _, seconds in cuts), 0.0]
    pieces = []
    for start, end, silence in zip(edges, edges[1:], silences, strict=False):
        positions = _positions(speed, start, end)
        nearest = np.rint(positions).astype(int)
        gain = (volume[nearest] * _DECIBEL).astype(np.float32)
        pieces.append(Piece(positions, gain, pitch[nearest].astype(np.float32), silence))
    return pieces


def clock(pieces: Sequence[Piece], hop_seconds: float, start: float) -> Callable[[Float64], Float64]:
    """When decoded frames are heard, in seconds, if the first begins at `start`."""
    positions, times = [], []
    for piece in pieces:
        positions.append(piece.positions)
        times.append(start + hop_seconds * np.arange(len(piece.positions)))
        start = float(times[-1][-1]) + piece.silence
    known, heard = np.concatenate(positions), np.concatenate(times)
    return lambda frames: np.interp(frames, known, heard)


def frame_owners(alignment: Float32, token_indices: Sequence[int], reduction_factor: int) -> Int64:
    """Index of the token heard in each frame, (T_mel,): what is no token's goes to the one before, or to the first."""
    indices = np.array(token_indices)
    known = np.flatnonzero(indices >= 0)
    before = np.searchsorted(known, np.arange(len(indices)), side="right") - 1
    owned = indices[known[np.maximum(before, 0)]]  # (T_text,)
    symbols = np.maximum.accumulate(alignment.argmax(axis=1))  # (T_step,)
    frames = np.repeat(owned[symbols], reduction_factor)
    owners: Int64 = frames[np.minimum(np.arange(len(frames)) + LEAD, len(frames) - 1)]
    return owners


def sample(frames: Float32, positions: Float64) -> Float32:
    """Frames (n_channels, T) at fractional positions (T_out,), interpolated linearly: (n_channels, T_out)."""
    left = np.minimum(positions.astype(int), max(0, frames.shape[1] - 2))
    weight = (positions - left).astype(np.float32)
    if not weight.any():
        return frames[:, left]
    right = np.minimum(left + 1, frames.shape[1] - 1)
    sampled: Float32 = frames[:, left] * (1 - weight) + frames[:, right] * weight
    return sampled


def _prosody(tokens: Sequence[Token], options: SynthesisOptions) -> Float64:
    """Speed, pitch and volume of each token, (n_tokens, 3), within what options may ask for."""
    asked = np.array([(token.prosody.speed, token.prosody.pitch, token.prosody.volume) for token in tokens])
    prosody = asked * (options.speed, 1.0, 1.0) + (0.0, options.pitch, options.volume)
    lowest, highest = zip(SPEEDS, PITCHES, (-np.inf, VOLUMES[1]), strict=True)
    return np.clip(prosody, lowest, highest)


def _pauses(mel: Float32, owners: Int64, tokens: Sequence[Token]) -> list[tuple[int, float]]:
    """Frame and seconds of each pause asked for, in order; pauses at one frame are added up."""
    energy = mel[0].mean(axis=0)
    pauses: dict[int, float] = {}
    for index, token in enumerate(tokens):
        if not token.pause:
            continue
        own = np.flatnonzero(owners == index)
        if not len(own):  # the attention never rested there: where the next token begins
            own = np.flatnonzero(owners > index)[:1] if (owners > index).any() else np.array([len(owners) - 1])
        frame = int(own[energy[own].argmin()])
        frame = min(max(frame, 1), len(owners) - 2)  # a piece has two frames at least
        pauses[frame] = pauses.get(frame, 0.0) + token.pause
    return sorted(pauses.items())


def _positions(speed: Float64, start: int, end: int) -> Float64:
    """Where frames start to end are sampled: evenly in the listener's time, so that each passes at its own speed."""
    slowness = 1.0 / speed[start : end + 1]
    times = np.concatenate([[0.0], np.cumsum((slowness[1:] + slowness[:-1]) / 2)])
    n_frames = max(2, round(float(times[-1])) + 1)
    return np.interp(np.linspace(0.0, times[-1], n_frames), times, np.arange(start, end + 1))

"""Measure one recording: recognition errors, quality, pauses, and the difference from a reference."""

from __future__ import annotations

from typing import NamedTuple

from tts.audio.mel import Float32
from tts.evaluation.cepstrum import mel_cepstra, mel_cepstral_distortion, warp
from tts.evaluation.errors import ErrorCounts, word_errors
from tts.evaluation.intervals import Share
from tts.evaluation.pauses import PauseTiming, measure_pauses, trim
from tts.evaluation.pitch import compare, track
from tts.evaluation.quality import distillmos, dnsmos
from tts.evaluation.recognizer import SAMPLE_RATE, Recognizer, resample
from tts.evaluation.unaligned import unaligned_seconds


class Sound(NamedTuple):
    """Samples `(T,)` of -1..1 and their rate in hertz."""

    samples: Float32
    sample_rate: int

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.sample_rate

    def at(self, sample_rate: int) -> Float32:
        """Return the samples at another rate."""
        return resample(self.samples, self.sample_rate, sample_rate)


class Heard(NamedTuple):
    """The measurements of one sound."""

    transcript: str
    shares: dict[str, Share]
    """Share by metric (`metrics.METRICS`). Metrics that need a reference are absent without one."""


def listen(recognizer: Recognizer, text: str, sound: Sound, reference: Sound | None) -> Heard:
    """Measure a recording of a text, and compare it with a reference recording if there is one.

    Raises TextError for a text without a word. For a sound without samples, only the errors are measured.
    """
    transcript = recognizer.hear(*sound)
    errors = word_errors(text, transcript.text)
    shares = _of_errors(errors)
    if len(sound.samples):
        samples = sound.at(SAMPLE_RATE)
        unaligned = unaligned_seconds(text, transcript.words, sound.seconds)
        shares["udr"] = Share(unaligned, sound.seconds)
        shares |= {name: Share(score) for name, score in (dnsmos(samples) | distillmos(samples)).items()}
        shares |= _of_timing(measure_pauses(samples), errors.n_words)
        if reference is not None:
            shares |= _against(samples, reference.at(SAMPLE_RATE))
    return Heard(transcript.text, shares)


def _of_errors(errors: ErrorCounts) -> dict[str, Share]:
    return {
        "wer": Share(errors.word_errors, errors.n_words),
        "cer": Share(errors.character_errors, errors.n_characters),
        "wdr": Share(errors.deletions, errors.n_words),
    }


def _of_timing(timing: PauseTiming, n_words: int) -> dict[str, Share]:
    return {
        "words_per_minute": Share(n_words, timing.seconds / 60),
        "pause_share": Share(timing.pause_seconds, timing.seconds),
        "pause": Share(timing.pause_seconds, len(timing.pauses)),
    }


def _against(samples: Float32, reference: Float32) -> dict[str, Share]:
    samples, reference = trim(samples), trim(reference)
    cepstra, wanted = mel_cepstra(samples), mel_cepstra(reference)
    path = warp(cepstra, wanted)
    pitch = compare(track(samples), track(reference), path)
    return {
        "mcd": Share(mel_cepstral_distortion(cepstra, wanted, path)),
        "log_f0_rmse": Share(pitch.squared_semitones, pitch.n_voiced),
        "voicing_error": Share(pitch.n_voicing_errors, pitch.n_pairs),
    }

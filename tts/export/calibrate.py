"""Measure a voice's calibration on the recordings that it was trained on."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np

from tts.card import Calibration
from tts.config import AudioConfig
from tts.corpus.features import Features
from tts.errors import TTSError
from tts.training.settings import load_config

logger = logging.getLogger(__name__)

CLIPS = 1000  # at most, evenly spaced
QUIETEST = 2.0  # percent of the frames, which are silent: `tts prepare` leaves more around each clip
SILENCE_SHARE = 0.775  # of the way from the mean to silence: -1.7 for the voice of version 0.1, whose silence is -2.2
USUAL_TEMPO = 0.085  # seconds for each phoneme of the voice of version 0.1, pauses included


def calibrate_run(run: Path, audio: AudioConfig) -> Calibration:
    """Measure the features of a training run, or return the defaults if the features are gone or of other settings."""
    try:
        features = Features(Path(load_config(run / "config.yaml", []).data.dir))
    except (TTSError, OSError) as error:
        logger.info("the calibration is the default: %s", error)
        return Calibration()
    return calibrate(features) if features.audio == audio else Calibration()


def calibrate(features: Features) -> Calibration:
    """Measure the level of silence and the tempo. A slow voice has longer limits; a fast voice has the usual ones."""
    usual = Calibration()
    slowness = max(1.0, _tempo(features) / USUAL_TEMPO)
    silence = SILENCE_SHARE * _silence(features)
    return replace(
        usual,
        silence=round(silence, 3) if silence < 0 else usual.silence,
        max_phoneme=round(usual.max_phoneme * slowness, 3),
        max_symbol=round(usual.max_symbol * slowness, 3) if slowness > 1 else usual.max_symbol,
    )


def _tempo(features: Features) -> float:
    """Return the seconds for each phoneme of the median clip."""
    clips = [clip for clip in features.clips if clip.n_spoken]  # older features do not count phonemes
    seconds = [clip.n_frames / clip.n_spoken / features.audio.frames_per_second for clip in clips]
    return float(np.median(seconds)) if seconds else USUAL_TEMPO


def _silence(features: Features) -> float:
    """Return the mean of the standardised mel bands in the quietest frames of the clips."""
    bands = slice(features.audio.n_mels)
    mean, std = features.mel_mean[bands], features.mel_std[bands]
    chosen = np.unique(np.linspace(0, len(features.clips) - 1, CLIPS).round().astype(int))
    levels = [((features.mel(int(index))[bands].T - mean) / std).mean(axis=1) for index in chosen]
    return float(np.percentile(np.concatenate(levels), QUIETEST))

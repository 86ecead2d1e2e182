"""The card of a voice: what `voice.json` holds."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass, field

from tts.common.validation import require_positive
from tts.config import AudioConfig, ModelConfig
from tts.errors import ConfigError

_FACTS = frozenset("name language description licence provenance limits training scores format".split())


@dataclass(frozen=True)
class Calibration:
    """The relation of attention and spectrogram to the sound, and the limits of normal attention.

    The defaults are those of the voice of version 0.1, whose attention stayed 9 to 185 ms on each phoneme over 26,000
    steps of ordinary and hard sentences.
    """

    phoneme_lead: float = 4.65 * 256 / 22_050
    """Seconds from the sound of a phoneme to the moment when half of the attention has reached it."""
    pause_lead: float = 2 * 256 / 22_050
    """Seconds from the start of a silence to the moment when half of the attention has reached its mark."""
    silence: float = -1.7
    """Mean of the standardised mel bands below which a step is silent; version 0.1: silence -2.2, faint words -1.1."""
    min_phoneme: float = 0.1 * 3 * 256 / 22_050
    """Seconds of attention, summed over the steps, below which a phoneme counts as skipped."""
    max_phoneme: float = 0.6
    """Seconds for which the attention may stay on one phoneme."""
    max_pause: float = 2.0
    """Seconds for which the attention may stay on a mark or a boundary."""
    max_tail: float = 1.0
    """Seconds for which decoding may continue after the last phoneme."""
    max_symbol: float = 12 * 3 * 256 / 22_050
    """Seconds per symbol of a sentence after which decoding counts as runaway."""

    def __post_init__(self) -> None:
        require_positive(self, "min_phoneme", "max_phoneme", "max_pause", "max_tail", "max_symbol")
        for name in ("phoneme_lead", "pause_lead"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}, but 0 up to 1 second is possible: change it")
        if not -math.inf < self.silence < 0:
            raise ConfigError(f"silence is {self.silence}, but must be below 0, the mean of all frames: change it")


@dataclass(frozen=True)
class VoiceCard:
    """The description of a voice: everything needed to use it, and facts for its listeners."""

    name: str
    """Short name, for `--voice`."""
    language: str
    """BCP 47 tag of the language."""
    description: str
    """One sentence about the speaker and the sound."""
    licence: str
    """SPDX identifier of the licence of the weights."""
    provenance: str
    """Origin of the recordings, the texts and the weights."""
    audio: AudioConfig
    model: ModelConfig
    symbols: tuple[str, ...]
    """Symbol table: a phoneme id is an index into it."""
    question_rise: float = 0.0
    """Semitones to raise the end of a yes-no question above the model's prediction; 0 to 12."""
    keeps_dropout: bool = True
    """Whether the prenet's dropout is on in the first attempt, as in training (Shen et al. 2018, section 2.2).

    A voice with long training is clearer without dropout, a voice with few clips is clearer with it.
    """
    postnet_look_ahead: int = 0
    """Frames on each side of a frame that the postnet looks at."""
    griffin_lim_rounds: int = 4
    """Rounds of Griffin-Lim after the first phases; chosen by measurement."""
    sharpening: float = 0.0
    """Share by which mel bands are raised over their neighbours, 0 to 1 (see `tts.export.sharpen`)."""
    calibration: Calibration = field(default_factory=Calibration)
    """Delays and thresholds of the voice. `tts export` measures some of them."""
    limits: str = ""
    """What the voice does badly, or should not be used for."""
    training: dict[str, float] = field(default_factory=dict)
    """Amounts of training: clips, hours of audio, steps; of a blended voice, its share (see `tts export --blend`)."""
    scores: dict[str, float] = field(default_factory=dict)
    """Measured quality; the recipe says how."""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 of every other file of the voice."""
    format: int = 3
    """Version of this layout."""

    def __post_init__(self) -> None:
        if not 0 <= self.question_rise <= 12:
            raise ConfigError(f"question_rise is {self.question_rise}, but 0 to 12 semitones are possible: change it")
        if not 0 <= self.sharpening <= 1:
            raise ConfigError(f"sharpening is {self.sharpening}, but 0 to 1 is possible: change it")
        if len(self.symbols) != self.model.n_symbols:
            raise ConfigError(f"{len(self.symbols)} symbols, but the model has n_symbols {self.model.n_symbols}")
        if self.audio.n_bands != self.model.n_mels:
            raise ConfigError(f"audio has {self.audio.n_bands} mel bands, but the model predicts {self.model.n_mels}")
        if self.audio.n_source != self.model.n_source:
            raise ConfigError(
                f"audio has {self.audio.n_source} source channels, but the model predicts {self.model.n_source}"
            )


def fingerprint(card: VoiceCard) -> str:
    """Return a digest of everything in a voice that its sound depends on. A voice may change under the same name."""
    sound = {key: value for key, value in dataclasses.asdict(card).items() if key not in _FACTS}
    return hashlib.sha256(json.dumps(sound, sort_keys=True).encode()).hexdigest()

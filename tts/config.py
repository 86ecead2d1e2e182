"""The configuration of a voice: frozen dataclasses that check their values. Each field has a sentence and a unit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import pairwise

from tts.common.plugins import is_plugin
from tts.common.validation import require_one_of, require_positive
from tts.errors import ConfigError


@dataclass(frozen=True)
class AudioConfig:
    """The analysis of a waveform: magnitudes of a centred, Hann-windowed STFT in Slaney's mel bands."""

    sample_rate: int = 22050
    """Samples per second, in hertz."""
    n_fft: int = 1024
    """Length of one Fourier transform, in samples."""
    win_length: int = 1024
    """Length of the analysis window, in samples; at most `n_fft`."""
    hop_length: int = 256
    """Distance between two frames, in samples."""
    n_mels: int = 160
    """Number of bands of a mel spectrogram."""
    f_min: float = 0.0
    """Lower edge of the lowest band, in hertz."""
    f_max: float = 11025.0
    """Upper edge of the highest band, in hertz; at most half the sample rate."""
    floor: float = 1e-5
    """Smallest mel magnitude kept before the logarithm; below it is silence."""
    f0_min: float = 55.0
    """Lowest pitch of the voice, in hertz."""
    f0_max: float = 400.0
    """Highest pitch of the voice, in hertz."""
    voicing_edges: tuple[float, ...] = (1000.0, 2000.0, 4000.0)
    """Frequencies between the bands with separate voicing, in hertz. Empty: a frame has a harmonic and an aperiodic
    mel spectrogram instead, and one flag says whether it is voiced."""

    def __post_init__(self) -> None:
        require_positive(self, "sample_rate", "n_fft", "win_length", "hop_length", "n_mels", "floor")
        if self.win_length > self.n_fft:
            raise ConfigError(f"win_length {self.win_length} is longer than n_fft {self.n_fft}: shorten the window")
        if not 0 <= self.f_min < self.f_max <= self.sample_rate / 2:
            raise ConfigError(
                f"f_min {self.f_min} and f_max {self.f_max} must satisfy 0 <= f_min < f_max <= {self.sample_rate / 2}"
            )
        if not 20 <= self.f0_min < self.f0_max <= 1000:
            raise ConfigError(
                f"f0_min {self.f0_min} and f0_max {self.f0_max} must satisfy 20 <= f0_min < f0_max <= 1000"
            )
        edges = (0.0, *self.voicing_edges, self.sample_rate / 2)
        if any(low >= high for low, high in pairwise(edges)):
            limits = f"above 0 and below {self.sample_rate / 2}"
            raise ConfigError(f"voicing_edges {self.voicing_edges} must rise, {limits}")

    @property
    def n_bands(self) -> int:
        """Mel bands of a frame, of one spectrogram or of a harmonic and an aperiodic one."""
        return self.n_mels if self.voicing_edges else 2 * self.n_mels

    @property
    def n_source(self) -> int:
        """Channels of the source: the pitch and the voicing of each band."""
        return len(self.voicing_edges) + 2

    @property
    def n_channels(self) -> int:
        """Channels of a frame of features: the mel bands, then the source."""
        return self.n_bands + self.n_source

    @property
    def n_freqs(self) -> int:
        """Bins of one real Fourier transform."""
        return self.n_fft // 2 + 1

    @property
    def frames_per_second(self) -> float:
        """Spectrogram frames in one second of audio."""
        return self.sample_rate / self.hop_length


@dataclass(frozen=True)
class SpectrumConfig:
    """The dimensions of the network from frames to a complex spectrum."""

    dim: int = 256
    """Channels between its ConvNeXt blocks."""
    hidden_dim: int = 384
    """Channels inside a block."""
    blocks: int = 4
    """Number of blocks."""

    def __post_init__(self) -> None:
        require_positive(self, "dim", "hidden_dim", "blocks")

    @property
    def look_ahead(self) -> int:
        """Frames on each side of a frame that its spectrum depends on."""
        return convnext_look_ahead(self.blocks)


@dataclass(frozen=True)
class ModelConfig:
    """The dimensions of the acoustic model. They are stored with its weights."""

    n_symbols: int
    """Size of the voice's symbol table."""
    n_mels: int = 160
    """Bands of the predicted spectrogram."""
    n_source: int = 5
    """Channels of the source: pitch and voicing."""
    encoder_dim: int = 192
    """Channels of the embedding, the encoder's convolutions and its output; even."""
    encoder_convs: int = 3
    """Number of encoder convolutions."""
    cell: str = "lstm"
    """Recurrent cell of the attention and the decoder: `lstm`, `gru`, or `rnn` without gates."""
    prenet_dim: int = 128
    """Width of the two prenet layers."""
    attention: str = "dynamic_convolution"
    """Kind of attention: `dynamic_convolution`, or a class of your own as `module:Class`."""
    attention_rnn_dim: int = 384
    """Units of the attention RNN."""
    attention_dim: int = 96
    """Width of the attention's hidden layer."""
    attention_filters: int = 8
    """Number of static filters over the previous alignment, and again of dynamic filters."""
    attention_taps: int = 21
    """Length of those filters, in symbols; odd."""
    prior_taps: int = 11
    """Length of the causal prior filter, in symbols: how far attention may move in one step, plus one."""
    prior_alpha: float = 0.1
    """First shape of the prior's beta-binomial distribution."""
    prior_beta: float = 0.9
    """Second shape of the prior's beta-binomial distribution."""
    decoder_rnn_dim: int = 384
    """Units of the decoder RNN; 0 leaves it out."""
    reduction_factor: int = 3
    """Spectrogram frames predicted by one decoder step."""
    postnet_dim: int = 256
    """Channels between the blocks of the postnet."""
    postnet_hidden_dim: int = 384
    """Channels inside a block of the postnet."""
    postnet_blocks: int = 4
    """Number of the postnet's ConvNeXt blocks."""
    spectrum: SpectrumConfig | None = None
    """The network from frames to spectra. None: the mel bands filter an excitation instead."""
    kernel_size: int = 5
    """Length of the encoder's convolutions, in symbols; odd."""
    conv_dropout: float = 0.3
    """Probability of dropping an activation after an encoder convolution, in training."""
    prenet_dropout: float = 0.5
    """Probability of dropping a prenet activation, in training and synthesis alike (Shen et al. 2018, section 2.2)."""

    @property
    def n_channels(self) -> int:
        """Channels of a predicted frame: the mel bands, then the source."""
        return self.n_mels + self.n_source

    def __post_init__(self) -> None:
        require_one_of(self, "cell", "lstm", "gru", "rnn")
        if not is_plugin(self.attention):
            require_one_of(self, "attention", "dynamic_convolution", "module:Class")
        counts = [f.name for f in dataclasses.fields(self) if f.type == "int" and f.name != "decoder_rnn_dim"]
        require_positive(self, *counts, "prior_alpha", "prior_beta")
        if self.decoder_rnn_dim < 0:
            raise ConfigError(f"decoder_rnn_dim is {self.decoder_rnn_dim}, but must be 0 or more: 0 leaves it out")
        for name in ("attention_taps", "kernel_size"):
            if getattr(self, name) % 2 == 0:
                raise ConfigError(f"{name} is {getattr(self, name)}, but must be odd to be centred: add or take one")
        if self.prior_taps > self.attention_taps // 2 + 1:
            raise ConfigError(
                f"prior_taps is {self.prior_taps}, but at most {self.attention_taps // 2 + 1} fit in the backward half "
                f"of {self.attention_taps} attention_taps"
            )
        if self.encoder_dim % 2:
            raise ConfigError(f"encoder_dim is {self.encoder_dim}, but must be even: its two directions share it")
        for name in ("conv_dropout", "prenet_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}, but a probability from 0 up to 1 is needed")


CONVNEXT_INPUT_KERNEL = 3
"""Frames that the first convolution of a ConvNeXt stack sees."""
CONVNEXT_KERNEL = 7
"""Frames that the convolution of a ConvNeXt block sees."""


def convnext_look_ahead(blocks: int) -> int:
    """Frames on each side of a frame that a stack of so many blocks looks at."""
    return CONVNEXT_INPUT_KERNEL // 2 + blocks * (CONVNEXT_KERNEL // 2)

"""The spectrum network that new voices start from. It has learnt from the recordings of many speakers.

`recipes/spectrum` trains it. How frames sound hardly depends on the speaker, so a new voice sounds well from its first
hour on, while its own network learns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from torch import Tensor

from tts.config import AudioConfig
from tts.corpus.features import Features
from tts.corpus.separation import AUDIO
from tts.model.spectrum import SpectrumNet
from tts.training.weights import unpack

FILE = "spectrum.npz"


def is_fit(network: SpectrumNet, features: Features) -> bool:
    """Return whether a network for these features can start from it: for recordings, in frames and sizes like its own.

    A teacher that knows the parts of its spectrum teaches a network of its own.
    """
    has_parts = any(clip.has_parts for clip in features.clips)
    has_sizes = _sizes(network.state_dict()) == _sizes(_weights())
    return has_sizes and not has_parts and _kind(network.audio) == _kind(AUDIO)


def start(network: SpectrumNet) -> None:
    """Copy the weights into a network that is fit."""
    network.load_state_dict(_weights())


def _sizes(weights: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}


def _kind(audio: AudioConfig) -> AudioConfig:
    """Return the settings that decide what a frame is: all but the range of the search for the pitch."""
    return dataclasses.replace(audio, f0_min=AUDIO.f0_min, f0_max=AUDIO.f0_max)


@lru_cache(maxsize=1)
def _weights() -> dict[str, Tensor]:
    return unpack((resources.files("tts.training") / "data" / FILE).read_bytes())

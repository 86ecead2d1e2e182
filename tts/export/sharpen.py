"""Sharpen the mel bands of a voice, against the blur of predicted frames.

A prediction that minimises an error is smoother than what it predicts: its formants are flatter. Raising each band over
its neighbours undoes that, as the postfilters of statistical synthesis do (Yoshimura et al. 2005, "Incorporating a
mixed excitation model and postfilter into HMM-based text-to-speech synthesis").
"""

from __future__ import annotations

import torch
from torch import Tensor

from tts.config import AudioConfig

N_NEIGHBOURS = 11  # bands in the mean that a band is raised over, itself among them


def sharpening(audio: AudioConfig, share: float) -> Tensor:
    """Return the matrix (n_channels, n_channels) that raises log-mel bands over the mean of their neighbours.

    share: of a band's distance from that mean, to be added to the distance. Beyond the outer bands the mean repeats
    them. The source channels stay.
    """
    half = N_NEIGHBOURS // 2
    bands = torch.arange(audio.n_mels)
    around = (bands.unsqueeze(1) + torch.arange(-half, half + 1)).clamp(0, audio.n_mels - 1)  # (n_mels, N_NEIGHBOURS)
    mean = torch.zeros(audio.n_mels, audio.n_mels)
    mean.scatter_add_(1, around, torch.full(around.shape, 1 / N_NEIGHBOURS))
    sharper = (1 + share) * torch.eye(audio.n_mels) - share * mean
    matrix = torch.eye(audio.n_channels)
    for start in range(0, audio.n_bands, audio.n_mels):
        spectrum = slice(start, start + audio.n_mels)
        matrix[spectrum, spectrum] = sharper
    return matrix

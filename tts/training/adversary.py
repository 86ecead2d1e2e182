"""A discriminator that teaches the postnet not to blur spectrograms.

A prediction that minimises the distance to all likely spectrograms is smoother than each of them. It sounds dull. So a
small discriminator classifies patches of recorded and refined spectrograms, and the postnet learns to pass for a
recording. The loss is least squares (Mao et al. 2017, "Least squares generative adversarial networks", section 3.2).
The discriminator also sees the decoder's prediction, so that the added detail must fit it (Isola et al. 2017,
"Image-to-image translation with conditional adversarial networks", section 3).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

SHARE = 0.5
"""Share of the mel bands, from the top, that are judged. Lower bands resolve harmonics, whose places depend on a pitch
that the postnet does not know exactly; it would learn to draw false ones. The excitation supplies them."""

_CHANNELS = (2, 24, 48, 64, 1)
_KERNELS = ((5, 5), (5, 3), (3, 3), (3, 3))  # in bands and in frames
_STRIDES = ((2, 1), (2, 2), (2, 2), (1, 1))
_STRIDE = math.prod(frames for _, frames in _STRIDES)  # frames between two verdicts
_SLOPE = 0.2


class Judgement(NamedTuple):
    """The losses of one batch: two for the postnet, one for the discriminator."""

    fooled: Tensor  # how easily refined spectrograms are recognised
    features: Tensor  # mean difference between the discriminator's features of both
    judge: Tensor  # classification error of the discriminator


class Adversary(nn.Module):
    """A convolutional discriminator over patches of two spectrograms: the one to judge, and the decoder's."""

    def __init__(self, n_mels: int) -> None:
        super().__init__()
        self.bands = slice(n_mels - round(n_mels * SHARE), n_mels)
        sizes = zip(pairwise(_CHANNELS), _KERNELS, _STRIDES, strict=True)
        self.layers = nn.ModuleList(
            nn.Conv2d(a, b, kernel, stride, padding=(kernel[0] // 2, kernel[1] // 2))
            for (a, b), kernel, stride in sizes
        )

    def forward(self, mel: Tensor, predicted: Tensor, mask: Tensor) -> list[Tensor]:
        """Return the features of each layer, (B, channels, bands, frames); the last are verdicts, 1 for a recording.

        mel, predicted: (B, n_channels, T_mel); `predicted` is before the postnet. mask: (B, T_mel).
        """
        pair = torch.stack([mel[:, self.bands], predicted[:, self.bands]], dim=1) * mask[:, None, None]
        features = [pair]
        for layer in self.layers:
            is_last = layer is self.layers[-1]
            seen = layer(features[-1])
            features.append(seen if is_last else functional.leaky_relu(seen, _SLOPE))
        return features[1:]

    def judge(self, refined: Tensor, target: Tensor, predicted: Tensor, mask: Tensor) -> Judgement:
        """Judge the postnet's output and the recording, both (B, n_channels, T_mel).

        `fooled` and `features` have gradients only for the postnet, `judge` only for the discriminator, so one backward
        pass over their sum trains both.
        """
        recorded = self(target, predicted, mask)
        found_out = self(refined.detach(), predicted, mask)
        fixed = {name: parameter.detach() for name, parameter in self.named_parameters()}
        passed: list[Tensor] = functional_call(self, fixed, (refined, predicted, mask))
        frames = mask[:, None, None, ::_STRIDE]
        differences = [(a - b.detach()).abs().mean() for a, b in zip(passed[:-1], recorded[:-1], strict=True)]
        return Judgement(
            _distance(passed[-1], 1.0, frames),
            torch.stack(differences).sum(),
            _distance(recorded[-1], 1.0, frames) + _distance(found_out[-1], 0.0, frames),
        )


def _distance(verdicts: Tensor, wanted: float, mask: Tensor) -> Tensor:
    """Return the mean square of verdicts (B, 1, bands, frames) minus `wanted`, where mask (B, 1, 1, frames)."""
    squares = (verdicts - wanted).square() * mask
    return squares.sum() / (mask.sum() * verdicts.size(2)).clamp_min(1)

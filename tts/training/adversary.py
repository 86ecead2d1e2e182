"""A judge of detail: it learns to tell recorded spectrograms from predicted ones, and teaches the postnet not to blur.

The spectrogram that is nearest to all likely ones is smoother than any of them, and one hears it: formants are wide and
consonants dull. So a small network judges patches of both, and the postnet, a filter over finished predictions, learns
to pass for a recording; least squares keep the two apart gently (Mao et al. 2017, "Least squares generative adversarial
networks", section 3.2). As the decoder's own prediction is shown to the judge as well, what is added has to fit it
(Isola et al. 2017, "Image-to-image translation with conditional adversarial networks", section 3).
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
"""Share of the mel bands, from the top, that are judged. Below, harmonics are told apart, and their places depend on a
pitch that the postnet cannot know so exactly: made to draw them, it draws false ones. The excitation supplies them."""

_CHANNELS = (2, 24, 48, 64, 1)
_KERNELS = ((5, 5), (5, 3), (3, 3), (3, 3))  # in bands and in frames
_STRIDES = ((2, 1), (2, 2), (2, 2), (1, 1))
_STRIDE = math.prod(frames for _, frames in _STRIDES)  # frames from one verdict to the next
_SLOPE = 0.2


class Judgement(NamedTuple):
    """The losses of one batch: two for the postnet, one for the judge."""

    fooled: Tensor  # how far predictions are from passing for recordings
    features: Tensor  # mean difference of what the judge's layers see in them
    judge: Tensor  # how far the judge is from telling them apart


class Adversary(nn.Module):
    """A convolutional network over patches of two spectrograms, the one to be judged and the decoder's."""

    def __init__(self, n_mels: int) -> None:
        super().__init__()
        self.bands = slice(n_mels - round(n_mels * SHARE), n_mels)
        sizes = zip(pairwise(_CHANNELS), _KERNELS, _STRIDES, strict=True)
        self.layers = nn.ModuleList(
            nn.Conv2d(a, b, kernel, stride, padding=(kernel[0] // 2, kernel[1] // 2))
            for (a, b), kernel, stride in sizes
        )

    def forward(self, mel: Tensor, predicted: Tensor, mask: Tensor) -> list[Tensor]:
        """What each layer makes of mel, (B, channels, bands, frames), the verdicts last: 1 for a recording, else 0.

        mel, predicted: (B, n_channels, T_mel), the latter before the postnet. mask: (B, T_mel).
        """
        pair = torch.stack([mel[:, self.bands], predicted[:, self.bands]], dim=1) * mask[:, None, None]
        features = [pair]
        for layer in self.layers:
            is_last = layer is self.layers[-1]
            seen = layer(features[-1])
            features.append(seen if is_last else functional.leaky_relu(seen, _SLOPE))
        return features[1:]

    def judge(self, refined: Tensor, target: Tensor, predicted: Tensor, mask: Tensor) -> Judgement:
        """Judge the postnet's output beside the recording, both (B, n_channels, T_mel).

        `fooled` and `features` have gradients for the postnet alone, `judge` for the judge alone: one backward pass
        over their sum trains both.
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
    """Mean square of verdicts (B, 1, bands, frames) from what is wanted of them, where mask (B, 1, 1, frames)."""
    squares = (verdicts - wanted).square() * mask
    return squares.sum() / (mask.sum() * verdicts.size(2)).clamp_min(1)

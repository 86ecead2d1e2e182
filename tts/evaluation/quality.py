"""Predict what listeners would say of the sound: DNSMOS and DistillMOS, from the weights inside their packages."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from tts.audio.mel import Float32

SCORES = {"ovrl": "ovrl_mos", "sig": "sig_mos", "bak": "bak_mos", "p808": "p808_mos"}
DISTILLMOS_PACKAGES = ("distillmos", "xls_r_sqa", "torch", "torchaudio")
DISTILLMOS_MISSING = "DistillMOS is left out, because {} is not installed: pip install '.[eval]' in griffon's folder"


def dnsmos(samples: Float32) -> dict[str, float]:
    """Predict mean opinion scores from 1 (bad) to 5 (excellent) of samples `(T,)` at 16,000 hertz, T > 0.

    ovrl, sig, bak: quality of the whole, the speech and the background as in ITU-T P.835 (Reddy, Gopal and Cutler 2022,
    "DNSMOS P.835"). p808: overall quality as in ITU-T P.808 (the same authors 2021, "DNSMOS"). The network was trained
    on noisy telephony. It detects noise, buzz and muffled speech, but not wrong words or wrong intonation.
    """
    from speechmos import dnsmos as model

    scores: dict[str, Any] = model.run(np.clip(samples, -1.0, 1.0), 16_000)
    return {name: float(scores[key]) for name, key in SCORES.items()}


def distillmos(samples: Float32) -> dict[str, float]:
    """Predict the mean opinion score from 1 (bad) to 5 (excellent) of samples `(T,)` at 16,000 hertz, T > 0.

    Source: Stahl and Gamper 2025, "Distillation and pruning for scalable self-supervised representation-based speech
    quality assessment". It judges naturalness more sharply than DNSMOS. Clips over 7.68 s are scored in overlapping
    windows, and the mean counts. Empty if a package is missing (see `missing_for_distillmos`).
    """
    if missing_for_distillmos():
        return {}
    import torch

    with torch.inference_mode():
        return {"distillmos": float(_distillmos_model()(torch.from_numpy(np.clip(samples, -1.0, 1.0)[None])))}


def missing_for_distillmos() -> str:
    """Name the first package that DistillMOS lacks. Empty if all are installed."""
    return next((package for package in DISTILLMOS_PACKAGES if find_spec(package) is None), "")


@cache
def _distillmos_model() -> Any:
    import torch
    from distillmos.sqa import DEFAULT_WEIGHTS_CHKPT, ConvTransformerSQAModel

    model = ConvTransformerSQAModel(load_weights=False)  # it would print to standard output
    model.load_state_dict(torch.load(DEFAULT_WEIGHTS_CHKPT, map_location="cpu", weights_only=True)["model"])
    return model.eval()

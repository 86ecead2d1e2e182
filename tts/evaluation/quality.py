"""What listeners might say of the sound, as a network guesses: DNSMOS, from the model that speechmos carries."""

from __future__ import annotations

from typing import Any

import numpy as np

from tts.audio.mel import Float32

SCORES = {"ovrl": "ovrl_mos", "sig": "sig_mos", "bak": "bak_mos", "p808": "p808_mos"}


def dnsmos(samples: Float32) -> dict[str, float]:
    """Mean opinion scores from 1 (bad) to 5 (excellent) of samples `(T,)` at 16,000 hertz, T > 0.

    ovrl, sig, bak: overall quality, that of the speech and that of the background, as ITU-T P.835 asks for them
    (Reddy, Gopal and Cutler 2022, "DNSMOS P.835"). p808: overall quality as ITU-T P.808 asks for it (the same authors
    2021, "DNSMOS"). Trained on noisy telephony, not on synthesis: it hears noise, buzz and muffling, and is deaf to
    wrong words and wrong melody.
    """
    from speechmos import dnsmos as model

    scores: dict[str, Any] = model.run(np.clip(samples, -1.0, 1.0), 16_000)
    return {name: float(scores[key]) for name, key in SCORES.items()}

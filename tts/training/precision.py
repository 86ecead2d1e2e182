"""Which precisions this machine multiplies fast."""

from __future__ import annotations

import torch


def has_bf16() -> bool:
    """Return whether the GPU, or else the processor, multiplies bf16 itself. Others imitate it, ten times slower."""
    return torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported()

"""A loss on the change from frame to frame, which a blurred spectrogram lacks.

'loss.extra={delta_loss:delta_loss: 0.5}'
"""

from __future__ import annotations

from torch import Tensor

from tts.model.tacotron import Tacotron, TeacherForced
from tts.training.data import Batch
from tts.training.windows import Refined


def delta_loss(model: Tacotron, batch: Batch, mel: Tensor, output: TeacherForced, windows: Refined) -> Tensor:
    """Return the mean absolute error of the differences between neighbouring frames, after the postnet."""
    errors = (windows.refined - windows.target).diff(dim=2).abs().mean(dim=1)  # (B, W - 1)
    mask = windows.mask[:, 1:]  # a frame that is not padding has another one before it
    return (errors * mask).sum() / mask.sum().clamp_min(1)

"""Make sound from frames during training, with the model's own networks."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from tts.audio.mel import Float32, inverse_filterbank, mel_filterbank
from tts.audio.vocoder import Spectrum, SpectrumVocoder, invert
from tts.config import AudioConfig
from tts.model.spectrum import MAX_LOG_MAGNITUDE, SpectrumNet
from tts.model.tacotron import Tacotron


def sound(model: Tacotron, frames: Tensor, audio: AudioConfig) -> Float32 | None:
    """Return samples (T,) of frames (n_channels, T_mel); None if these frames need a network that the model lacks."""
    if model.spectrum is not None and model.config.spectrum is not None:
        network = model.spectrum
        vocoder = SpectrumVocoder(lambda x: predicted(network, x), model.config.spectrum.look_ahead, audio)
        return np.concatenate([vocoder.push(frames.numpy()), vocoder.finish()])
    if audio.voicing_edges:
        return invert(frames.numpy(), inverse_filterbank(mel_filterbank(audio)), audio)
    return None


@torch.inference_mode()
def predicted(network: SpectrumNet, frames: Float32) -> Spectrum:
    """Run a spectrum network on frames (n_channels, T), and return the result in the vocoder's form."""
    parts = network(torch.from_numpy(frames).unsqueeze(0))
    harmonic, aperiodic = (
        envelope[0].clamp_max(MAX_LOG_MAGNITUDE) for envelope in (parts.filter_envelope, parts.free_envelope)
    )
    return Spectrum(
        torch.complex(parts.filter_real, parts.filter_imag)[0].numpy(),
        torch.complex(parts.free_real, parts.free_imag)[0].numpy(),
        (parts.log_noise[0] - parts.free_envelope[0]).numpy(),
        harmonic.exp().numpy(),
        aperiodic.exp().numpy(),
    )

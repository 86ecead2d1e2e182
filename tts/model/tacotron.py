"""The acoustic model: predict a standardised log-mel spectrogram from phoneme ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tts.config import AudioConfig, ModelConfig
from tts.model.decoder import Decoder, DecoderOutput
from tts.model.encoder import Encoder, length_mask
from tts.model.postnet import Postnet, context_of_frame, symbol_of_frame
from tts.model.spectrum import SpectrumNet

STOP_LOGIT = 0.0  # generation stops after a step whose stop logit exceeds this, a probability of one half


class TeacherForced(NamedTuple):
    """What `Tacotron.forward` predicts of a batch; the first is what the postnet needs besides frames."""

    memory: Tensor  # (B, T_text, encoder_dim)
    mel: Tensor  # (B, n_channels, T_mel), standardised, before the postnet
    stop_logits: Tensor  # (B, T_step)
    alignment: Tensor  # (B, T_step, T_text)


class Generated(NamedTuple):
    """One generated utterance."""

    mel: Tensor  # (1, n_channels, T_mel), standardised, after the postnet
    alignment: Tensor  # (1, T_step, T_text)


class Tacotron(nn.Module):
    """Encoder, attention decoder, postnet, and a spectrum network where the config has one.

    Frames are standardised per channel by `mel_mean` and `mel_std`.
    """

    mel_mean: Tensor
    mel_std: Tensor

    def __init__(self, config: ModelConfig, audio: AudioConfig | None = None, coarsest_factor: int = 1) -> None:
        """Build a model with random weights.

        audio: what the frames are; needed where `config.spectrum` asks for a spectrum network. coarsest_factor: a
        reduction factor that training may begin with, above the config's (see `Decoder`).
        """
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config, coarsest_factor)
        self.postnet = Postnet(config)
        self.spectrum: SpectrumNet | None = None
        if config.spectrum is not None:
            assert audio is not None, "a spectrum network needs to know what its frames are"
            self.spectrum = SpectrumNet(audio, config.spectrum)
        self.register_buffer("mel_mean", torch.zeros(config.n_channels))
        self.register_buffer("mel_std", torch.ones(config.n_channels))

    def standardize(self, log_mel: Tensor) -> Tensor:
        """Scale frames (B, n_channels, T_mel), log-mel bands and source, to zero mean and unit variance per channel."""
        return (log_mel - self.mel_mean.unsqueeze(1)) / self.mel_std.unsqueeze(1)

    def log_mel(self, mel: Tensor) -> Tensor:
        """Undo `standardize`."""
        return mel * self.mel_std.unsqueeze(1) + self.mel_mean.unsqueeze(1)

    def forward(
        self,
        phoneme_ids: Tensor,
        phoneme_lengths: Tensor,
        mel: Tensor,
        dropout: Tensor | None = None,
        reduction_factor: int | None = None,
        alignment: Tensor | None = None,
    ) -> TeacherForced:
        """Teacher-forced prediction, before the postnet.

        phoneme_ids: (B, T_text) int64. phoneme_lengths: (B,). mel: (B, n_channels, T_mel) standardised, T_mel a
        multiple of the reduction factor. dropout: (B, T_step, 2, prenet_dim); None draws it. reduction_factor: None
        takes the config's. alignment: (B, T_step, T_text), the true one, where it is known (see
        `Decoder.teacher_force`).
        """
        memory = self.encoder(phoneme_ids, phoneme_lengths)  # (B, T_text, encoder_dim)
        mask = length_mask(phoneme_lengths, phoneme_ids.size(1))  # (B, T_text)
        if dropout is None:
            steps = mel.size(2) // (reduction_factor or self.config.reduction_factor)
            dropout = self.decoder.prenet.draw_dropout(mel.size(0), steps)
        output = self.decoder.teacher_force(mel, memory, mask, dropout, reduction_factor, alignment)
        return TeacherForced(memory, *output)

    @torch.inference_mode()
    def stream(
        self, phoneme_ids: Tensor, seed: int = 0, max_steps: int = 2000, reduction_factor: int | None = None
    ) -> Iterator[DecoderOutput]:
        """Yield decoder steps for one utterance (1, T_text) until the model stops or after `max_steps` steps."""
        memory = self.encoder(phoneme_ids)  # (1, T_text, encoder_dim)
        mask = torch.ones_like(phoneme_ids, dtype=torch.bool)
        state = self.decoder.initial_state(memory)
        frame = memory.new_zeros(1, self.config.n_channels)
        generator = torch.Generator().manual_seed(seed)
        for _ in range(max_steps):
            dropout = self.decoder.prenet.draw_dropout(1, generator=generator)
            output, state = self.decoder.step(frame, state, memory, mask, dropout, reduction_factor)
            yield output
            if output.stop_logits.item() > STOP_LOGIT:
                return
            frame = output.mel[:, :, -1]

    @torch.inference_mode()
    def generate(
        self, phoneme_ids: Tensor, seed: int = 0, max_steps: int = 2000, reduction_factor: int | None = None
    ) -> Generated:
        """Synthesise one utterance (1, T_text): `stream`, joined, through the postnet."""
        factor = reduction_factor or self.config.reduction_factor
        steps = list(self.stream(phoneme_ids, seed, max_steps, factor))
        alignment = torch.cat([step.alignment for step in steps], dim=1)  # (1, T_step, T_text)
        symbols = symbol_of_frame(alignment, torch.tensor([len(steps)]), factor)
        context = context_of_frame(self.encoder(phoneme_ids), symbols)
        mel = self.postnet(torch.cat([step.mel for step in steps], dim=2), context)
        return Generated(mel, alignment)

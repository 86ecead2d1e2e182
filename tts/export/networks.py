"""The networks of a voice as they are exported: for one utterance, with all linear layers as matrix products."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from tts.export.fuse import linear
from tts.model.convnext import ConvNeXt, ConvNeXtBlock
from tts.model.encoder import Encoder
from tts.model.spectrum import MAX_LOG_MAGNITUDE, N_PARTS, SpectrumNet
from tts.model.tacotron import Tacotron


class UnrolledConv(nn.Module):
    """A convolution over time for one utterance, (T, in) -> (T, out), as a product of two matrices."""

    def __init__(self, conv: nn.Conv1d) -> None:
        super().__init__()
        assert conv.bias is not None
        self.kernel = conv.kernel_size[0]
        self.product = linear(conv.weight.permute(0, 2, 1).flatten(1), conv.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution of x, with zeros beyond its ends."""
        padded = nn.functional.pad(x, (0, 0, self.kernel // 2, self.kernel // 2))
        windows = [padded[offset : offset + x.size(0)] for offset in range(self.kernel)]
        product: Tensor = self.product(torch.cat(windows, dim=1))
        return product


class EncoderGraph(nn.Module):
    """The encoder for one sentence, its batch norms folded into its convolutions (see `freeze`)."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.embedding, self.rnn = encoder.embedding, encoder.rnn
        convs = (layer for block in encoder.convs for layer in block.modules() if isinstance(layer, nn.Conv1d))
        self.convs = nn.ModuleList(map(UnrolledConv, convs))

    def forward(self, phoneme_ids: Tensor) -> Tensor:
        """phoneme_ids (1, T_text) -> memory (1, T_text, encoder_dim)."""
        x = self.embedding(phoneme_ids[0])  # (T_text, encoder_dim)
        for conv in self.convs:
            x = torch.relu(conv(x))
        memory: Tensor = self.rnn(x.unsqueeze(0))[0]
        return memory


class StackGraph(nn.Module):
    """A `ConvNeXt` for one utterance, (T, input_dim) -> (T, output_dim): its layers are products of two matrices."""

    def __init__(self, stack: ConvNeXt) -> None:
        super().__init__()
        self.stack, self.input = stack, UnrolledConv(stack.input)
        self.blocks = [block for block in stack.blocks if isinstance(block, ConvNeXtBlock)]
        self.contract = nn.ModuleList(
            linear(block.contract.weight * block.scale.unsqueeze(1), block.contract.bias * block.scale)
            for block in self.blocks
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return `stack(x)`."""
        x = self.input(x)
        for block, contract in zip(self.blocks, self.contract, strict=True):
            x = x + contract(torch.relu(block.expand(block.norm(_depthwise(block.depthwise, x)))))
        output: Tensor = self.stack.output(self.stack.norm(x))
        return output


def _depthwise(conv: nn.Conv1d, x: Tensor) -> Tensor:
    """Return the depthwise convolution of x, (T, dim), as one of two dimensions: onnxruntime computes it 3 x faster."""
    image = x[None, None].permute(0, 3, 1, 2)  # (1, dim, 1, T)
    kernel = conv.weight.unsqueeze(2)  # (dim, 1, 1, kernel)
    mixed = nn.functional.conv2d(image, kernel, conv.bias, padding=(0, kernel.size(3) // 2), groups=len(kernel))
    return mixed.permute(0, 2, 3, 1)[0, 0]


class PostnetGraph(nn.Module):
    """The postnet, followed by the conversion to log-mel magnitudes."""

    def __init__(self, model: Tacotron, sharpening: Tensor | None) -> None:
        """sharpening: (n_channels, n_channels), from `tts.export.sharpen`; None leaves the bands unchanged."""
        super().__init__()
        self.model, self.stack, self.sharpening = model, StackGraph(model.postnet.stack), sharpening

    def forward(self, mel: Tensor, context: Tensor) -> Tensor:
        """Standardised mel (1, n_channels, T_mel), context (T_mel, encoder_dim) -> log-mel bands and source."""
        frames = mel[0].t()  # (T_mel, n_channels)
        refined = frames + self.stack(torch.cat([frames, context], dim=1))
        log_mel: Tensor = refined * self.model.mel_std + self.model.mel_mean
        # A product for each frame: its sums have one order, whatever frames are beside it.
        sharpened = log_mel if self.sharpening is None else log_mel @ self.sharpening.t()
        return sharpened.t().unsqueeze(0)


class SpectrumGraph(nn.Module):
    """The spectrum network for one utterance, its complex numbers as pairs: real, imaginary, real, ...."""

    def __init__(self, network: SpectrumNet) -> None:
        super().__init__()
        self.network, layer = network, network.stack.output
        rows = torch.arange(layer.out_features).view(N_PARTS, -1)  # real, imag, noise, real, imag; (5, n_freqs)
        order = torch.cat([rows[:2].t().flatten(), rows[3:].t().flatten(), rows[2]])
        stack = copy.deepcopy(network.stack)
        stack.output = linear(layer.weight[order], layer.bias[order])
        self.stack = StackGraph(stack)

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """frames (n_channels, T) -> parts, harmonic and aperiodic envelope (see `tts.audio.vocoder.Spectrum`)."""
        network = self.network
        x = frames.t()  # (T, n_channels)
        harmonic = x[:, : network.n_mels] @ network.interpolation.t()  # (T, n_freqs)
        aperiodic = x[:, network.n_mels : 2 * network.n_mels] @ network.interpolation.t()
        parts = self.stack((x - network.mean) / network.std)  # (T, 5 n_freqs)
        return parts, *(torch.exp(level.clamp_max(MAX_LOG_MAGNITUDE)) for level in (harmonic, aperiodic))

"""What a run shows of itself: alignment, spectrograms and audio at each validation, and its throughput."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import lightning
import matplotlib
from matplotlib.figure import Figure
from torch import Tensor
from tqdm import tqdm

from tts.audio.inversion import invert
from tts.audio.mel import inverse_filterbank, mel_filterbank
from tts.model.tacotron import Tacotron
from tts.training.data import ClipDataModule
from tts.training.module import TacotronModule


class Showcase(lightning.Callback):
    """After each validation, synthesise one validation clip freely and log it beside the recording.

    TensorBoard gets the alignment, both spectrograms and the audio; `samples/` in the run folder gets the picture as
    a PNG that opens without TensorBoard.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "samples"

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Draw, log and save."""
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        assert isinstance(pl_module, TacotronModule)
        data: ClipDataModule = trainer.datamodule  # type: ignore[attr-defined]
        model: Tacotron = pl_module.average.module  # type: ignore[assignment]
        example = data.validation[len(data.validation) // 2]
        was_training = model.training
        model.eval()
        factor = pl_module.reduction_factor(trainer.global_step - 1)
        ids = example.phoneme_ids.unsqueeze(0)
        generated = model.generate(ids, max_steps=example.mel.size(1), reduction_factor=factor)
        model.train(was_training)
        mel = model.log_mel(generated.mel)[0].cpu()
        n_mels = model.config.n_mels
        figure = draw(example.mel[:n_mels], mel[:n_mels], generated.alignment[0].cpu())
        self.folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(self.folder / f"step_{trainer.global_step:06}.png")
        board = trainer.loggers[0].experiment  # type: ignore[attr-defined]
        board.add_figure("validation/synthesised", figure, trainer.global_step)
        audio = data.features.audio
        inverse = inverse_filterbank(mel_filterbank(audio))
        for name, spectrogram in (("recorded", example.mel), ("synthesised", mel)):
            samples = invert(spectrogram.numpy(), inverse, audio)
            board.add_audio(f"validation/{name}", samples[None], trainer.global_step, audio.sample_rate)


class Progress(lightning.Callback):
    """A bar with steps per second, time left, loss and seconds of audio trained per second; the last is logged too."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None
        self.started = 0.0

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Begin at the step that a resumed run has reached."""
        self.bar = tqdm(
            total=trainer.max_steps, initial=trainer.global_step, unit="step", disable=not trainer.is_global_zero
        )

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Start the clock."""
        self.started = time.perf_counter()

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Log audio seconds over wall seconds, of all processes."""
        seconds = float(batch.mel_lengths.sum()) / pl_module.frames_per_second
        rate = trainer.world_size * seconds / (time.perf_counter() - self.started)
        pl_module.log("audio_s_per_s", rate, batch_size=len(batch.clip_ids))
        assert self.bar is not None
        self.bar.update(trainer.global_step - self.bar.n)
        self.bar.set_postfix_str(f"loss {outputs['loss'].item():.3f}, {rate:.0f} s of audio/s", refresh=False)

    def teardown(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, stage: str) -> None:
        """Leave the terminal on a line of its own."""
        if self.bar is not None:
            self.bar.close()


def draw(recorded: Tensor, synthesised: Tensor, alignment: Tensor) -> Figure:
    """Picture two log-mel spectrograms (n_mels, T_mel) above each other, and an alignment (T_step, T_text)."""
    with matplotlib.rc_context({"font.size": 8}):
        figure = Figure(figsize=(9, 8), layout="constrained")
        axes = figure.subplots(3, 1)
        for axis, mel, title in ((axes[0], recorded, "recorded"), (axes[1], synthesised, "synthesised")):
            axis.imshow(mel.numpy(), origin="lower", aspect="auto", interpolation="nearest", vmin=-11.5, vmax=1)
            axis.set(title=title, ylabel="mel band", xlabel="frame")
        axes[2].imshow(alignment.numpy().T, origin="lower", aspect="auto", interpolation="nearest")
        axes[2].set(title="alignment", ylabel="symbol", xlabel="decoder step")
    return figure

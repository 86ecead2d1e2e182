"""Callbacks of the trainer: a progress bar, and a sample at each validation."""

from __future__ import annotations

import copy
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lightning
from lightning.pytorch.callbacks import TQDMProgressBar
from lightning.pytorch.callbacks.progress.tqdm_progress import Tqdm
from torch import Tensor

from tts.common import plots
from tts.model.tacotron import Tacotron
from tts.training.data import ClipDataModule, is_whole_step
from tts.training.history import History
from tts.training.module import TacotronModule
from tts.training.report import Sample, write_report
from tts.training.settings import written
from tts.training.sounds import sound

RECORDED = "recorded"

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FORMAT = "{n_fmt}/{total_fmt} steps |{bar}| {elapsed}<{remaining}, {rate_noinv_fmt}{postfix}"


class Progress(TQDMProgressBar):
    """Shows the steps of the run, the time left, the speed and the loss, and logs the seconds of audio per second.

    Lightning's bar shows the batches of an epoch, and counts batches before a resumption as work of this process. This
    bar shows the steps of the whole run, and counts on where the checkpoint ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.started = 0.0
        self.seconds = 0.0  # of audio in this step

    def init_train_tqdm(self) -> Tqdm:
        """Create the bar, at the current step of a resumed run."""
        return Tqdm(
            total=self.trainer.max_steps,
            initial=self.trainer.global_step,
            bar_format=_FORMAT,
            unit=" steps",
            disable=self.is_disabled,
        )

    def init_validation_tqdm(self) -> Tqdm:
        """Create no bar for a validation, which takes seconds."""
        return Tqdm(disable=True)

    def on_train_epoch_start(self, *_: Any) -> None:
        """Keep the bar as it is: Lightning would restart it."""

    def on_train_batch_start(self, trainer: Any, pl_module: Any, batch: Any, batch_idx: int) -> None:
        """Start timing a step."""
        if batch_idx % trainer.accumulate_grad_batches == 0:
            self.started, self.seconds = time.perf_counter(), 0.0

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Log the seconds of audio per second, over all processes, and update the bar after a whole step."""
        self.seconds += float(batch.mel_lengths.sum()) / pl_module.frames_per_second
        if not is_whole_step(trainer, batch_idx):
            return
        rate = trainer.world_size * self.seconds / (time.perf_counter() - self.started)
        pl_module.log("audio_s_per_s", rate, batch_size=len(batch.clip_ids))
        bar = self.train_progress_bar
        bar.set_postfix(self.get_metrics(trainer, pl_module), refresh=False)
        bar.update(trainer.global_step - bar.n)  # at most ten times a second, unlike Lightning's `refresh`

    def get_metrics(self, trainer: Any, pl_module: Any) -> dict[str, int | str | float | dict[str, float]]:
        """Return what stands behind the bar: the loss, and the seconds of audio per second."""
        metrics = trainer.callback_metrics
        shown = {"loss": ("train/total", ".3f"), "audio_s_per_s": ("audio_s_per_s", ".0f")}
        return {name: format(float(metrics[key]), form) for name, (key, form) in shown.items() if key in metrics}


class Showcase(lightning.Callback):
    """Synthesises one validation clip after each validation and shows it beside the recording.

    TensorBoard gets the plots and the audio. The run folder gets the plots as PNG in `samples/`, and `report.html`.
    """

    def __init__(self, run: Path, history: History) -> None:
        self.run = run
        self.history = history
        self.started, self.first_step = 0.0, 0
        self.is_recording_shown = False

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Record the time and the step at the start."""
        self.started, self.first_step = time.monotonic(), trainer.global_step

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Synthesise, plot, log and save."""
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        assert isinstance(pl_module, TacotronModule)
        data: ClipDataModule = trainer.datamodule  # type: ignore[attr-defined]
        factor = pl_module.reduction_factor(trainer.global_step - 1)
        sample, figure = synthesise(pl_module.average.module, data, factor)  # type: ignore[arg-type]
        folder = self.run / "samples"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"step_{trainer.global_step:06}.png").write_bytes(sample.picture)
        board = trainer.loggers[0].experiment  # type: ignore[attr-defined]
        board.add_figure("validation/synthesised", figure, trainer.global_step)
        for name, samples in sample.sounds.items():
            if name == RECORDED and self.is_recording_shown:
                continue  # it never changes, and would be half of what TensorBoard's files take
            board.add_audio(f"validation/{name}", samples[None], trainer.global_step, sample.sample_rate)
        self.is_recording_shown = True
        write_report(self.run, self._facts(trainer, data), self.history.curves, sample, written(pl_module.config))

    def _facts(self, trainer: lightning.Trainer, data: ClipDataModule) -> dict[str, str]:
        """Return the table at the top of the report."""
        config, features = data.config, data.features
        seconds = time.monotonic() - self.started
        rate = (trainer.global_step - self.first_step) / seconds
        left = timedelta(seconds=round((config.max_steps - trainer.global_step) / rate)) if rate else "unknown"
        speed = self.history.latest("audio_s_per_s") or 0.0
        hours = int(features.offsets[-1]) / features.audio.frames_per_second / 3600
        machine = f"{trainer.world_size} × {trainer.strategy.root_device.type}, {config.run.precision}"
        return {
            "step": f"{trainer.global_step:,} of {config.max_steps:,}",
            "written": time.strftime("%Y-%m-%d %H:%M:%S %Z"),
            "since it was started": f"{timedelta(seconds=round(seconds))}, {rate:.2f} steps a second with validations",
            "time left": str(left),
            "throughput": f"{speed:.0f} seconds of audio a second",
            "corpus": f"{len(data.training)} clips to train on, {len(data.validation)} to validate; {hours:.2f} hours",
            "processes": machine,
        }


def synthesise(model: Tacotron, data: ClipDataModule, reduction_factor: int) -> tuple[Sample, Figure]:
    """Synthesise the middle validation clip, and plot it beside the recording.

    This runs on the CPU, which is faster than a GPU for a small model step by step.
    """
    model = copy.deepcopy(model).cpu().eval()
    example = data.validation[len(data.validation) // 2]
    longest = 1 + 2 * example.mel.size(1) // reduction_factor  # limit for a model that has not learnt to stop
    ids = example.phoneme_ids.unsqueeze(0)
    generated = model.generate(ids, max_steps=longest, reduction_factor=reduction_factor)
    frames = model.log_mel(generated.mel)[0]  # (n_channels, T_mel)
    n_mels, audio = model.config.n_mels, data.features.audio
    figure = draw(example.mel[:n_mels], frames[:n_mels], generated.alignment[0])
    spectrograms = {RECORDED: example.mel, "synthesised": frames}
    made = {name: sound(model, spectrogram, audio) for name, spectrogram in spectrograms.items()}
    sounds = {name: samples for name, samples in made.items() if samples is not None}
    text = data.features.clips[data.validation.indices[len(data.validation) // 2]].text
    return Sample(example.clip_id, text, plots.to_png(figure), sounds, audio.sample_rate), figure


def draw(recorded: Tensor, synthesised: Tensor, alignment: Tensor) -> Figure:
    """Plot two log-mel spectrograms (n_mels, T_mel) and an alignment (T_step, T_text), one above the other."""
    with plots.font(8):
        figure = plots.new_figure(9, 8)
        axes = figure.subplots(3, 1)
        for axis, mel, title in ((axes[0], recorded, RECORDED), (axes[1], synthesised, "synthesised")):
            plots.draw_mel(axis, mel.numpy())
            axis.set(title=title)
        plots.draw_alignment(axes[2], alignment.numpy())
        axes[2].set(title="alignment")
    return figure

"""Quality and time of Griffin-Lim against iterations: this package's, librosa's and torchaudio's, at equal settings.

    pip install 'griffon-tts[train,eval]' pesq
    python scripts/bench_griffin_lim.py FOLDER_OF_WAVS --figure docs/figures/griffin_lim.png

Spectra of the recordings are inverted, on one thread, and scored: spectral convergence in decibels (lower is better),
PESQ (wide band, against the recording) and DNSMOS (overall, without a reference). Prints a table in Markdown.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import librosa
import numpy as np
import scipy.signal
import torch
import torchaudio
from pesq import pesq
from speechmos import dnsmos

from tts.audio import files
from tts.audio.griffin_lim import N_ITER, griffin_lim
from tts.audio.mel import analysis_window
from tts.config import AudioConfig

AUDIO = AudioConfig()
ROUNDS = (4, 8, 16, 32)
REPEATS = 3  # of which the fastest counts: a busy machine only ever makes a call slower
MOMENTUM = 0.99  # librosa's and torchaudio's default
SCORE_RATE = 16000  # hertz, of PESQ and DNSMOS


class Score(NamedTuple):
    """Means over the clips."""

    convergence: float  # dB
    pesq: float
    dnsmos: float
    real_time_factor: float


def spectrogram(samples: np.ndarray) -> np.ndarray:
    """Magnitudes `(n_freqs, T_mel)`, all three libraries' conventions: centred, reflected, periodic Hann."""
    spectrum = librosa.stft(samples, n_fft=AUDIO.n_fft, hop_length=AUDIO.hop_length, pad_mode="reflect")
    return np.abs(spectrum).astype(np.float32)


def by_griffon(target: np.ndarray, n_iter: int) -> np.ndarray:
    return griffin_lim(target, AUDIO, n_iter)


def by_librosa(target: np.ndarray, n_iter: int) -> np.ndarray:
    return librosa.griffinlim(
        target, n_iter=n_iter, hop_length=AUDIO.hop_length, momentum=MOMENTUM, pad_mode="reflect", random_state=0
    )


def by_torchaudio(target: np.ndarray, n_iter: int) -> np.ndarray:
    torch.manual_seed(0)
    samples = torchaudio.functional.griffinlim(
        torch.from_numpy(target),
        torch.from_numpy(analysis_window(AUDIO)),
        AUDIO.n_fft,
        AUDIO.hop_length,
        AUDIO.win_length,
        power=1.0,
        n_iter=n_iter,
        momentum=MOMENTUM,
        length=None,
        rand_init=True,
    )
    return samples.numpy()


SYSTEMS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "griffon": by_griffon,
    "librosa": by_librosa,
    "torchaudio": by_torchaudio,
}


def clips(folder: Path, count: int, seconds: float) -> list[np.ndarray]:
    """The beginnings of some of the folder's recordings, spread over it: whole hops, `(T,)` each."""
    paths = sorted(folder.glob("*.wav"))
    if not paths:
        raise SystemExit(f"no .wav files in {str(folder)!r}: name a folder of {AUDIO.sample_rate} Hz recordings")
    found = []
    for path in paths[:: max(1, len(paths) // count)][:count]:
        samples, sample_rate = files.read(path)
        if sample_rate != AUDIO.sample_rate:
            raise SystemExit(f"{str(path)!r} has {sample_rate} Hz: convert it to {AUDIO.sample_rate}")
        samples = samples[: int(seconds * sample_rate)]
        found.append(samples[: len(samples) // AUDIO.hop_length * AUDIO.hop_length])
    return found


def score(name: str, n_iter: int, recordings: list[np.ndarray]) -> Score:
    rows = []
    for recording in recordings:
        target = spectrogram(recording)
        elapsed = math.inf
        for _ in range(REPEATS):
            begin = time.perf_counter()
            made = SYSTEMS[name](target, n_iter)
            elapsed = min(elapsed, time.perf_counter() - begin)
        found = spectrogram(made)[:, : target.shape[1]]
        convergence = 20 * np.log10(np.linalg.norm(found - target) / np.linalg.norm(target))
        reference, heard = (scipy.signal.resample_poly(x, 320, 441) for x in (recording, made))
        heard = np.clip(heard, -1, 1)
        quality = dnsmos.run(heard.astype(np.float32), SCORE_RATE)["ovrl_mos"]
        likeness = pesq(SCORE_RATE, reference, heard, "wb")
        rows.append((convergence, likeness, quality, elapsed / (len(recording) / AUDIO.sample_rate)))
    *qualities, times = zip(*rows, strict=True)
    return Score(*(float(np.mean(column)) for column in qualities), statistics.median(times))


def draw(scores: dict[str, dict[int, Score]], path: Path) -> None:
    """Three scores against iterations."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 3, figsize=(10, 3.2), layout="constrained")
    titles = ("spectral convergence, dB", "PESQ", "DNSMOS, overall")
    for axis, title, column in zip(axes, titles, ("convergence", "pesq", "dnsmos"), strict=True):
        for name, line in scores.items():
            axis.plot(list(line), [getattr(s, column) for s in line.values()], "o-", label=name, markersize=4)
        axis.set_xscale("log", base=2)
        axis.axvline(N_ITER, color="grey", linestyle=":")
        axis.set(title=title, xlabel="iterations", xticks=ROUNDS, xticklabels=ROUNDS)
    for axis in axes:
        axis.grid(alpha=0.3)
    axes[0].legend()
    figure.savefig(path, dpi=80)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="wav files, one channel")
    parser.add_argument("--clips", type=int, default=6, help="how many of them (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each, at most (default: %(default)s)")
    parser.add_argument("--figure", type=Path, help="where to draw the curves, as a PNG")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recordings = clips(arguments.folder, arguments.clips, arguments.seconds)
    for invert in SYSTEMS.values():
        invert(spectrogram(recordings[0]), 1)  # what the first call costs is no part of the algorithm
    scores: dict[str, dict[int, Score]] = {}
    print("| | iterations | convergence, dB | PESQ | DNSMOS | real-time factor |\n|---|---|---|---|---|---|")
    for name in SYSTEMS:
        for n_iter in ROUNDS:
            found = scores.setdefault(name, {})[n_iter] = score(name, n_iter, recordings)
            marked = f"**{n_iter}**" if name == "griffon" and n_iter == N_ITER else n_iter
            print(
                f"| {name} | {marked} | {found.convergence:.1f} | {found.pesq:.2f} | {found.dnsmos:.2f} "
                f"| {found.real_time_factor:.4f} |",
                flush=True,
            )
    if arguments.figure:
        draw(scores, arguments.figure)


if __name__ == "__main__":
    main()

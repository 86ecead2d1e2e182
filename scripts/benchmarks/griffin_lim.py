"""Compare Griffin-Lim of this package, librosa and torchaudio: quality and time for numbers of iterations.

    pip install '.[train,eval]'; pip install pesq    # pesq needs a C compiler; without it PESQ is left out
    python scripts/benchmarks/griffin_lim.py FOLDER_OF_WAVS --results R.jsonl --figure docs/images/griffin_lim.png

The magnitudes of each recording are inverted on one thread, at equal settings. They are linear magnitudes, or the
magnitudes that can be recovered from our mel spectrogram. Scores: spectral convergence in decibels (lower is better),
PESQ (wide band, against the recording), DNSMOS (overall, without a reference), and CPU seconds per second of sound.
"griffon, source" starts from the excitation of pitch and voicing, as synthesis does. Each score is added to the results
at once, and an existing score is not measured again: you can stop the script at any time. At the end it prints a
Markdown table of all results.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from time import process_time

import librosa
import numpy as np
import scipy.signal
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tts.audio import files, vocoder
from tts.audio.excitation import Excitation, apply_envelope
from tts.audio.griffin_lim import N_ITER, griffin_lim
from tts.audio.mel import Float32, analysis_window, inverse_filterbank, linear_magnitude, log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig
from tts.evaluation.quality import dnsmos

try:
    from pesq import pesq
except ImportError:
    pesq = None

AUDIO = AudioConfig()
FILTERBANK = mel_filterbank(AUDIO)
INVERSE = np.asfortranarray(inverse_filterbank(FILTERBANK))
ROUNDS = (4, 8, 16, 32)
REPEATS = 2  # the fastest counts: other work on the machine only makes a call slower
MOMENTUM = 0.99  # the default of librosa and torchaudio
SCORE_RATE = 16000  # hertz, of PESQ and DNSMOS
KEYS = ("clip", "system", "target", "n_iter")
SCORES = {"convergence": "spectral convergence, dB", "pesq": "PESQ", "dnsmos": "DNSMOS, overall", "factor": "s / s"}
Spectrum = Float32 | NDArray[np.complex64]  # (n_freqs, T_mel)
Curves = dict[tuple[str, str], dict[int, dict[str, float]]]


def linear(samples: Float32) -> Float32:
    """Return magnitudes `(n_freqs, T_mel)` as all three libraries do: centred, reflected, periodic Hann window."""
    spectrum = librosa.stft(samples, n_fft=AUDIO.n_fft, hop_length=AUDIO.hop_length, pad_mode="reflect")
    return np.asarray(np.abs(spectrum), np.float32)


def from_mel(samples: Float32) -> Float32:
    """Return the magnitudes that can be recovered from the mel spectrogram."""
    return linear_magnitude(log_mel(samples, AUDIO, FILTERBANK), INVERSE)


def with_source(samples: Float32) -> NDArray[np.complex64]:
    """Return the complex spectrum that `StreamingInversion` hands to Griffin-Lim."""
    source = analyse_source(samples, AUDIO)
    excitation = Excitation(AUDIO)
    spectra = np.concatenate([excitation.push(source), excitation.finish()])
    shaped: NDArray[np.complex64] = apply_envelope(spectra, from_mel(samples).T, np.exp(source[0]), AUDIO).T
    return shaped


def by_griffon(target: Spectrum, n_iter: int) -> Float32:
    return griffin_lim(target, AUDIO, n_iter)


def by_librosa(target: Spectrum, n_iter: int) -> Float32:
    samples: Float32 = librosa.griffinlim(
        target, n_iter=n_iter, hop_length=AUDIO.hop_length, momentum=MOMENTUM, pad_mode="reflect", random_state=0
    )
    return samples


def by_torchaudio(target: Spectrum, n_iter: int) -> Float32:
    import torch
    import torchaudio

    torch.set_num_threads(1)
    torch.manual_seed(0)
    samples: Float32 = torchaudio.functional.griffinlim(
        torch.from_numpy(np.ascontiguousarray(target)),
        torch.from_numpy(analysis_window(AUDIO)),
        AUDIO.n_fft,
        AUDIO.hop_length,
        AUDIO.win_length,
        power=1.0,
        n_iter=n_iter,
        momentum=MOMENTUM,
        length=None,
        rand_init=True,
    ).numpy()
    return samples


SYSTEMS: dict[str, Callable[[Spectrum, int], Float32]] = {
    "griffon": by_griffon,
    "librosa": by_librosa,
    "torchaudio": by_torchaudio,
}
TARGETS: dict[str, Callable[[Float32], Spectrum]] = {"linear": linear, "mel": from_mel, "source": with_source}


def clips(folder: Path, count: int, seconds: float) -> Iterator[tuple[str, Float32]]:
    """Yield the name and the first samples `(T,)`, whole hops, of the first recordings of a folder."""
    for path in sorted(folder.glob("*.wav"))[:count]:
        samples, sample_rate = files.read(path)
        if sample_rate != AUDIO.sample_rate:
            raise SystemExit(f"{str(path)!r} has {sample_rate} Hz: convert it to {AUDIO.sample_rate}")
        samples = samples[: int(seconds * sample_rate)]
        yield path.stem, samples[: len(samples) // AUDIO.hop_length * AUDIO.hop_length]


def score(system: str, target: Spectrum, recording: Float32, n_iter: int) -> dict[str, float]:
    """Invert a target and measure the scores; PESQ only if its package is installed."""
    times = []
    for _ in range(REPEATS):
        begin = process_time()
        made = SYSTEMS[system](target, n_iter)
        times.append(process_time() - begin)
    wanted = np.abs(target)
    found = linear(made)[:, : wanted.shape[1]]
    convergence = 20 * np.log10(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))
    reference, heard = (scipy.signal.resample_poly(x, 320, 441) for x in (recording, made))
    heard = np.clip(heard, -1, 1)
    perceptual = {"pesq": float(pesq(SCORE_RATE, reference, heard, "wb"))} if pesq else {}
    return {
        "convergence": float(convergence),
        **perceptual,
        "dnsmos": dnsmos(heard.astype(np.float32))["ovrl"],
        "factor": min(times) / (len(recording) / AUDIO.sample_rate),
    }


def means(results: Path) -> Curves:
    """Return the means over clips by system and target, then by iterations; NaN for a score that no clip has."""
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    found: Curves = {}
    for system, target, n_iter in product(SYSTEMS, TARGETS, ROUNDS):
        chosen = [row for row in rows if (row["system"], row["target"], row["n_iter"]) == (system, target, n_iter)]
        if chosen:
            line = found.setdefault((system, target), {})
            line[n_iter] = {name: float(np.mean([row.get(name, np.nan) for row in chosen])) for name in SCORES}
    return found


def draw(curves: Curves, path: Path) -> None:
    """Plot three scores against iterations: linear magnitudes above, magnitudes from mel bands below."""
    figure = Figure(figsize=(10, 5.6), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True)
    for (system, target), line in curves.items():
        name = system if target != "source" else "griffon, source"
        color = f"C{[*SYSTEMS, 'griffon, source'].index(name)}"
        for axis, score_name in zip(axes[int(target != "linear")], SCORES, strict=False):
            values = [scores[score_name] for scores in line.values()]
            axis.plot(list(line), values, "o-", label=name, markersize=3, color=color)
    for row, target, chosen in zip(axes, ("linear", "mel"), (N_ITER, vocoder.N_ITER), strict=True):
        for axis, title in zip(row, SCORES.values(), strict=False):
            axis.set_xscale("log", base=2)
            axis.axvline(chosen, color="grey", linestyle=":")
            axis.set(title=f"{title}, from {target}", xticks=ROUNDS, xticklabels=ROUNDS)
            axis.grid(alpha=0.3)
        row[0].legend(fontsize=8)
    figure.supxlabel("iterations", fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=70)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of wav files with one channel")
    parser.add_argument("--results", type=Path, required=True, help="JSON Lines file of the scores")
    parser.add_argument("--clips", type=int, default=12, help="most files to read (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="most seconds of each (default: %(default)s)")
    parser.add_argument("--system", choices=SYSTEMS, nargs="*", default=[*SYSTEMS], help="default: all")
    parser.add_argument("--rounds", type=int, nargs="*", default=ROUNDS, help="iterations (default: all)")
    parser.add_argument("--figure", type=Path, help="also draw the curves into this PNG file")
    options = parser.parse_args()
    if pesq is None:
        print("PESQ is left out: pip install pesq (needs a C compiler)", file=sys.stderr)
    options.results.touch()
    done = {tuple(json.loads(line)[k] for k in KEYS) for line in options.results.read_text().splitlines()}
    for clip, recording in clips(options.folder, options.clips, options.seconds):
        for system, target, n_iter in product(options.system, TARGETS, options.rounds):
            key = (clip, system, target, n_iter)
            if key in done or (target == "source" and system != "griffon"):
                continue
            row = dict(zip(KEYS, key, strict=True)) | score(system, TARGETS[target](recording), recording, n_iter)
            with options.results.open("a") as file:
                file.write(json.dumps(row) + "\n")
    curves = means(options.results)
    print(f"| | from | iterations | {' | '.join(SCORES.values())} |\n|---|---|---|---|---|---|---|")
    for (system, target), line in curves.items():
        for n_iter, scores in line.items():
            values = f"{scores['convergence']:.1f} | {scores['pesq']:.2f} | {scores['dnsmos']:.2f}"
            print(f"| {system} | {target} | {n_iter} | {values} | {scores['factor']:.4f} |")
    if options.figure:
        draw(curves, options.figure)


if __name__ == "__main__":
    main()

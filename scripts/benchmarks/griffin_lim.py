"""Quality and time of Griffin-Lim against iterations: this package's, librosa's and torchaudio's, at equal settings.

    pip install 'griffon-tts[train,eval]' pesq torchaudio
    python scripts/benchmarks/griffin_lim.py FOLDER_OF_WAVS --results R.jsonl --figure docs/images/griffin_lim.png

Magnitudes of the recordings, linear ones and those that our mel spectrogram leaves, are inverted on one thread and
scored: spectral convergence in decibels (lower is better), PESQ (wide band, against the recording), DNSMOS (overall,
without a reference), and seconds of one core for a second of sound. "griffon, source" begins from the excitation that
pitch and voicing give, as synthesis does. Each score is added to the results at once, and those that are there are not
made again: the script may be stopped at any time, and --system torchaudio run by a Python whose torch it goes with.
Prints a table in Markdown of all that is there.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import json
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from time import process_time

import librosa
import numpy as np
import scipy.signal
from pesq import pesq
from speechmos import dnsmos

from tts.audio import files, vocoder
from tts.audio.excitation import Excitation, apply_envelope
from tts.audio.griffin_lim import N_ITER, griffin_lim
from tts.audio.mel import analysis_window, inverse_filterbank, linear_magnitude, log_mel, mel_filterbank
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig

AUDIO = AudioConfig()
FILTERBANK = mel_filterbank(AUDIO)
INVERSE = np.asfortranarray(inverse_filterbank(FILTERBANK))
ROUNDS = (4, 8, 16, 32)
REPEATS = 2  # of which the fastest counts: a busy machine only ever makes a call slower
MOMENTUM = 0.99  # librosa's and torchaudio's default
SCORE_RATE = 16000  # hertz, of PESQ and DNSMOS
KEYS = ("clip", "system", "target", "n_iter")
SCORES = {"convergence": "spectral convergence, dB", "pesq": "PESQ", "dnsmos": "DNSMOS, overall", "factor": "s / s"}


def linear(samples: np.ndarray) -> np.ndarray:
    """Magnitudes `(n_freqs, T_mel)`, all three libraries' conventions: centred, reflected, periodic Hann."""
    spectrum = librosa.stft(samples, n_fft=AUDIO.n_fft, hop_length=AUDIO.hop_length, pad_mode="reflect")
    return np.abs(spectrum).astype(np.float32)


def from_mel(samples: np.ndarray) -> np.ndarray:
    return linear_magnitude(log_mel(samples, AUDIO, FILTERBANK), INVERSE)


def with_source(samples: np.ndarray) -> np.ndarray:
    """What `StreamingInversion` hands to Griffin-Lim, complex."""
    source = analyse_source(samples, AUDIO)
    excitation = Excitation(AUDIO)
    spectra = np.concatenate([excitation.push(source), excitation.finish()])
    return apply_envelope(spectra, from_mel(samples).T, np.exp(source[0]), AUDIO).T


def by_griffon(target: np.ndarray, n_iter: int) -> np.ndarray:
    return griffin_lim(target, AUDIO, n_iter)


def by_librosa(target: np.ndarray, n_iter: int) -> np.ndarray:
    return librosa.griffinlim(
        target, n_iter=n_iter, hop_length=AUDIO.hop_length, momentum=MOMENTUM, pad_mode="reflect", random_state=0
    )


def by_torchaudio(target: np.ndarray, n_iter: int) -> np.ndarray:
    import torch
    import torchaudio

    torch.set_num_threads(1)
    torch.manual_seed(0)
    samples = torchaudio.functional.griffinlim(
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
    )
    return samples.numpy()


SYSTEMS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "griffon": by_griffon,
    "librosa": by_librosa,
    "torchaudio": by_torchaudio,
}
TARGETS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"linear": linear, "mel": from_mel, "source": with_source}


def clips(folder: Path, count: int, seconds: float) -> Iterator[tuple[str, np.ndarray]]:
    """The folder's first recordings, their beginnings: name and samples `(T,)`, whole hops."""
    for path in sorted(folder.glob("*.wav"))[:count]:
        samples, sample_rate = files.read(path)
        if sample_rate != AUDIO.sample_rate:
            raise SystemExit(f"{str(path)!r} has {sample_rate} Hz: convert it to {AUDIO.sample_rate}")
        samples = samples[: int(seconds * sample_rate)]
        yield path.stem, samples[: len(samples) // AUDIO.hop_length * AUDIO.hop_length]


def score(system: str, target: np.ndarray, recording: np.ndarray, n_iter: int) -> dict[str, float]:
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
    return {
        "convergence": float(convergence),
        "pesq": pesq(SCORE_RATE, reference, heard, "wb"),
        "dnsmos": float(dnsmos.run(heard.astype(np.float32), SCORE_RATE)["ovrl_mos"]),
        "factor": min(times) / (len(recording) / AUDIO.sample_rate),
    }


def means(results: Path) -> dict[tuple[str, str], dict[int, dict[str, float]]]:
    """By system and target, and by rounds, the means over clips."""
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    found: dict[tuple[str, str], dict[int, dict[str, float]]] = {}
    for system, target, n_iter in product(SYSTEMS, TARGETS, ROUNDS):
        chosen = [row for row in rows if (row["system"], row["target"], row["n_iter"]) == (system, target, n_iter)]
        if chosen:
            line = found.setdefault((system, target), {})
            line[n_iter] = {name: float(np.mean([row[name] for row in chosen])) for name in SCORES}
    return found


def draw(curves: dict[tuple[str, str], dict[int, dict[str, float]]], path: Path) -> None:
    """Three scores against iterations: from linear magnitudes above, from what a mel spectrogram leaves below."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(10, 5.6), layout="constrained", sharex=True)
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
    parser.add_argument("folder", type=Path, help="wav files, one channel")
    parser.add_argument("--results", type=Path, required=True, help="where the scores are kept, a line of JSON each")
    parser.add_argument("--clips", type=int, default=12, help="how many of them (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each, at most (default: %(default)s)")
    parser.add_argument("--system", choices=SYSTEMS, nargs="*", default=[*SYSTEMS], help="default: all")
    parser.add_argument("--rounds", type=int, nargs="*", default=ROUNDS, help="iterations (default: all)")
    parser.add_argument("--figure", type=Path, help="where to draw the curves, as a PNG")
    options = parser.parse_args()
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

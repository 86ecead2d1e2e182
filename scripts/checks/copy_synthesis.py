"""Take recordings apart and put them together again, and measure what is lost between them.

    pip install '.[dev]'; pip install pesq    # pesq needs a C compiler; without it PESQ is left out
    python scripts/checks/copy_synthesis.py CORPUS [--voice heart | --universal] [--first 32] [--out DIR]

Each clip is analysed into the frames of the voice, as `tts prepare` does, and the voice's vocoder turns the frames into
sound. No acoustic model is involved, so the difference is what analysis and vocoder cost. --universal: the spectrum
network that new voices start from makes the sound. With --out the copies are written there as ID.wav.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from tts.audio.files import open_writer
from tts.audio.mel import Float32, mel_filterbank
from tts.audio.vocoder import LARGEST_BLOCK, Spectrum, SpectrumVocoder, Vocoder
from tts.config import AudioConfig, SpectrumConfig
from tts.corpus.features import analyse, trim
from tts.corpus.layouts import read_corpus
from tts.corpus.recording import read_recording
from tts.corpus.separation import AUDIO
from tts.decoding.engine import Engine
from tts.evaluation.intervals import Share, estimate
from tts.evaluation.listener import Sound, listen
from tts.evaluation.metrics import METRICS
from tts.evaluation.recognizer import SAMPLE_RATE, Recognizer
from tts.export.networks import SpectrumGraph
from tts.model.spectrum import SpectrumNet
from tts.training.universal import start
from tts.voice import DEFAULT, Voice

try:
    from pesq import pesq
except ImportError:
    pesq = None

COLUMNS = ("wer", "ovrl", "p808", "distillmos", "mcd", "log_f0_rmse")
SIZES = SpectrumConfig(dim=256, hidden_dim=384, blocks=4)
"""Of the universal network."""


def universal() -> Vocoder:
    """Return a vocoder whose spectrum is the universal network's, in floats."""
    network = SpectrumNet(AUDIO, SIZES)
    start(network)
    graph = SpectrumGraph(network.eval())

    @torch.inference_mode()
    def spectrum(frames: Float32) -> Spectrum:
        parts, harmonic, aperiodic = (part.numpy() for part in graph(torch.from_numpy(frames)))
        pairs = parts[:, : 4 * AUDIO.n_freqs].copy().view(np.complex64)
        halves = pairs[:, : AUDIO.n_freqs], pairs[:, AUDIO.n_freqs :]
        return Spectrum(*halves, parts[:, 4 * AUDIO.n_freqs :], harmonic, aperiodic)

    return SpectrumVocoder(spectrum, SIZES.look_ahead, AUDIO, block=LARGEST_BLOCK)


def copy(samples: Float32, audio: AudioConfig, vocoder: Vocoder) -> Float32:
    """Return the sound (T,) of the frames of some samples."""
    frames = analyse(samples, audio, mel_filterbank(audio))
    return np.concatenate([vocoder.push(frames), vocoder.finish()])


def likeness(recorded: Sound, copied: Sound) -> dict[str, Share]:
    """Return the wideband PESQ of a copy (ITU-T P.862.2), if it can be measured."""
    if pesq is None:
        return {}
    return {"pesq": Share(float(pesq(SAMPLE_RATE, recorded.at(SAMPLE_RATE), copied.at(SAMPLE_RATE), "wb")))}


def row(label: str, heard: list[dict[str, Share]]) -> str:
    """Return a row of the table: the mean of each metric over the clips that have it."""
    cells = []
    for name in COLUMNS:
        shares = [shares[name] for shares in heard if name in shares]
        cells.append(METRICS[name].show(estimate(shares).value) if shares else "–")
    scores = [shares["pesq"] for shares in heard if "pesq" in shares]
    cells.append(f"{estimate(scores).value:.2f}" if scores else "–")
    return f"| {label} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--voice", default=DEFAULT, help="whose frames and vocoder to use (default: %(default)s)")
    of.add_argument("--universal", action="store_true", help="use the spectrum network that new voices start from")
    parser.add_argument("--first", type=int, help="clips to copy (default: all)")
    parser.add_argument("--recognizer", type=Path, help="a Whisper model for CTranslate2, as for tts evaluate")
    parser.add_argument("--out", type=Path, help="folder to write the copies to")
    options = parser.parse_args()
    voice = Voice.load(options.voice)
    audio, begin = (AUDIO, universal) if options.universal else (voice.card.audio, Engine(voice).vocoder)
    recognizer, rate = Recognizer(options.recognizer), audio.sample_rate
    recordings, copies = [], []
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    for clip in tqdm(read_corpus(options.corpus)[: options.first], unit="clip", leave=False):
        samples = trim(read_recording(clip.wav, rate).samples, audio)
        recorded, copied = Sound(samples, rate), Sound(copy(samples, audio, begin()), rate)
        recordings.append(listen(recognizer, clip.text, recorded, None).shares)
        copies.append(listen(recognizer, clip.text, copied, recorded).shares | likeness(recorded, copied))
        if options.out:
            with open_writer(options.out / f"{clip.clip_id}.wav", rate) as writer:
                writer.write(copied.samples)
    print(f"| {len(copies)} clips | {' | '.join(METRICS[name].label for name in COLUMNS)} | PESQ |")
    print(f"|---|{'---|' * (len(COLUMNS) + 1)}")
    print(row("recordings", recordings))
    print(row("copies", copies))


if __name__ == "__main__":
    main()

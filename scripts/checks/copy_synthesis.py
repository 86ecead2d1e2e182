"""Take recordings apart and put them together again, and measure what is lost between them.

    pip install '.[checks]'
    python scripts/checks/copy_synthesis.py CORPUS [--voice heart] [--first 32] [--recognizer DIR] [--out DIR]

Each clip is analysed into the frames of the voice, as `tts prepare` does, and the voice's vocoder turns the frames into
sound. No acoustic model is involved, so the difference is what analysis and vocoder cost. With --out the copies are
written there as ID.wav.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tts.audio.files import open_writer
from tts.audio.mel import Float32, mel_filterbank
from tts.corpus.features import analyse, trim
from tts.corpus.layouts import read_corpus
from tts.corpus.recording import read_recording
from tts.decoding.engine import Engine
from tts.evaluation.intervals import Share, estimate
from tts.evaluation.listener import Sound, listen
from tts.evaluation.metrics import METRICS
from tts.evaluation.recognizer import Recognizer
from tts.voice import DEFAULT, Voice

COLUMNS = ("wer", "ovrl", "p808", "distillmos", "mcd", "log_f0_rmse")


def copy(samples: Float32, voice: Voice, engine: Engine) -> Float32:
    """Return the sound (T,) of the frames of some samples."""
    vocoder, audio = engine.vocoder(), voice.card.audio
    frames = analyse(samples, audio, mel_filterbank(audio))
    return np.concatenate([vocoder.push(frames), vocoder.finish()])


def row(label: str, heard: list[dict[str, Share]]) -> str:
    """Return a row of the table: the mean of each metric over the clips that have it."""
    cells = []
    for name in COLUMNS:
        shares = [shares[name] for shares in heard if name in shares]
        cells.append(METRICS[name].show(estimate(shares).value) if shares else "–")
    return f"| {label} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--voice", default=DEFAULT, help="whose frames and vocoder to use (default: %(default)s)")
    parser.add_argument("--first", type=int, help="clips to copy (default: all)")
    parser.add_argument("--recognizer", type=Path, help="a Whisper model for CTranslate2, as for tts evaluate")
    parser.add_argument("--out", type=Path, help="folder to write the copies to")
    options = parser.parse_args()
    voice = Voice.load(options.voice)
    engine, recognizer, rate = Engine(voice), Recognizer(options.recognizer), voice.card.audio.sample_rate
    recordings, copies = [], []
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    for clip in tqdm(read_corpus(options.corpus)[: options.first], unit="clip", leave=False):
        samples = trim(read_recording(clip.wav, rate).samples, voice.card.audio)
        copied = copy(samples, voice, engine)
        recorded = Sound(samples, rate)
        recordings.append(listen(recognizer, clip.text, recorded, None).shares)
        copies.append(listen(recognizer, clip.text, Sound(copied, rate), recorded).shares)
        if options.out:
            with open_writer(options.out / f"{clip.clip_id}.wav", rate) as writer:
                writer.write(copied)
    print(f"| {len(copies)} clips | {' | '.join(METRICS[name].label for name in COLUMNS)} |")
    print(f"|---|{'---|' * len(COLUMNS)}")
    print(row("recordings", recordings))
    print(row("copies", copies))


if __name__ == "__main__":
    main()

"""How well a listener understands the voice: word error rate on the 100 held-out sentences, the teacher's beside it.

    python recipes/joe/evaluate.py CORPUS [--voice joe|FOLDER] [--out DIR] [--figure FILE.png]

Three systems read every sentence of `CORPUS/heldout/metadata.csv`: the teacher (its recordings); copy synthesis (these
recordings through the voice's mel spectrogram and Griffin-Lim: the best that the voice could do with a perfect model);
and the voice. Whisper tiny.en transcribes them all, one script counts the errors. Prints a markdown table and writes
`sentences.csv`, worst first. With the package speechmos installed it adds DNSMOS (Reddy et al. 2021 and 2022): a
network's guess, from 1 to 5, of what listeners would say of the sound.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from read_corpus import Line, read_metadata
from tqdm import tqdm

from tts import Synthesizer
from tts.audio.files import read
from tts.audio.griffin_lim import griffin_lim
from tts.audio.mel import Float32, linear_magnitude, log_mel, mel_filterbank
from tts.evaluation.errors import Errors, Rate, character_error_rate, word_error_rate, word_errors
from tts.evaluation.recognizer import Recognizer, resample
from tts.voice import DEFAULT, Voice

TEACHER, COPY, OURS = "teacher", "copy synthesis", "voice"
FIGURE_ID = "LJ009-0086"  # "But why should I repeat the whole?": short enough for its phonemes to be legible
DNSMOS_RATE = 16_000  # hertz
HEADER = """\
| system | WER, % (95 % interval) | CER, % | DNSMOS OVRL | DNSMOS P.808 | speech, s |
|---|---|---|---|---|---|"""


class Row(NamedTuple):
    """One system's reading of one sentence, and what was heard."""

    clip_id: str
    system: str
    errors: Errors
    reference: str
    transcript: str
    warnings: str
    seconds: float
    quality: dict[str, float]


class Clip(NamedTuple):
    system: str
    samples: Float32
    warnings: str = ""


class Quality:
    """DNSMOS scores, or none where the package is missing."""

    def __init__(self) -> None:
        try:
            self.dnsmos: Any = importlib.import_module("speechmos.dnsmos")
        except ImportError as error:
            logging.warning("DNSMOS is left out (%s): pip install speechmos librosa requests adds it", error)
            self.dnsmos = None

    def score(self, samples: Float32, sample_rate: int) -> dict[str, float]:
        """`ovrl_mos` and `p808_mos`, each from 1 to 5."""
        if self.dnsmos is None or not len(samples):
            return {}
        audio = np.clip(resample(samples, sample_rate, DNSMOS_RATE), -1.0, 1.0)
        scores = self.dnsmos.run(audio, DNSMOS_RATE)
        return {name: float(scores[name]) for name in ("ovrl_mos", "p808_mos")}


class Readers:
    """The three systems. The voice's own audio settings analyse and invert the teacher's recordings."""

    def __init__(self, voice: Voice, wavs: Path) -> None:
        self.synthesizer = Synthesizer(voice)
        self.voice, self.audio, self.wavs = voice, voice.card.audio, wavs
        self.filterbank = mel_filterbank(self.audio)

    def clips(self, line: Line) -> Iterator[Clip]:
        """Teacher, copy synthesis, voice."""
        recorded = self.recording(line)
        yield Clip(TEACHER, recorded)
        magnitude = linear_magnitude(self.mel(recorded), self.voice.inverse_filterbank)
        yield Clip(COPY, np.clip(griffin_lim(magnitude, self.audio), -1.0, 1.0))
        speech = self.synthesizer.synthesize(line.text)
        yield Clip(OURS, speech.samples, "; ".join(speech.warnings))

    def mel(self, samples: Float32) -> Float32:
        return log_mel(samples, self.audio, self.filterbank)

    def recording(self, line: Line) -> Float32:
        path = self.wavs / f"{line.clip_id}.wav"
        samples, sample_rate = read(path)
        if sample_rate != self.audio.sample_rate:
            raise ValueError(f"{path} has {sample_rate} Hz, but the voice {self.audio.sample_rate}: resample it")
        return samples


def evaluate(lines: list[Line], readers: Readers) -> list[Row]:
    """Every system's reading of every line."""
    recognizer, quality, rate, rows = Recognizer(), Quality(), readers.audio.sample_rate, []
    for line in tqdm(lines, unit="sentence"):
        for clip in readers.clips(line):
            transcript = recognizer.transcribe(clip.samples, rate)
            errors = word_errors(line.text, transcript)
            seconds, scores = len(clip.samples) / rate, quality.score(clip.samples, rate)
            rows.append(Row(line.clip_id, clip.system, errors, line.text, transcript, clip.warnings, seconds, scores))
    return rows


def table(rows: list[Row]) -> str:
    """One markdown line a system."""
    lines = [HEADER]
    for system in (TEACHER, COPY, OURS):
        own = [row for row in rows if row.system == system]
        errors = [row.errors for row in own]
        cells = [
            system,
            percent(word_error_rate(errors)),
            f"{100 * character_error_rate(errors).value:.1f}",
            *(mean([row.quality[name] for row in own if name in row.quality]) for name in ("ovrl_mos", "p808_mos")),
            f"{sum(row.seconds for row in own):.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def percent(rate: Rate) -> str:
    return f"{100 * rate.value:.1f} ({100 * rate.low:.1f} to {100 * rate.high:.1f})"


def mean(values: list[float]) -> str:
    return f"{np.mean(values):.2f}" if values else "–"


def write_sentences(path: Path, rows: list[Row]) -> None:
    """One line a reading, worst first, written aside and renamed."""
    ranked = sorted(rows, key=lambda row: (-row.errors.word_errors / row.errors.n_words, row.clip_id, row.system))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "system", "errors", "words", "reference", "transcript", "warnings"])
        for row in ranked:
            counts = (row.errors.word_errors, row.errors.n_words)
            writer.writerow([row.clip_id, row.system, *counts, row.reference, row.transcript, row.warnings])
    partial.replace(path)


def draw(path: Path, lines: list[Line], readers: Readers) -> None:
    """Picture one held-out sentence, the teacher's reading above the voice's."""
    try:
        from tts.evaluation import picture
    except ImportError as error:
        raise ValueError(f"--figure needs matplotlib ({error}): pip install 'griffon-tts[train]'") from error
    line = next((line for line in lines if line.clip_id == FIGURE_ID), lines[0])
    reading = picture.read(readers.voice, line.text)
    recorded = readers.mel(readers.recording(line))
    picture.save(path, recorded, reading, readers.audio.frames_per_second, f"{line.clip_id}: {line.text}")


def run(arguments: argparse.Namespace) -> None:
    heldout: Path = arguments.corpus / "heldout"
    if not (heldout / "metadata.csv").is_file():
        raise ValueError(f"{heldout} holds no metadata.csv: run recipes/joe/read_corpus.py first")
    lines = read_metadata(heldout / "metadata.csv")
    readers = Readers(Voice.load(arguments.voice), heldout / "wavs")
    if arguments.figure:
        draw(arguments.figure, lines, readers)
    rows = evaluate(lines, readers)
    write_sentences((arguments.out or arguments.corpus / "evaluation") / "sentences.csv", rows)
    print(table(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path, help="folder that read_corpus.py wrote")
    parser.add_argument("--voice", default=DEFAULT, help=f"name of a voice or its folder (default: {DEFAULT})")
    parser.add_argument("--out", type=Path, help="folder for sentences.csv (default: CORPUS/evaluation)")
    parser.add_argument("--figure", type=Path, metavar="FILE.png", help="also draw spectrograms and an alignment")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()

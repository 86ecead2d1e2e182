"""Measure intelligibility and pitch of a voice, compared with the recordings of its speaker.

    python recipes/ljspeech/evaluate.py CORPUS --voice FOLDER [--clips run/validation.txt] [--first N] [--out FILE.csv]
    python recipes/ljspeech/evaluate.py CORPUS --voice FOLDER --sentences FILE [--first N] [--out FILE.csv]

The voice reads the clips of the corpus: all clips, or the clips whose ids are in a file. With --sentences it reads the
lines of a file instead, each `text` or `id|text`. Whisper tiny.en transcribes the voice and the recordings of the same
clips, and the word errors are counted. The pitch is the mean of ln F0 over voiced frames (tts/audio/pitch.py). If the
sentences have no recordings, the pitch is compared with all recordings that --clips selects.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from tts import Synthesizer
from tts.audio.mel import Float32
from tts.audio.pitch import analyse_source
from tts.common.files import atomic_write
from tts.config import AudioConfig
from tts.corpus.reader import Row, read_metadata
from tts.corpus.recording import read_recording
from tts.evaluation.errors import ErrorCounts, character_error_rate, word_error_rate, word_errors
from tts.evaluation.recognizer import Recognizer
from tts.evaluation.sentences import Line, read_sentences
from tts.voice import Voice

VOICED = 0.4  # least correlation in the lowest band of a voiced frame
HEADER = """\
| system | sentences | WER, % (95 % interval) | CER, % | speech, s |
|---|---|---|---|---|"""


class Heard(NamedTuple):
    """One spoken sentence and its transcript."""

    system: str
    clip_id: str
    text: str
    transcript: str
    errors: ErrorCounts
    seconds: float
    log_f0: Float32  # of voiced frames


class Listener:
    """Whisper and a pitch tracker."""

    def __init__(self, audio: AudioConfig) -> None:
        self.recognizer = Recognizer()
        self.audio = audio

    def hear(self, system: str, clip_id: str, text: str, samples: Float32) -> Heard:
        transcript = self.recognizer.transcribe(samples, self.audio.sample_rate)
        seconds, errors = len(samples) / self.audio.sample_rate, word_errors(text, transcript)
        return Heard(system, clip_id, text, transcript, errors, seconds, log_f0(samples, self.audio))


def log_f0(samples: Float32, audio: AudioConfig) -> Float32:
    """Return ln F0 (F0 in hertz) of the voiced frames of samples `(T,)`."""
    source = analyse_source(samples, audio)
    voiced: Float32 = source[0, source[1] > VOICED]
    return voiced


def chosen(rows: list[Row], clips: Path | None, first: int | None) -> list[Row]:
    """Return the first rows in corpus order: all rows, or the rows whose ids a file lists."""
    if clips:
        wanted = set(clips.read_text(encoding="utf-8").split())
        unknown = wanted - {row.clip_id for row in rows}
        if unknown:
            raise ValueError(f"{clips} names clip {min(unknown)}, which the corpus lacks: list clips of this corpus")
        rows = [row for row in rows if row.clip_id in wanted]
    return rows[:first]


def listen(arguments: argparse.Namespace) -> tuple[list[Heard], Float32]:
    """Return all transcripts and ln F0 of the recordings."""
    voice = Voice.load(arguments.voice)
    synthesizer, audio = Synthesizer(voice), voice.card.audio
    listener, rows = Listener(audio), chosen(read_metadata(arguments.corpus), arguments.clips, None)
    if arguments.sentences:
        recorded = (read_recording(row.wav, audio.sample_rate).samples for row in rows)
        pitches = [log_f0(samples, audio) for samples in tqdm(recorded, total=len(rows), unit="recording")]
        texts = read_sentences(arguments.sentences)[: arguments.first]
        return list(speak(synthesizer, listener, texts)), np.concatenate(pitches)
    rows = rows[: arguments.first]
    heard = [
        listener.hear("recording", row.clip_id, row.text, read_recording(row.wav, audio.sample_rate).samples)
        for row in tqdm(rows, unit="recording")
    ]
    spoken = speak(synthesizer, listener, [Line(row.clip_id, row.text) for row in rows])
    return [*heard, *spoken], np.concatenate([each.log_f0 for each in heard])


def speak(synthesizer: Synthesizer, listener: Listener, texts: list[Line]) -> Iterator[Heard]:
    for clip_id, text in tqdm(texts, unit="sentence"):
        yield listener.hear("voice", clip_id, text, synthesizer.synthesize(text).samples)


def summary(readings: Iterable[Heard], recorded: Float32) -> str:
    """Return a Markdown table of the systems and a line about the pitch."""
    readings = list(readings)
    lines = [HEADER]
    for system in dict.fromkeys(each.system for each in readings):
        own = [each for each in readings if each.system == system]
        words, characters = (rate([each.errors for each in own]) for rate in (word_error_rate, character_error_rate))
        interval = f"{100 * words.value:.1f} ({100 * words.low:.1f} to {100 * words.high:.1f})"
        seconds = sum(each.seconds for each in own)
        lines.append(f"| {system} | {len(own)} | {interval} | {100 * characters.value:.1f} | {seconds:.0f} |")
    spoken = np.concatenate([each.log_f0 for each in readings if each.system == "voice"])
    if not len(spoken) or not len(recorded):
        return "\n".join([*lines, "", "No pitch: no frame is voiced."])
    ours, theirs = float(spoken.mean()), float(recorded.mean())
    hertz = f"{math.exp(ours):.0f} Hz of {math.exp(theirs):.0f} Hz"
    pitch = f"Mean ln F0: voice {ours:.3f}, recordings {theirs:.3f}, ratio {ours / theirs:.3f}; geometric means {hertz}"
    return "\n".join([*lines, "", f"{pitch}, ratio {math.exp(ours - theirs):.3f}."])


def write_readings(path: Path, readings: Iterable[Heard]) -> None:
    """Write one line for each reading, worst first."""
    ranked = sorted(readings, key=lambda each: (-each.errors.word_errors / each.errors.n_words, each.clip_id))
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "system", "errors", "words", "text", "heard"])
        for each in ranked:
            counts = (each.errors.word_errors, each.errors.n_words)
            writer.writerow([each.clip_id, each.system, *counts, each.text, each.transcript])


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path, help="folder with metadata.csv and wavs/")
    parser.add_argument("--voice", required=True, help="bundled name or folder")
    parser.add_argument("--clips", type=Path, metavar="FILE", help="ids of clips, one per line (default: all)")
    parser.add_argument("--sentences", type=Path, metavar="FILE", help="read these sentences instead of the clips")
    parser.add_argument("--first", type=int, metavar="N", help="read at most N")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="write the transcripts, worst first")
    return parser


def main() -> None:
    parser = build_parser()
    arguments = parser.parse_args()
    try:
        readings, recorded = listen(arguments)
        if arguments.out:
            write_readings(arguments.out, readings)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(summary(readings, recorded))


if __name__ == "__main__":
    main()

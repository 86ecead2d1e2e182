"""Measure intelligibility and quality of the voice, compared with its teacher on the same sentences.

    python recipes/joe/evaluate.py CORPUS [--voice joe|FOLDER] [--set heldout|newtext] [--out DIR] [--figure FILE.png]
    python recipes/joe/evaluate.py CORPUS --voice FOLDER --validation FEATURES --sentences 24     # during training

The sentences are `CORPUS/heldout/metadata.csv` (from LJSpeech), `CORPUS/newtext/metadata.csv` (the forty sentences of
`tts evaluate`), or the validation sentences of a training run on FEATURES. Three systems read them: the teacher (its
recordings), copy synthesis and the voice. Copy synthesis sends the recordings through the voice's mel spectrogram and
Griffin-Lim, which is the best result of a perfect model. The script prints a Markdown table and writes the report of
`tts evaluate`. Transcripts are kept in the folder: to evaluate another voice takes a third of the time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tts.audio.files import open_writer
from tts.audio.mel import log_mel, mel_filterbank
from tts.common.threads import usable_cores
from tts.corpus.features import Features, split
from tts.evaluation.page import render
from tts.evaluation.recognizer import Recognizer
from tts.evaluation.report import table, write_report
from tts.evaluation.run import MeasurementJournal, evaluate
from tts.evaluation.sentences import Line, read_sentences
from tts.evaluation.systems import CopySynthesis, Recordings, System, VoiceSystem
from tts.training.config import DataConfig, RunConfig
from tts.voice import Voice

TEACHER, COPY, OURS = "teacher", "copy synthesis", "voice"
SETS = ("heldout", "newtext")  # folders in the corpus
SAMPLE_IDS = ("LJ009-0086", "LJ013-0251", "LJ050-0021")
FIGURE_ID = "LJ009-0086"  # "But why should I repeat the whole?": short enough for its phonemes to be legible


def validation(features: Path) -> list[Line]:
    """Return the sentences that `tts train` keeps for validation."""
    clips = Features(features).clips
    _, indices = split(len(clips), DataConfig.n_validation, RunConfig.seed)
    return [Line(clips[index].clip_id, clips[index].text) for index in indices]


def spread(lines: list[Line], n: int) -> list[Line]:
    """Return n of the lines, evenly spaced, because the short lines are together at the start of the corpus."""
    return lines if n >= len(lines) else [lines[index * len(lines) // n] for index in range(n)]


def draw(path: Path, lines: list[Line], voice: Voice, recordings: System) -> None:
    """Draw one sentence: the teacher's spectrogram above the voice's."""
    from tts.evaluation import picture

    line = next((line for line in lines if line.clip_id == FIGURE_ID), lines[0])
    audio = voice.card.audio
    recorded = log_mel(recordings(line).sound.at(audio.sample_rate), audio, mel_filterbank(audio))
    reading = picture.read(voice, line.text)
    picture.save(path, recorded, reading, audio.frames_per_second, f"{line.clip_id}: {line.text}")


def save_samples(folder: Path, lines: list[Line], systems: dict[str, System]) -> None:
    """Write a few sentences of every system in Ogg Vorbis."""
    folder.mkdir(parents=True, exist_ok=True)
    for line in lines:
        if line.clip_id in SAMPLE_IDS:
            for name, system in systems.items():
                sound = system(line).sound
                with open_writer(
                    str(folder / f"{line.clip_id}-{name.replace(' ', '-')}.ogg"), sound.sample_rate
                ) as writer:
                    writer.write(sound.samples)


def run(arguments: argparse.Namespace) -> None:
    corpus: Path = arguments.corpus
    folder = corpus if arguments.validation else corpus / arguments.set
    if not (folder / "metadata.csv").is_file():
        raise ValueError(f"{folder} has no metadata.csv: run python -m recipes.joe.read_corpus first")
    features: Path | None = arguments.validation
    lines = validation(features) if features else read_sentences(folder / "metadata.csv")
    lines = spread(lines, arguments.sentences or len(lines))
    voice, recordings = Voice.load(arguments.voice), Recordings(folder / "wavs")
    if arguments.figure:
        draw(arguments.figure, lines, voice, recordings)
    out = arguments.out or corpus / "evaluation"
    systems: dict[str, System] = {
        TEACHER: recordings,
        COPY: CopySynthesis(voice, recordings),
        OURS: VoiceSystem(voice),
    }
    if arguments.samples:
        save_samples(arguments.samples, lines, systems)
    journal, workers = MeasurementJournal(out / "heard.jsonl"), usable_cores()
    recognizer = Recognizer(arguments.recognizer, workers=workers)
    rows = evaluate(lines, systems, recognizer, journal, reference=TEACHER, workers=workers)
    title = f"Voice {voice.card.name}, {len(lines)} sentences"
    write_report(out, rows, render(rows, title, OURS, voice, TEACHER))
    print(table(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path, help="folder that read_corpus.py wrote")
    parser.add_argument("--voice", default="joe", help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--set", choices=SETS, default=SETS[0], help="sentences to read (default: %(default)s)")
    parser.add_argument(
        "--validation", type=Path, metavar="FEATURES", help="read the validation sentences of these features"
    )
    parser.add_argument("--sentences", type=int, metavar="N", help="only N of them, evenly spaced (default: all)")
    parser.add_argument(
        "--recognizer", type=Path, metavar="DIR", help="folder of another Whisper model for CTranslate2"
    )
    parser.add_argument("--out", type=Path, help="folder for the report (default: CORPUS/evaluation)")
    parser.add_argument("--figure", type=Path, metavar="FILE.png", help="also draw spectrograms and an alignment")
    parser.add_argument("--samples", type=Path, metavar="DIR", help="also write three sentences of each system as ogg")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()

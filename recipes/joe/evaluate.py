"""How well a listener understands the voice, and how it sounds beside its teacher, sentence for sentence.

    python recipes/joe/evaluate.py CORPUS [--voice joe|FOLDER] [--set heldout|newtext] [--out DIR] [--figure FILE.png]
    python recipes/joe/evaluate.py CORPUS --voice FOLDER --validation FEATURES --sentences 24     # while training

Three systems read every sentence of `CORPUS/heldout/metadata.csv` (LJSpeech's own), of `CORPUS/newtext/metadata.csv`
(the forty of `tts evaluate`, of another kind), or those that training on FEATURES leaves for validation: the teacher
(its recordings); copy synthesis (these recordings through the voice's mel spectrogram and Griffin-Lim: the best that
the voice could do with a perfect model); and the voice. Prints a markdown table and writes the report of
`tts evaluate`. What was heard of a sound is kept in the folder, so that another voice costs a third.
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
from tts.voice import DEFAULT, Voice

TEACHER, COPY, OURS = "teacher", "copy synthesis", "voice"
SETS = ("heldout", "newtext")  # folders of the corpus
SAMPLE_IDS = ("LJ009-0086", "LJ013-0251", "LJ050-0021")
FIGURE_ID = "LJ009-0086"  # "But why should I repeat the whole?": short enough for its phonemes to be legible


def validation(features: Path) -> list[Line]:
    """What `tts train` keeps for validation."""
    clips = Features(features).clips
    _, indices = split(len(clips), DataConfig.n_validation, RunConfig.seed)
    return [Line(clips[index].clip_id, clips[index].text) for index in indices]


def spread(lines: list[Line], n: int) -> list[Line]:
    """n of the lines, evenly spaced: short ones stand together at the start of the corpus."""
    return lines if n >= len(lines) else [lines[index * len(lines) // n] for index in range(n)]


def draw(path: Path, lines: list[Line], voice: Voice, recordings: System) -> None:
    """Picture one sentence, the teacher's reading above the voice's."""
    from tts.evaluation import picture

    line = next((line for line in lines if line.clip_id == FIGURE_ID), lines[0])
    audio = voice.card.audio
    recorded = log_mel(recordings(line).sound.at(audio.sample_rate), audio, mel_filterbank(audio))
    reading = picture.read(voice, line.text)
    picture.save(path, recorded, reading, audio.frames_per_second, f"{line.clip_id}: {line.text}")


def save_samples(folder: Path, lines: list[Line], systems: dict[str, System]) -> None:
    """A few sentences as every system reads them, in Ogg Vorbis."""
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
        raise ValueError(f"{folder} holds no metadata.csv: run python -m recipes.joe.read_corpus first")
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
    parser.add_argument("--voice", default=DEFAULT, help=f"name of a voice or its folder (default: {DEFAULT})")
    parser.add_argument("--set", choices=SETS, default=SETS[0], help="what is read (default: %(default)s)")
    parser.add_argument(
        "--validation", type=Path, metavar="FEATURES", help="read the validation sentences of these features instead"
    )
    parser.add_argument("--sentences", type=int, metavar="N", help="only N of them, evenly spaced (default: all)")
    parser.add_argument("--recognizer", type=Path, metavar="DIR", help="another Whisper model, for CTranslate2")
    parser.add_argument("--out", type=Path, help="folder for the report (default: CORPUS/evaluation)")
    parser.add_argument("--figure", type=Path, metavar="FILE.png", help="also draw spectrograms and an alignment")
    parser.add_argument("--samples", type=Path, metavar="DIR", help="also write three sentences of every system as ogg")
    arguments = parser.parse_args()
    try:
        run(arguments)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()

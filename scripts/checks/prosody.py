"""Measure pauses, question rises and sentence ends of voices.

    python scripts/checks/prosody.py [VOICE ...]

A voice is a bundled name or a folder. All read the same sentences, which are in no corpus: twelve clauses as statement
and as question, and ten sentences with a comma. The script prints a Markdown table of medians:

* question and statement ends: F0 of the last 0.15 s of voiced speech relative to the median of the sentence, in
  semitones;
* pause at a comma: the longest pause inside the sentence (`tts/evaluation/pauses.py`), in seconds;
* last 20 ms: their level relative to the loudest 20 ms, in decibels; speech that is cut off ends loud;
* last step: the largest difference of neighbouring samples in the last 20 ms, in thousandths of full scale; a click is
  a large difference.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable

import numpy as np

from tts import Synthesizer
from tts.audio.mel import Float32
from tts.audio.pitch import analyse_source
from tts.config import AudioConfig
from tts.evaluation.pauses import measure_pauses
from tts.evaluation.recognizer import SAMPLE_RATE, resample
from tts.voice import bundled_voices

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
| voice | question ends, semitones | statement ends | pause at a comma, s | last 20 ms, dB | last step, ‰ |
|---|---|---|---|---|---|"""
END_SECONDS, BLOCK_SECONDS, VOICED = 0.15, 0.02, 0.5
EDGES = (1000.0,)  # hertz: a frame is voiced by its correlation below them

Read = Callable[[str], Float32]


def final_rise(samples: Float32, audio: AudioConfig) -> float:
    log_f0, voicing = analyse_source(samples, audio)[:2]
    voiced = log_f0[voicing > VOICED]
    end = voiced[-round(END_SECONDS * audio.frames_per_second) :]
    return float((np.median(end) - np.median(voiced)) * 12 / np.log(2))


def longest_pause(samples: Float32, sample_rate: int) -> float:
    return max(measure_pauses(resample(samples, sample_rate, SAMPLE_RATE)).pauses, default=0.0)


def end_level(samples: Float32, sample_rate: int) -> float:
    """Return the level of the last block, which ends with the last sample, relative to the loudest block."""
    size = round(BLOCK_SECONDS * sample_rate)
    blocks = samples[len(samples) % size :].reshape(-1, size)
    levels = 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-10)
    return float(levels[-1] - levels.max())


def end_step(samples: Float32, sample_rate: int) -> float:
    return float(np.abs(np.diff(samples[-round(BLOCK_SECONDS * sample_rate) :])).max() * 1000)


def measure(read_text: Read, audio: AudioConfig) -> list[float]:
    """Return the medians of a voice. audio: its settings."""
    audio = dataclasses.replace(audio, voicing_edges=EDGES)
    rate = audio.sample_rate
    questions = [read_text(f"{clause[0].upper()}{clause[1:]}?") for clause in CLAUSES]
    statements = [read_text(f"{clause[0].upper()}{clause[1:]}.") for clause in CLAUSES]
    commas = [read_text(text) for text in COMMAS]
    ends = questions + statements + commas
    measured = [
        [final_rise(samples, audio) for samples in questions],
        [final_rise(samples, audio) for samples in statements],
        [longest_pause(samples, rate) for samples in commas],
        [end_level(samples, rate) for samples in ends],
        [end_step(samples, rate) for samples in ends],
    ]
    return [float(np.median(values)) for values in measured]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("voices", nargs="*", metavar="VOICE", help="bundled name or folder (default: all bundled ones)")
    arguments = parser.parse_args()
    try:
        voices = {name: Synthesizer(name) for name in arguments.voices or bundled_voices()}
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print(HEADER)
    for name, synthesizer in voices.items():

        def speak(text: str, synthesizer: Synthesizer = synthesizer) -> Float32:
            return synthesizer.synthesize(text).samples

        rise, fall, pause, level, step = measure(speak, synthesizer.voice.card.audio)
        print(f"| {name} | {rise:+.1f} | {fall:+.1f} | {pause:.2f} | {level:.0f} | {step:.2f} |")


if __name__ == "__main__":
    main()

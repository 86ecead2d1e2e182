"""Compare word times from the attention with word times from a forced aligner.

    pip install '.[checks]'
    python scripts/checks/timings.py [--voice NAME] [--sentences 50]

The script prints the error of word starts and ends in milliseconds; a positive error means that our time is later. It
exits with status 1 if the median absolute error of either is above 40 ms. It reads the last sentences of
`recipes/shared/heldout.csv`, which no voice was trained on. With `--first` it reads the first sentences: the two leads
of `tts.card.Calibration` are medians over the first fifty.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from forced_aligner import align

from tts import Synthesizer
from tts.evaluation.sentences import read_sentences
from tts.voice import DEFAULT

HELDOUT = Path(__file__).parents[2] / "recipes" / "shared" / "heldout.csv"
BUDGET = 40.0  # milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default=DEFAULT, help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--sentences", type=int, default=50, help="sentences to read (default: %(default)s)")
    parser.add_argument("--first", action="store_true", help="read the first sentences, not the last")
    parser.add_argument("--speed", type=float, default=1.0, help="speed of the speech (default: %(default)s)")
    options = parser.parse_args()
    synthesizer = Synthesizer(options.voice)
    texts = [line.text for line in read_sentences(HELDOUT)]
    chosen = texts[: options.sentences] if options.first else texts[-options.sentences :]
    starts, ends = [], []
    for text in chosen:
        speech = synthesizer.synthesize(text, speed=options.speed)
        words = [[timing.phoneme for timing in word.phonemes] for word in speech.words]
        try:
            heard = align(speech.samples, speech.sample_rate, words)
        except ValueError as error:
            print(f"left out: {text!r}: {error}")
            continue
        # The aligner counts the silence before the first word as part of the word, so its start is not compared.
        starts += [word.start_time - interval.start for word, interval in zip(speech.words[1:], heard[1:], strict=True)]
        ends += [word.end_time - interval.end for word, interval in zip(speech.words, heard, strict=True)]
    if not ends:
        sys.exit("no sentence could be aligned: read more sentences")
    print(f"{len(chosen)} sentences, {len(ends)} words, voice {options.voice}, speed {options.speed:g}")
    print("| error, ms | median | median absolute | 90th percentile | worst |\n|---|---|---|---|---|")
    medians = []
    for name, errors in (("word starts", starts), ("word ends", ends)):
        signed = 1000 * np.array(errors)
        size = np.abs(signed)
        medians.append(np.median(size))
        figures = [np.median(signed), medians[-1], np.percentile(size, 90), size.max()]
        print(f"| {name} | {' | '.join(f'{figure:.0f}' for figure in figures)} |")
    sys.exit(int(max(medians) > BUDGET))


if __name__ == "__main__":
    main()

"""Speak every input of `tests/data/hard_inputs.txt` and find words that were dropped, repeated or added.

    pip install '.[checks]'
    python scripts/checks/hard_inputs.py [--voice NAME] [--part 1/2]

The script prints a table by category, then each objection, and exits with status 1 if an input failed. There are five
judges. They do not judge pronunciation:

- alignment: the warnings of the attention monitor (`tts/decoding/monitor.py`).
- length: the duration is within bounds that follow from the number of phonemes and marks.
- heard: Whisper tiny.en writes down between half and one and a half times as many phonemes as the text has, plus or
  minus six. Whisper does not judge a word that is said six times or more in a row, because it writes an arbitrary
  number of them. It does not judge when it loops, which shows as more phonemes than anybody can say in the time.
- placed: a forced aligner (PocketSphinx) finds each word within 0.4 s of the time that the attention gives.
- beats: in the time that the attention gives to a word, the loudness has at least one peak, and no more peaks than the
  word has vowels, or one more if it ends with the burst of a stop. Asked where placed objects.

Whisper errs on single sounds, and the aligner errs among words that sound alike. An input fails if alignment or length
objects, or if placed objects and a second judge does: heard, or beats where Whisper does not judge. An objection of one
of these alone is counted and printed as a doubt. The word error rate is for information: Whisper often fails on letters
and names.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import get_args

import numpy as np
from forced_aligner import align
from numpy.typing import NDArray
from scipy.signal import find_peaks

from tts import Speech, Synthesizer
from tts.decoding.monitor import FaultKind
from tts.evaluation.errors import ErrorCounts, word_errors
from tts.evaluation.recognizer import Recognizer
from tts.text.frontend import Frontend
from tts.text.token import Token
from tts.voice import DEFAULT

Float32 = NDArray[np.float32]

INPUTS = Path(__file__).parents[2] / "tests" / "data" / "hard_inputs.txt"
JUDGES = ("alignment", "length", "heard", "placed", "beats")
MIN_SECONDS, MAX_SECONDS, MAX_PAUSE, SPARE_SECONDS = 0.04, 0.2, 1.0, 0.6  # per phoneme, phoneme, mark, sentence
SHARE, SPARE_PHONEMES = 0.5, 6
FASTEST = 25.0  # phonemes a second
MANY = 6  # repetitions in a row that Whisper cannot count
FAR = 0.4  # seconds
PEAK, APART, BLUR = 6.0, 0.08, 0.03  # decibels; seconds between peaks; seconds that the loudness is averaged over
LOUD = 20.0  # decibels below the loudest that still count
STOPS = frozenset("B D G K P T CH JH".split())


@dataclass(frozen=True)
class Result:
    category: str
    text: str
    errors: ErrorCounts
    findings: dict[str, str]  # by judge: its objection
    whisper_judges: bool

    @property
    def failed(self) -> bool:
        """Whether the objections are enough to fail the input."""
        second = "heard" if self.whisper_judges else "beats"
        by_ear = "placed" in self.findings and second in self.findings
        return by_ear or "alignment" in self.findings or "length" in self.findings


def read_inputs(path: Path) -> list[tuple[str, str]]:
    """Return the category and the text of each input."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(line.partition("\t")[0], line.partition("\t")[2]) for line in lines if not line.startswith("#")]


class Judges:
    """A voice and the models that listen to it, loaded once."""

    def __init__(self, voice: str) -> None:
        self.synthesizer = Synthesizer(voice)
        self.frontend = Frontend()
        self.recognizer = Recognizer()

    def judge(self, category: str, text: str) -> Result:
        speech = self.synthesizer.synthesize(text)
        tokens = self.frontend.tokens(text)
        words = [token for token in tokens if not token.is_mark]
        seconds = len(speech.samples) / speech.sample_rate
        heard = self.recognizer.transcribe(speech.samples, speech.sample_rate)
        expected, found = _phonemes(words), self._phonemes_heard(heard, _phonemes(words))
        repeated = max(len(list(run)) for _, run in groupby(word.text for word in words))
        whisper_judges = repeated < MANY and found <= FASTEST * seconds
        low, high = SHARE * expected - SPARE_PHONEMES, (1 + SHARE) * expected + SPARE_PHONEMES
        objects = whisper_judges and not (found and low <= found <= high)
        placed = _placed(speech)
        findings = {
            "alignment": "; ".join(str(warning) for warning in speech.warnings if warning.kind in get_args(FaultKind)),
            "length": _length(tokens, seconds),
            "heard": f"{found} phonemes for {expected}: {heard!r}" if objects else "",
            "placed": placed,
            "beats": _beats(speech) if placed else "",
        }
        errors = word_errors(" ".join(word.text for word in words), heard)
        findings = {judge: finding for judge, finding in findings.items() if finding}
        return Result(category, text, errors, findings, whisper_judges)

    def _phonemes_heard(self, heard: str, expected: int) -> int:
        """Count the phonemes of a transcript: digits read as numbers or one by one, the closer to `expected`."""
        readings = heard, re.sub(r"(?<=\d)[,:.-]?(?=\d)", " ", heard)
        counts = [_phonemes(self.frontend.tokens(reading)) for reading in readings]
        return min(counts, key=lambda count: abs(count - expected))


def _phonemes(tokens: list[Token]) -> int:
    return sum(len(token.phonemes) for token in tokens if not token.is_mark)


def _length(tokens: list[Token], seconds: float) -> str:
    phonemes, marks = _phonemes(tokens), sum(token.is_mark for token in tokens)
    low, high = MIN_SECONDS * phonemes, MAX_SECONDS * phonemes + MAX_PAUSE * (marks - 1) + SPARE_SECONDS
    return "" if low <= seconds <= high else f"{seconds:.1f} s, not {low:.1f} to {high:.1f}"


def _placed(speech: Speech) -> str:
    try:
        heard = align(
            speech.samples, speech.sample_rate, [[timing.phoneme for timing in word.phonemes] for word in speech.words]
        )
    except ValueError as error:
        return str(error)
    for index, (word, interval) in enumerate(zip(speech.words, heard, strict=True)):
        starts_elsewhere = index and abs(word.start_time - interval.start) > FAR  # the first word includes silence
        if starts_elsewhere or abs(word.end_time - interval.end) > FAR:
            return (
                f'word {index + 1}, "{word.word}": attention {word.start_time:.2f} to {word.end_time:.2f} s, '
                f"aligner {interval.start:.2f} to {interval.end:.2f} s"
            )
    return ""


def _beats(speech: Speech) -> str:
    peaks = _peaks(speech.samples, speech.sample_rate)
    for index, word in enumerate(speech.words):
        vowels = sum(timing.phoneme[-1].isdigit() for timing in word.phonemes)
        found = np.count_nonzero((peaks > word.start_time) & (peaks < word.end_time))
        if not 1 <= found <= vowels + (word.phonemes[-1].phoneme in STOPS):
            return f'word {index + 1}, "{word.word}": {found} peaks of loudness for {vowels} vowels'
    return ""


def _peaks(samples: Float32, sample_rate: int) -> NDArray[np.float64]:
    """Return the times of the peaks of loudness, in seconds."""
    step = sample_rate // 200
    window = np.hanning(int(BLUR * sample_rate))
    power = np.convolve(samples**2, window / window.sum(), "same")[::step]
    loudness = 10 * np.log10(power + 1e-9)
    peaks, _ = find_peaks(loudness, prominence=PEAK, distance=APART * 200, height=loudness.max() - LOUD)
    times: NDArray[np.float64] = peaks * step / sample_rate
    return times


def table(results: list[Result]) -> Iterator[str]:
    """Yield the lines of a table by category."""
    yield f"| category | inputs | {' | '.join(JUDGES)} | failed | WER, % |"
    yield f"|---|---|{'---|' * len(JUDGES)}---|---|"
    categories = list(dict.fromkeys(result.category for result in results))
    for category in [*categories, "all"]:
        members = [result for result in results if category in (result.category, "all")]
        counts = [str(sum(judge in result.findings for result in members)) for judge in JUDGES]
        failed = sum(result.failed for result in members)
        rate = sum(result.errors.word_errors for result in members) / sum(result.errors.n_words for result in members)
        yield f"| {category} | {len(members)} | {' | '.join(counts)} | {failed} | {100 * rate:.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", default=DEFAULT, help="bundled name or folder (default: %(default)s)")
    parser.add_argument("--part", default="1/1", metavar="K/N", help="every Nth input, from the Kth (default: all)")
    options = parser.parse_args()
    first, _, every = options.part.partition("/")
    judges = Judges(options.voice)
    results = [judges.judge(*row) for row in read_inputs(INPUTS)[int(first) - 1 :: int(every)]]
    print("\n".join(table(results)))
    for result in results:
        for judge, finding in result.findings.items():
            outcome = "FAILED" if result.failed else "doubt"
            print(f"{outcome}: {result.category}: {result.text[:60]!r}: {judge}: {finding}")
    sys.exit(any(result.failed for result in results))


if __name__ == "__main__":
    main()

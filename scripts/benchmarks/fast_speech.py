"""Measure how much of fast speech can be understood, beside espeak-ng at the same number of words a minute.

    python scripts/benchmarks/fast_speech.py [--sentences 30] [--speeds 1 2 3 4] [--voice NAME]

Speech is that of a screen reader: `tts speech-dispatcher` at the rate of each speed. Whisper tiny.en was not trained on
fast speech and soon understands nobody, unlike listeners who use it every day. So each text is recognised twice: as it
is, and slowed down again by sox to the voice's own speed. The second figure counts what the fast sound still contains,
and includes the harm of slowing down. The word error rate of a sentence is at most 1. espeak-ng speaks as fast as the
voice: its words a minute are those of the voice at speed 1, times the speed.
"""

from __future__ import annotations

import argparse
import io
import math
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import soundfile
from numpy.typing import NDArray

from tts.evaluation.errors import word_errors
from tts.evaluation.recognizer import Recognizer
from tts.evaluation.sentences import find_sentences, read_sentences
from tts.options import SPEEDS
from tts.speechd.settings import Settings
from tts.speechd.timeline import timeline
from tts.synthesizer import Synthesizer

PROGRAMS = ("espeak-ng", "sox")
Sound = tuple[NDArray[np.float32], int]


def griffon(synthesizer: Synthesizer, text: str, speed: float) -> Sound:
    """Speak as the module does at the rate of a speed."""
    settings = Settings(rate=round(100 * math.log(speed, SPEEDS[1])))
    chunks = synthesizer.stream(text, settings.options, markup="plain")
    pieces = [item for item in timeline(chunks, settings.shortening) if not isinstance(item, str)]
    return np.concatenate(pieces), synthesizer.sample_rate


def espeak(text: str, words_a_minute: float) -> Sound:
    """Speak with espeak-ng."""
    command = ["espeak-ng", "-v", "en-us", "-s", str(round(words_a_minute)), "--stdout", text]
    return decoded(subprocess.run(command, capture_output=True, check=True).stdout)


def slowed(sound: Sound, speed: float) -> Sound:
    """Slow down by sox, which searches for similar places of the waveform as well."""
    file = io.BytesIO()
    soundfile.write(file, *sound, format="WAV", subtype="PCM_16")
    command = ["sox", "-t", "wav", "-", "-t", "wav", "-", "tempo", "-s", f"{1 / speed:.4f}"]
    return decoded(subprocess.run(command, input=file.getvalue(), capture_output=True, check=True).stdout)


def decoded(file: bytes) -> Sound:
    samples, sample_rate = soundfile.read(io.BytesIO(file), dtype="float32")
    return samples, sample_rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=30, help="of the list 'develop' (default: %(default)s)")
    parser.add_argument("--speeds", type=float, nargs="+", default=[1.0, 2.0, 3.0, 4.0], help="default: 1 2 3 4")
    parser.add_argument("--voice", help="bundled name or folder (default: the default voice)")
    options = parser.parse_args()
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} missing: apt-get install {' '.join(missing)}")
    synthesizer = Synthesizer(options.voice) if options.voice else Synthesizer()
    texts = [line.text for line in read_sentences(find_sentences("develop"))[: options.sentences]]
    seconds = sum(len(griffon(synthesizer, text, 1.0)[0]) for text in texts) / synthesizer.sample_rate
    pace = 60 * sum(len(text.split()) for text in texts) / seconds
    recognizer = Recognizer()
    systems: dict[str, Callable[[str, float], Sound]] = {
        "griffon": lambda text, speed: griffon(synthesizer, text, speed),
        "espeak-ng": lambda text, speed: espeak(text, pace * speed),
    }
    print("| speed | words a minute | system | WER as it is, % | WER slowed down, % |\n|---|---|---|---|---|")
    for speed in options.speeds:
        for name, speak in systems.items():
            errors, words = defaultdict[str, int](int), 0
            for text in texts:
                sound = speak(text, speed)
                for way, heard in (("as it is", sound), ("slowed", slowed(sound, speed) if speed > 1 else sound)):
                    counts = word_errors(text, recognizer.transcribe(*heard))
                    errors[way] += min(counts.word_errors, counts.n_words)
                words += counts.n_words
            rates = " | ".join(f"{100 * errors[way] / words:.1f}" for way in ("as it is", "slowed"))
            print(f"| {speed:g} | {pace * speed:.0f} | {name} | {rates} |", flush=True)


if __name__ == "__main__":
    main()

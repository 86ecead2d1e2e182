"""Speak the lines of a file into a folder, two at a time. `tts batch` does more: it continues, and uses all cores."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tts import Synthesizer

out = Path("out")
out.mkdir(exist_ok=True)
synthesizer = Synthesizer()  # threads may share it


def speak(numbered: tuple[int, str]) -> str:
    number, line = numbered
    speech = synthesizer.synthesize(line, seed=number)
    speech.save(out / f"{number:04}.flac")
    return f"{number:04}.flac: {len(speech.samples) / speech.sample_rate:.1f} s, {len(speech.words)} words"


lines = Path("lines.txt").read_text(encoding="utf-8").splitlines()
with ThreadPoolExecutor(2) as threads:
    for done in threads.map(speak, enumerate(lines, 1)):
        print(done)

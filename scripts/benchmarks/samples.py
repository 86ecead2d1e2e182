"""Speak the sentences of the page Listen with every bundled voice, its teacher, classic Griffin-Lim and Piper.

    pip install '.[checks]' -r scripts/benchmarks/requirements.txt
    python scripts/benchmarks/samples.py [--kokoro DIR] [--out docs]

The script writes OUT/listen/*.ogg and *.webp, a sound and its spectrogram for each sentence and system, and the part of
OUT/listen.md between its two marks. Each system reads the written text with its own front end; hibari's stands in for
Kokoro's. All sounds have the same loudness. A system that is not installed is left out with a message. Kokoro needs a
folder that recipes/shared/assemble_kokoro.py wrote.
"""

from __future__ import annotations

import argparse
import html
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps
from numpy.typing import NDArray
from peers import HIBARI, PIPER, Peer, Speak, is_installed, load_kokoro
from PIL import Image
from scipy.signal import resample_poly, stft

from tts import Synthesizer
from tts.audio.files import open_writer
from tts.audio.loudness import integrated_loudness
from tts.common.files import atomic_write_text
from tts.evaluation.listener import Sound
from tts.options import Inversion
from tts.voice import bundled_voices

Float32 = NDArray[np.float32]

SENTENCES = {
    "hello": "Hello! I am a small voice, and I live on this computer.",
    "river": "The rain stopped before noon, so we walked home along the river.",
    "numbers": "On May 3, 1984, Dr. Smith paid $5.20 for 3 lb of apples.",
    "homographs": "He read the lead article, wound a bandage around the wound, and will read it again.",
    "twister": "The sixth sheikh's skeptical physicist strengthens six thick thistle sticks.",
}
EASY = ("hello", "river")
TAUGHT_BY_KOKORO = {"michael": "am_michael"}
"""Voice -> the voice of Kokoro that taught it."""
START, END = "<!-- samples -->\n", "<!-- /samples -->\n"
LOUDNESS = -23.0  # LUFS
SAMPLE_RATE = 20_000  # hertz; the spectrograms show half of it
N_FFT, HOP = 800, 200
WIDTH, HEIGHT = 480, 200  # points of a picture
RANGE = 60  # decibels from the darkest to the brightest point
BRIGHTEST = 99.5  # percentile of the points; louder ones are as bright


class System(NamedTuple):
    """A system that speaks the sentences."""

    key: str
    """Part of its file names."""
    label: str
    speak: Callable[[str], Sound]


def teachers(kokoro: Path | None) -> dict[str, tuple[str, Peer]]:
    """Return voice -> name of its teacher, and the system that speaks with it. kokoro: the folder of Kokoro."""
    found = {"heart": ("hibari-tts, who taught heart", HIBARI)}
    if kokoro is None:
        print("Kokoro is left out: no --kokoro DIR (see recipes/shared/assemble_kokoro.py)", file=sys.stderr)
        return found
    for name, style in TAUGHT_BY_KOKORO.items():
        found[name] = (f"Kokoro, who taught {name}", Peer(partial(load_kokoro, kokoro, style), HIBARI.packages))
    return found


def systems(taught_by: dict[str, tuple[str, Peer]]) -> list[System]:
    """Return three systems for each bundled voice, and Piper: the voice, its teacher, the voice by Griffin-Lim."""
    found = []
    for name in bundled_voices():
        synthesizer = Synthesizer(name)
        found.append(System(name, name, partial(own, synthesizer, "voice")))
        if name in taught_by and is_installed(*taught_by[name]):
            label, peer = taught_by[name]
            found.append(System(f"{name}-teacher", label, partial(other, peer.load(1))))
        label = f"{name}, classic Griffin-Lim"
        found.append(System(f"{name}-classic", label, partial(own, synthesizer, "classic")))
    if is_installed("Piper", PIPER):
        found.append(System("piper", "Piper, voice joe", partial(other, PIPER.load(1))))
    return found


def own(synthesizer: Synthesizer, inversion: Inversion, text: str) -> Sound:
    speech = synthesizer.synthesize(text, inversion=inversion)
    return Sound(speech.samples, speech.sample_rate)


def other(speak: Speak, text: str) -> Sound:
    parts = list(speak(text))
    return Sound(np.concatenate([samples for samples, _ in parts]), parts[0][1])


def level(sound: Sound) -> Sound:
    """Return the sound at the common loudness, and lower if a peak would be clipped."""
    gain = 10 ** ((LOUDNESS - integrated_loudness(*sound)) / 20)
    return sound._replace(samples=sound.samples * np.float32(min(gain, 0.99 / np.abs(sound.samples).max())))


def draw(sound: Sound, seconds: float) -> Image.Image:
    """Draw the spectrogram of a sound, 0 to 10 kHz, on an axis of so many seconds."""
    samples = resample_poly(sound.samples, SAMPLE_RATE, sound.sample_rate)
    samples = np.pad(samples, (0, max(0, round(seconds * SAMPLE_RATE) - len(samples))))
    _, _, spectrum = stft(samples, SAMPLE_RATE, nperseg=N_FFT, noverlap=N_FFT - HOP, padded=False)
    decibels = 20 * np.log10(np.maximum(np.abs(spectrum), 1e-9))
    shades = np.clip(1 + (decibels - np.percentile(decibels, BRIGHTEST)) / RANGE, 0, 1)[::-1]
    colours = (colormaps["magma"](shades)[:, :, :3] * 255).astype(np.uint8)
    return Image.fromarray(colours).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def save(name: str, text: str, voices: list[System], folder: Path) -> str:
    """Write the sounds and pictures of a sentence, and return its section of the page."""
    sounds = {system: level(system.speak(text)) for system in voices}
    longest = max(sound.seconds for sound in sounds.values())
    lines = [f"### “{text}”", "", '<div class="samples">']
    for system, sound in sounds.items():
        stem = f"{name}-{system.key}"
        with open_writer(folder / f"{stem}.ogg", sound.sample_rate) as writer:
            writer.write(sound.samples)
        draw(sound, longest).save(folder / f"{stem}.webp", quality=60)
        lines += [
            "<div>",
            f"<b>{html.escape(system.label)}</b>",
            f'<img src="listen/{stem}.webp" width="{WIDTH}" height="{HEIGHT}" alt="spectrogram" loading="lazy">',
            f'<audio controls preload="none" src="listen/{stem}.ogg"><a href="listen/{stem}.ogg">listen</a></audio>',
            "</div>",
        ]
    return "\n".join([*lines, "</div>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of listen.md (default: %(default)s)")
    parser.add_argument("--kokoro", type=Path, metavar="DIR", help="folder that assemble_kokoro.py wrote")
    arguments = parser.parse_args()
    page, folder = arguments.out / "listen.md", arguments.out / "listen"
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    folder.mkdir(exist_ok=True)
    voices = systems(teachers(arguments.kokoro))
    sections = {name: save(name, text, voices, folder) for name, text in SENTENCES.items()}
    easy = "\n".join(sections[name] for name in EASY)
    hard = "\n".join(section for name, section in sections.items() if name not in EASY)
    atomic_write_text(page, f"{before}{START}\n## Easy\n\n{easy}\n## Hard\n\n{hard}\n{END}{after}")
    print(f"{page}: {len(sections)} sentences, {len(voices)} systems")


if __name__ == "__main__":
    main()

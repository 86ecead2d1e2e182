"""Let several voices of Kokoro read lines of LJSpeech: recordings of many speakers for `train.py`.

    python -m recipes.spectrum.read_voices LJSPEECH/metadata.csv OUT KOKORO [--minutes 2.5]

KOKORO is a folder that `recipes/shared/assemble_kokoro.py` wrote, with the voices below. OUT/VOICE/ID.wav are written,
each voice reads other lines. After an interruption the same command continues.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from recipes.michael.teacher import Kokoro, MichaelReader, lacking
from recipes.shared.texts import mixture
from tts.audio.files import open_writer
from tts.corpus.separation import AUDIO
from tts.evaluation.sentences import Line

LEARNT = "am_michael af_bella af_nicole af_sarah am_adam am_fenrir bf_emma bm_george bm_fable".split()
"""Voices to learn from: women and men, American and British, one of whom whispers."""
HEARD = "bf_isabella am_puck".split()
"""Voices to judge by, of whom nothing is learnt."""


def read(reader: MichaelReader, lines: Sequence[Line], folder: Path, minutes: float) -> None:
    """Write recordings of the first lines that together last so long. Recordings that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    seconds, rate = 0.0, AUDIO.sample_rate
    for line in lines:
        if seconds >= 60 * minutes:
            return
        wav = folder / f"{line.clip_id}.wav"
        if not wav.exists():
            _, spoken = reader.read(reader.frontend.tokens(line.text, markup="plain"))
            with open_writer(wav, rate) as writer:
                writer.write(spoken.samples)
        seconds += wav.stat().st_size / 2 / rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("metadata", type=Path, help="metadata.csv of LJSpeech-1.1")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("kokoro", type=Path, help="folder that recipes/shared/assemble_kokoro.py wrote")
    parser.add_argument("--minutes", type=float, default=2.5, help="of each voice (default: %(default)s)")
    options = parser.parse_args()
    voices = [*LEARNT, *HEARD]
    if missing := lacking(options.kokoro, voices):
        parser.error(missing)
    lines = mixture(options.metadata)
    for number, voice in enumerate(tqdm(voices, unit="voice")):
        reader = MichaelReader(AUDIO, Kokoro(options.kokoro, voice))
        read(reader, lines[number :: len(voices)], options.out / voice, options.minutes)


if __name__ == "__main__":
    main()

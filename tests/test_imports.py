"""Speaking is light: what `import tts`, and speaking itself, may load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import tts

HEAVY = {"torch", "torchaudio", "librosa", "lightning", "nltk", "g2p_en", "matplotlib", "onnx", "tensorboard", "yaml"}

# A machine without a network, that never saw NLTK's data: whoever tries to connect, or to import NLTK, fails.
OFFLINE = """
import json, os, socket, sys
def refuse(*arguments, **options):
    raise AssertionError(f"a connection was attempted: {arguments}")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
os.environ["NLTK_DATA"] = os.devnull
"""


def modules_after(code: str) -> set[str]:
    report = "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    result = subprocess.run(
        [sys.executable, "-c", f"{OFFLINE}\n{code}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(tts.__file__).parents[1],
    )
    assert result.stderr == ""
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_import_is_light() -> None:
    assert not modules_after("import tts") & HEAVY


def test_speaking_known_words_is_light(tiny_voice: Path) -> None:
    code = f"from tts import Synthesizer; Synthesizer({str(tiny_voice)!r}).synthesize('Hello there.')"
    assert not modules_after(code) & HEAVY


def test_speaking_an_unknown_word_needs_no_network(tiny_voice: Path) -> None:
    code = f"from tts import Synthesizer; Synthesizer({str(tiny_voice)!r}).synthesize('Zyxquorble!')"
    assert not modules_after(code) & (HEAVY - {"g2p_en", "nltk"})


def test_public_api() -> None:
    assert tts.__all__ == ["AudioChunk", "Speech", "Synthesizer", "Voice"]
    assert all(hasattr(tts, name) for name in tts.__all__)

"""Speaking is light: `import tts` and synthesis load only these modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tts

# The dependencies of synthesis and their dependencies; a name with an underscore is a part of one.
SPEAKING = {"tts", "numpy", "scipy", "onnxruntime", "soundfile"}
SPEAKING |= {"cffi", "charset_normalizer", "cython_runtime", "flatbuffers", "google", "num2words", "typing_extensions"}

# Simulate a machine without a network and without NLTK: a connection or an import of NLTK fails.
OFFLINE = """
import sys
before = set(sys.modules)  # what the interpreter loads of its own accord: Debian's has a sitecustomize
import json, os, socket
def refuse(*arguments, **options):
    raise AssertionError(f"a connection was attempted: {arguments}")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
os.environ["NLTK_DATA"] = os.devnull
"""


def modules_after(code: str) -> set[str]:
    report = "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    result = subprocess.run(
        [sys.executable, "-c", f"{OFFLINE}\n{code}\n{report}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(tts.__file__).parents[1],
    )
    assert result.stderr == ""
    loaded = set(json.loads(result.stdout.splitlines()[-1]))
    return {name for name in loaded - sys.stdlib_module_names if not name.startswith("_")}


def test_import_loads_nothing() -> None:
    assert modules_after("import tts") == {"tts"}


def test_the_public_api_is_light() -> None:
    assert modules_after(f"from tts import {', '.join(tts.__all__)}") <= SPEAKING


@pytest.mark.parametrize("arguments", [["--help"], ["synthesize", "--help"], ["--version"]])
def test_the_commands_help_is_lighter(arguments: list[str]) -> None:
    code = f"from tts.cli.main import main\ntry: main({arguments})\nexcept SystemExit: pass"
    assert modules_after(code) == {"tts"}


def test_listing_and_normalizing_start_no_engine() -> None:
    code = "from tts.cli.main import main; main(['voices']); main(['normalize', 'Hello, 5.'])"
    assert not modules_after(code) & {"onnxruntime", "scipy", "soundfile"}


def test_speaking_known_words_is_light(tiny_voice: Path) -> None:
    code = f"from tts import Synthesizer; Synthesizer({str(tiny_voice)!r}).synthesize('Hello there.')"
    assert modules_after(code) <= SPEAKING


def test_only_markup_loads_its_parser() -> None:
    read = "from tts.text.frontend import Frontend; Frontend().tokens({!r})"
    plain = "It costs $5: # 3, R&D, a.b and 2 < 3; so - well - (yes)!"
    blocks = "# One\n\n- two\n- three\n\n| a | b |\n|---|---|\n| c | d |"
    assert modules_after(read.format(plain)) <= {"tts", "num2words"}
    assert modules_after(read.format(blocks)) <= {"tts", "num2words"}
    assert modules_after(read.format("It is **so**.")) == {"tts", "markdown_it", "mdurl"}


def test_speaking_an_unknown_word_needs_no_network(tiny_voice: Path) -> None:
    code = f"from tts import Synthesizer; Synthesizer({str(tiny_voice)!r}).synthesize('Zyxquorble!')"
    assert modules_after(code) <= SPEAKING | {"g2p_en", "nltk"}


def test_public_api() -> None:
    assert tts.__all__ == ["AudioChunk", "Speech", "SynthesisOptions", "Synthesizer", "TTSError", "Voice"]
    assert all(hasattr(tts, name) for name in tts.__all__)
    assert set(tts.__all__) <= set(dir(tts))
    with pytest.raises(AttributeError, match="'tts' has no attribute 'Synthesiser'"):
        _ = tts.Synthesiser


def test_speaking_leaves_no_trace_at_home(tmp_path: Path) -> None:
    """A library with telemetry, like onnxruntime, keeps an id and a queue in the user's cache."""
    code = "from tts import Synthesizer; Synthesizer().synthesize('Hello.')"
    home = {"HOME": str(tmp_path), "PATH": os.defpath}  # without CI=…, which also turns telemetry off
    subprocess.run([sys.executable, "-c", code], check=True, env=home, cwd=Path(tts.__file__).parents[1])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("setting", "calls"), [(None, ["disabled", "session"]), ("1", ["disabled", "session"]), ("0", ["session"])]
)
def test_onnxruntime_imported_first_is_silenced_before_the_first_session(
    tiny_voice: Path, setting: str | None, calls: list[str]
) -> None:
    code = f"""
import onnxruntime
calls, disable, session = [], onnxruntime.disable_telemetry_events, onnxruntime.InferenceSession
onnxruntime.disable_telemetry_events = lambda: (calls.append("disabled"), disable())
onnxruntime.InferenceSession = lambda *a, **k: (calls.append("session"), session(*a, **k))[1]
from tts import Synthesizer
Synthesizer({str(tiny_voice)!r}).synthesize("Hello.")
print(*dict.fromkeys(calls))
"""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {} if setting is None else {"ORT_DISABLE_TELEMETRY": setting}
    done = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == calls


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("2", "2")])
def test_the_command_lets_numpy_use_one_thread(given: str | None, expected: str) -> None:
    """It says so before NumPy is imported, unless its user has said something else."""
    name = "OPENBLAS_NUM_THREADS"
    environment = {key: value for key, value in os.environ.items() if key != name}
    code = "import os, sys; from tts.cli.main import main; assert 'numpy' not in sys.modules; main(['voices']); "
    result = subprocess.run(
        [sys.executable, "-c", f"{code}print(os.environ['{name}'])"],
        capture_output=True,
        text=True,
        check=True,
        env=environment | ({} if given is None else {name: given}),
        cwd=Path(tts.__file__).parents[1],
    )
    assert result.stdout.splitlines()[-1] == expected

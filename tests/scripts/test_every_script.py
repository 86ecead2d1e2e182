"""Every script runs once on its smallest input. No figure is judged."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from torchaudio.models import Tacotron2

from tests.conftest import SIZES
from tests.loading import load_script, run_script, scripts_in
from tests.training.forked import ForkedTraining
from tts.config import ModelConfig
from tts.evaluation import listener, quality
from tts.evaluation.recognizer import HeardWord, Transcript

TRANSCRIPTS = """\
LJ001-0001|It cost $5 in 1984.|It cost five dollars in nineteen eighty-four.
LJ001-0002|Mr. Smith left on May 3.|Mister Smith left on May three.
LJ001-0003|Hello.|Hello.
"""
PEER = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[3])"  # speaks a recording, whatever the text
SMALL: dict[str, tuple[str, str]] = {
    "scripts/benchmarks/batch.py": ("{metadata} --rows 3 --workers 1", r"\| 1 \| \d"),
    "scripts/benchmarks/book.py": (
        "{metadata} --words 5 --workers 1",
        r"\| griffon, to an .m4b \| the whole book \| \d",
    ),
    "scripts/benchmarks/compare_cells.py": (
        "{features} --steps 2 --every 2 --batch-frames 300 --n-validation 2 --figure {out}/cells.png",
        r"\| rnn \| \d",
    ),
    "scripts/benchmarks/compare_normalizers.py": ("--table {readings} --sample {readings}", r"\| all \| 1 \| 100.0 %"),
    "scripts/benchmarks/compare_peers.py": (
        "--sentences {line} --out {out} --command copy='{python} -c \"{peer}\" {wav} {{text}} {{out}}'",
        r"\| copy \| \d",
    ),
    "scripts/benchmarks/fast_speech.py": ("--sentences 1 --speeds 4", r"\| 4 \| \d+ \| griffon \| \d"),
    "scripts/benchmarks/frontend.py": ("{metadata} --starts 1", r"first word after \d+ ms"),
    "scripts/benchmarks/griffin_lim.py": (
        "{corpus}/wavs --results {out}/results.jsonl --clips 1 --seconds 0.6 --rounds 4 --figure {out}/curves.png",
        r"\| torchaudio \| mel \| 4 \| -\d",
    ),
    "scripts/benchmarks/speech_dispatcher.py": ("--rounds 1", r"\| a new letter \| \d"),
    "scripts/benchmarks/stages.py": ("--rounds 1", r"\| decoder steps \| \d+\.\d\d \| \d"),
    "scripts/benchmarks/synthesis.py": ("--rounds 1 --threads 1 --texts short --peers", r"\| peak memory, MiB \| \d"),
    "scripts/benchmarks/training.py": (
        "--rounds 1 --threads 1 --precisions fp32 --batch 1 --text 4 --frames 3",
        r"\| ours, three frames a step \| \d",
    ),
    "scripts/checks/compare_ljspeech_normalization.py": ("{metadata} --show 1", r"2 of 2 lines agree, days"),
    "scripts/checks/copy_synthesis.py": ("{corpus} --universal --first 1 --out {out}", r"\| copies \| \d"),
    "scripts/checks/evaluate_derivation.py": ("--words 100 --sample 1", r"\| -s \| \d+ \| \d"),
    "scripts/checks/full_size.py": (
        "{out} {corpus}/metadata.csv --frames 20 --steps 2 --kills 0 model.encoder_dim=16 model.attention_rnn_dim=16 "
        "model.decoder_rnn_dim=16 model.postnet_dim=16 model.postnet_hidden_dim=16 model.postnet_blocks=1",
        r"started again: from step \d+ to step \d+, a step after \d",
    ),
    "scripts/checks/fuzz_files.py": ("--seconds 0", r"epub: \d+ inputs, each read or refused"),
    "scripts/checks/fuzz_server.py": ("--requests 10", r"memory: \d+ MiB"),
    "scripts/checks/hard_inputs.py": ("--part 1/9999", r"\| all \| 1 \| 0 \| 0 \|"),
    "scripts/checks/kill.py": ("--times 1", r"training: killed 1 times, nothing is corrupt"),
    "scripts/checks/load_server.py": ("--clients 1 --seconds 0 --heavy 0", r"\| 1 \| 1 \| .* \| 0 \| 0 \| 0 \| \d+ \|"),
    "scripts/checks/long_book.py": ("--words 30 --workers 1", r"\| 30 \| 0\.00 \|"),
    "scripts/checks/long_text.py": ("--minutes 1 --rounds 1", r"\| breathless \| \d"),
    "scripts/checks/oldest.py": ("serve", r"numpy==\d"),
    "scripts/checks/soak.py": ("--minutes 0 --clients 1", r"memory: \d+ MiB at the start"),
    "scripts/checks/prosody.py": ("heart", r"\| heart \| [+-]\d"),
    "scripts/checks/timings.py": ("--sentences 1", r"\| word ends \| -?\d"),
    "scripts/docs/draw_pipeline.py": ("--out {out}", r""),
}
"""Arguments of each script, and a pattern for its output."""


class FakeRecognizer:
    """A stand-in for Whisper that always hears the same word; the recipes run with Whisper itself."""

    identity = "fake"

    def __init__(self, model: Path | None = None, workers: int = 1) -> None:
        assert model is None
        assert workers > 0

    def transcribe(self, samples: np.ndarray, sample_rate: int) -> str:
        return "hello"

    def hear(self, samples: np.ndarray, sample_rate: int) -> Transcript:
        return Transcript("hello", (HeardWord("hello", 0.0, 0.5),))


TACOTRON2_SIZES = [f"{part}_embedding_dim" for part in ("symbol", "encoder", "postnet")]
TACOTRON2_SIZES += ["attention_rnn_dim", "decoder_rnn_dim"]
CONSTANTS: dict[str, dict[str, object]] = {
    "scripts/benchmarks/compare_peers.py": {
        "COMMANDS": {},
        "is_installed": lambda name, peer: False,
        "Recognizer": FakeRecognizer,
    },
    "scripts/benchmarks/fast_speech.py": {
        "PROGRAMS": (),
        "Recognizer": FakeRecognizer,
        "espeak": lambda text, words_a_minute: (np.ones(100, np.float32), 16000),
        "slowed": lambda sound, speed: sound,
    },
    "scripts/checks/copy_synthesis.py": {"Recognizer": lambda model: FakeRecognizer()},
    "scripts/benchmarks/book.py": {"is_installed": lambda name, peer: False},
    "scripts/benchmarks/training.py": {
        "SIZES": ModelConfig(n_symbols=148, n_mels=79, n_source=1, **{**SIZES, "reduction_factor": 1}),
        "Tacotron2": lambda: Tacotron2(**dict.fromkeys(TACOTRON2_SIZES, 16)),
    },
    "scripts/checks/full_size.py": {"start_training": ForkedTraining},
    "scripts/checks/kill.py": {"ROWS": 3, "start_training": ForkedTraining},
}
"""Values of scripts to replace: installed peers are left out, models are small, and Whisper, other programs and runs of
their own have a stand-in."""
MAY_OBJECT = {"scripts/checks/fuzz_server.py", "scripts/checks/soak.py", "scripts/checks/timings.py"}
"""Scripts that exit with status 1 for a figure, which so little input may exceed."""
ELSEWHERE = {
    "scripts/benchmarks/samples.py": "tests/scripts/test_samples.py",
    "scripts/checks/compare_speakers.py": "below, with a stand-in for Resemblyzer",
    "scripts/docs/draw_books.py": "tests/books/test_pictures.py",
    "scripts/docs/write_cli_reference.py": "tests/test_docs.py",
    "scripts/docs/write_voice_report.py": "tests/scripts/test_voice_report.py",
}


@pytest.fixture(autouse=True)
def _without_opinion_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the models of tts.evaluation.quality, which take seconds: tests/evaluation covers them."""
    monkeypatch.setattr(quality, "DISTILLMOS_PACKAGES", ("no_such_package_here",))
    monkeypatch.setattr(listener, "dnsmos", lambda samples: {"ovrl": 3.0, "p808": 4.0})


def test_no_script_is_left_out() -> None:
    assert set(SMALL) | set(ELSEWHERE) == scripts_in("scripts")


@pytest.mark.parametrize("path", SMALL)
def test_a_script_runs(
    path: str, tiny_corpus: Path, features: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "metadata.csv").write_text(TRANSCRIPTS)
    (tmp_path / "line.txt").write_text("Hello.\n")
    (tmp_path / "readings.txt").write_text("[cardinal]\n12 apples => twelve apples\n")
    template, pattern = SMALL[path]
    arguments = template.format(
        corpus=tiny_corpus,
        features=features,
        line=tmp_path / "line.txt",
        metadata=tmp_path / "metadata.csv",
        out=tmp_path,
        peer=PEER,
        python=sys.executable,
        readings=tmp_path / "readings.txt",
        wav=tiny_corpus / "wavs" / "tiny-00.wav",
    )
    status = run_script(path, *shlex.split(arguments), **CONSTANTS.get(path, {}))
    printed = capfd.readouterr()
    assert status == 0 or (status == 1 and path in MAY_OBJECT), printed.err
    assert re.search(pattern, printed.out), printed


def test_compare_normalizers_in_a_markdown_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("| written | spoken |\n|---|---|\n| $5 | five dollars |\n")
    assert run_script("scripts/benchmarks/compare_normalizers.py", "--lines", page) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "| $5 | griffon | as expected |"
    assert lines[-1] == "|  | num2words | nothing (dollars) |"


def test_compare_normalizers_reads_arrows_and_line_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "table.txt"
    table.write_text("x => y => x implies y\nan exam-⏎ple => an example\n", encoding="utf-8")
    assert run_script("scripts/benchmarks/compare_normalizers.py", "--table", table, "--sample", table) == 0
    assert capsys.readouterr().out.count("| all | 2 | 100.0 %") == 2


def test_missing_peers_are_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    script = load_script("scripts/benchmarks/compare_peers.py")
    monkeypatch.setattr(sys.modules["peers"], "find_spec", lambda name: None)
    assert list(script.systems("michael", None, "af_heart", {})) == ["griffon"]
    assert capsys.readouterr().err.splitlines() == [
        "hibari is left out: no package hibari: pip install -r scripts/benchmarks/requirements.txt",
        "Piper is left out: no package piper: pip install -r scripts/benchmarks/requirements.txt",
        "Kokoro is left out: no --kokoro DIR (see recipes/shared/assemble_kokoro.py)",
        "espeak-ng is left out: apt-get install espeak-ng",
        "flite is left out: apt-get install flite",
    ]


class Encoder:
    """A stand-in for Resemblyzer's network: the spectrum is the speaker."""

    def __init__(self, device: str, verbose: bool) -> None:
        assert (device, verbose) == ("cpu", False)

    def embed_utterance(self, wav: np.ndarray) -> np.ndarray:
        spectrum = np.abs(np.fft.rfft(wav, 1 << 15))[:256]
        return spectrum / np.linalg.norm(spectrum)


def test_compare_speakers(
    tiny_corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resemblyzer = ModuleType("resemblyzer")
    resemblyzer.VoiceEncoder = Encoder  # type: ignore[attr-defined]
    resemblyzer.preprocess_wav = lambda wav, source_sr: wav[: source_sr * 2]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "resemblyzer", resemblyzer)
    assert run_script("scripts/checks/compare_speakers.py", tiny_corpus, "michael", "--first", "1") == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"\| recordings \| 12 \| [01]\.\d\d \| .*", lines[2])
    assert lines[3].startswith("| michael | 1 | ")


def test_compare_speakers_says_what_to_install(
    tiny_corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "resemblyzer", None)
    assert run_script("scripts/checks/compare_speakers.py", tiny_corpus, "michael") == 2
    assert "resemblyzer is missing: pip install -r scripts/checks/requirements.txt" in capsys.readouterr().err

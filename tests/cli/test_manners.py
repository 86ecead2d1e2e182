"""Help with examples, suggestions for misspelt names, completion, and the version with the voices."""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest
import soundfile

from tts.bundled import DEFAULT, bundled_voices
from tts.cli.completion import SHELLS
from tts.cli.main import COMMANDS, build_parser, main
from tts.voice import Voice


def parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parser and those of its commands, by their full names."""
    found = {parser.prog: parser}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                found |= parsers(command)
    return found


PARSERS = parsers(build_parser())


@pytest.mark.parametrize("name", PARSERS)
def test_every_help_ends_with_examples_that_are_understood(name: str) -> None:
    shown = PARSERS[name].format_help().partition("\nexamples:\n")[2].splitlines()
    assert shown
    for line in shown:
        words = list(takewhile(lambda word: word not in ("|", "<", ">", "#"), shlex.split(line)))
        assert words[0] == "tts"
        assert line.startswith(f"  {name}") or name == "tts"
        build_parser().parse_args(words[1:])


def test_there_are_all_commands() -> None:
    assert {"tts prepare", "tts completion", "tts help"} <= set(PARSERS)
    assert {f"tts {command}" for command in COMMANDS} <= set(PARSERS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_parser_of_one_command_is_that_of_all(command: str) -> None:
    one = parsers(build_parser(command))
    assert {name: parser.format_help() for name, parser in one.items() if name != "tts"} == {
        name: parser.format_help() for name, parser in PARSERS.items() if name in one and name != "tts"
    }
    assert f"tts {command}" in one


def test_a_command_starts_without_the_others() -> None:
    code = (
        "import sys; from tts.cli.main import main; main(['voices']); print([m for m in sys.modules if 'tts.cli' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "tts.cli.voices" in done.stdout
    assert "tts.cli.train" not in done.stdout


@pytest.mark.parametrize("topic", [[], ["synthesize"], ["prepare"]])
def test_help_shows_what_the_option_shows(topic: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for arguments in (["help", *topic], [*topic, "--help"]):
        with pytest.raises(SystemExit, match="0"):
            main(arguments)
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert shown[0].startswith(f"usage: {' '.join(['tts', *topic])} ")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ("synthesise Hello. a.wav", "did you mean synthesize?"),
        ("help synthesise", "did you mean synthesize?"),
        ("prepare CORPUS --out a --layout ljspech", "did you mean ljspeech?"),
        ("synthesize Hello. a.wav --inversion clasic", "did you mean classic?"),
        ("synthesize --sped 1.2 Hello. a.wav", "did you mean --speed in place of --sped?"),
        ("synthesize Hello. a.wav --sped=1.2", "did you mean --speed in place of --sped?"),
        ("synthesize --spee 1.2 Hello. --vioce michael a.wav", "did you mean --voice in place of --vioce?"),
        ("train --confg a.yaml", "did you mean --config in place of --confg?"),
        ("--versoin", "did you mean --version in place of --versoin?"),
        ("xyzzy", None),
        ("synthesize Hello. a.wav --xyzzy", None),
        ("synthesize Hello. a.wav b.wav", None),
    ],
)
def test_a_misspelt_name_gets_a_suggestion(
    arguments: str, hint: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments.split())
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("tts")
    assert error.endswith(hint) if hint else "did you mean" not in error


def test_the_version_names_the_voices(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    version, voices = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"griffon-tts \d+\.\d+\.\d+\S*", version)
    names = voices.removeprefix("voices: ").split(", ")
    assert names[0] == f"{DEFAULT} (default)"
    assert sorted(name.removesuffix(" (default)") for name in names) == bundled_voices()


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_knows_commands_options_and_voices(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("synthesize", "ljspeech", "sentence-pause", "classic", DEFAULT):
        assert word in script


@pytest.mark.parametrize(
    ("line", "completions"),
    [
        ("tts synth", {"synthesize"}),
        ("tts prepare a --layout l", {"ljspeech", "libritts"}),
        ("tts synthesize --senten", {"--sentence-pause"}),
        ("tts speak --voice ", set(bundled_voices())),
        ("tts synthesize --lexicon my", {"my-words.txt"}),
    ],
)
def test_bash_completes(line: str, completions: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    (tmp_path / "completion").write_text(capsys.readouterr().out, encoding="utf-8")
    (tmp_path / "my-words.txt").touch()
    words = line.split(" ")
    script = f"""
        source completion
        COMP_WORDS=({shlex.join(words)}) COMP_CWORD={len(words) - 1}
        $(complete -p tts | grep -o -- '-F [^ ]*' | cut -c4-) tts {shlex.quote(words[-1])} {shlex.quote(words[-2])}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == completions


def test_starting_loads_neither_completion_nor_suggestions() -> None:
    code = (
        "import sys; from tts.cli.main import build_parser; build_parser().parse_args(['voices']); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"shtab", "difflib", "numpy"} & set(loaded)


def test_opus_is_a_suffix_and_a_format(tiny_voice: Path, tmp_path: Path) -> None:
    out = tmp_path / "hello.opus"
    assert main(["synthesize", "Hello there.", str(out)]) == 0
    assert soundfile.info(out).subtype == "OPUS"
    assert soundfile.info(out).duration > 0.3
    assert Voice.load(tiny_voice).card.audio.sample_rate == 22050
    assert main(["synthesize", "Hello there.", str(out), "--voice", str(tiny_voice)]) == 0
    assert soundfile.info(out).samplerate == 24000  # the voice's rate is none of Opus's
    assert soundfile.info(out).subtype == "OPUS"


def test_batch_writes_opus(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("Hello.\n", encoding="utf-8")
    arguments = ["batch", str(tmp_path / "lines.txt"), str(tmp_path / "out"), "--format", "opus", "--workers", "1"]
    assert main(arguments) == 0
    (out,) = (tmp_path / "out").rglob("*.opus")
    assert soundfile.info(out).subtype == "OPUS"

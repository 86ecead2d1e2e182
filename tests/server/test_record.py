"""A line of the log is one line, whatever a client sends."""

from __future__ import annotations

import json
import logging

import pytest

from tts.server.record import PlainLines


@pytest.mark.parametrize(
    "character", ["\n", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\u202e", "\u2066", "\ud83d"]
)
def test_control_characters_are_escaped(character: str) -> None:
    record = logging.makeLogRecord({"msg": f"a{character}31mb", "text": f"你好{character}"})
    line = PlainLines(["message"], json_ensure_ascii=False).format(record)
    assert character not in line
    assert line.encode().decode() == line
    assert json.loads(line) == {"message": f"a{character}31mb", "text": f"你好{character}"}
    assert "你好" in line

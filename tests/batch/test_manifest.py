"""Read every layout as users write it, and report rows that cannot be spoken."""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tts.batch.manifest import Fault, Manifest, ManifestRow
from tts.options import SynthesisOptions


def read(path: Path | str, layout: str | None = None, **changes: float | str) -> list[ManifestRow | Fault]:
    return list(Manifest(str(path), layout, "michael", SynthesisOptions(**changes), ".wav"))  # type: ignore[arg-type]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fault(row: ManifestRow | Fault) -> str:
    assert isinstance(row, Fault)
    return row.reason


def test_csv(tmp_path: Path) -> None:
    content = 'id,text,voice,speed,seed\na,"Hello, there.",,1.5,\nb,"Two\nlines.",jane,,7.0\n\nc,Three.\n'
    assert read(written(tmp_path, "m.csv", content), volume=-3.0) == [
        ManifestRow(2, "a", "Hello, there.", "michael", SynthesisOptions(speed=1.5, volume=-3.0)),
        ManifestRow(4, "b", "Two\nlines.", "jane", SynthesisOptions(volume=-3.0, seed=7)),
        ManifestRow(6, "c", "Three.", "michael", SynthesisOptions(volume=-3.0)),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_separators_of_a_csv(tmp_path: Path, separator: str, newline: str) -> None:
    rows = [["ID", "Sentence pause", "Text"], ["a", "0.5", "Hello."]]
    content = "\ufeff" + newline.join(separator.join(row) for row in rows)
    for suffix in ("csv", "tsv"):
        (row,) = read(written(tmp_path, f"m.{suffix}", content))
        assert row == ManifestRow(2, "a", "Hello.", "michael", SynthesisOptions(sentence_pause=0.5))


def test_json_lines(tmp_path: Path) -> None:
    rows = [
        {"id": 17, "text": "Hello.", "speed": 2, "voice": None},
        {"text": "A line break:\u2028here.", "pitch": "-1.5"},
        ["Hello."],
        {"id": "a", "text": 5},
        {"id": "b", "text": "Hello.", "speed": True},
        {"id": "c", "text": "Hello.", "sped": 2},
        {"id": "d", "text": "\ud83d"},
        {"id": "e"},
    ]
    content = "\n".join(json.dumps(row) for row in rows) + '\n{"text": "cut sho'
    found = read(written(tmp_path, "m.jsonl", content))
    assert found[:2] == [
        ManifestRow(1, "17", "Hello.", "michael", SynthesisOptions(speed=2.0)),
        ManifestRow(2, "000002", "A line break:\u2028here.", "michael", SynthesisOptions(pitch=-1.5)),
    ]
    reasons = [fault(row) for row in found[2:]]
    for reason, expected in zip(
        reasons,
        [
            "write an object, as",
            "text is 5, but text is needed",
            "speed is True, but a number is needed",
            "unknown column 'sped': did you mean 'speed'?",
            "text is not UTF-8",
            "the text is empty",
            "not JSON (Unterminated string",
        ],
        strict=True,
    ):
        assert expected in reason


def test_ljspeech(tmp_path: Path) -> None:
    content = 'LJ001|He said "1455".|He said "fourteen fifty-five".\nLJ002|Again.\nLJ003\n'
    for layout in ("ljspeech", None):  # its name is metadata.csv, but it has no header
        first, second, third = read(written(tmp_path, "metadata.csv", content), layout)
        assert first == ManifestRow(1, "LJ001", 'He said "fourteen fifty-five".', "michael", SynthesisOptions())
        assert second == ManifestRow(2, "LJ002", "Again.", "michael", SynthesisOptions())
        assert "expected 'id|text'" in fault(third)


def test_lines(tmp_path: Path) -> None:
    content = 'One, "two".\r\n\r\n{T AH0 M AA1 T OW0} | three\n'
    assert read(written(tmp_path, "m.txt", content)) == [
        ManifestRow(1, "000001", 'One, "two".', "michael", SynthesisOptions()),
        ManifestRow(3, "000003", "{T AH0 M AA1 T OW0} | three", "michael", SynthesisOptions()),
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO(b"text\nHello.\n")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=buffer))
    assert read("-", "csv") == [ManifestRow(2, "000002", "Hello.", "michael", SynthesisOptions())]
    assert not buffer.closed


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../a", "a character that is not allowed in a file name"),
        ("/etc/passwd", "a character that is not allowed in a file name"),
        ("a\\b", "a character that is not allowed in a file name"),
        ("a\0b", "a character that is not allowed in a file name"),
        ("a\nb", "a character that is not allowed in a file name"),
        (".", "begins with a dot"),
        ("..", "begins with a dot"),
        (".tts-batch", "begins with a dot"),
        (".wav", "id '.wav' begins with a dot"),
        ("a ", "ends with a space"),
        ("é" * 126, "too long for a file name"),
        ("\udc80", "id is not UTF-8"),
        (1.5, "id is 1.5, but text is needed"),
        (True, "id is True, but text is needed"),
    ],
)
def test_ids_that_are_no_names_of_files(tmp_path: Path, name: object, reason: str) -> None:
    (row,) = read(written(tmp_path, "m.jsonl", json.dumps({"id": name, "text": "Hello."})))
    assert reason in fault(row)


def test_ids_that_are(tmp_path: Path) -> None:
    names = ["a.b", "Zoë 2", "-x", "results", "é" * 125]
    lines = "".join(json.dumps({"id": name, "text": "Hello."}) + "\n" for name in names)
    assert [row.id for row in read(written(tmp_path, "m.jsonl", lines))] == names


def test_an_id_that_is_there_twice_belongs_to_the_first(tmp_path: Path) -> None:
    first, second, third = read(written(tmp_path, "m.csv", "id,text\na,One.\nb,Two.\na,Three.\n"))
    assert isinstance(first, ManifestRow)
    assert isinstance(second, ManifestRow)
    assert third == Fault(4, "a", "id 'a' is used on line 2 too: give each row its own")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("a,,", "the text is empty"),
        ("a, ,", "the text is empty"),
        ("a,Hello.,9", "speed is 9.0: use a number from 0.25 to 4"),
        ("a,Hello.,nan", "speed is nan: use a number"),
        ("a,Hello.,fast", "speed is 'fast', but a number is needed"),
        ("a,Hello, there.,1", "4 cells under 3 columns: quote a text that has ','"),
        ('a,"Hello." she said,1', "the row cannot be read"),
    ],
)
def test_a_fault_leaves_the_other_rows(tmp_path: Path, cells: str, reason: str) -> None:
    before, row, after = read(written(tmp_path, "m.csv", f"id,text,speed\nx,One.,\n{cells}\ny,Two.,\n"))
    assert reason in fault(row)
    assert row.line == 3
    assert isinstance(before, ManifestRow)
    assert isinstance(after, ManifestRow)
    assert after.line == 4


def test_a_row_that_is_not_utf8_is_a_fault_of_its_own(tmp_path: Path) -> None:
    first, second = read(written(tmp_path, "m.csv", "id,text\na,café\n".encode("latin-1") + "b,café\n".encode()))
    assert "text is not UTF-8: convert the manifest" in fault(first)
    assert second == ManifestRow(3, "b", "café", "michael", SynthesisOptions())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id,texts\na,Hello.\n", "has no column 'text' in its first line, 'id,texts'"),
        ("", "has no column 'text'"),
        ("id,text,sped\na,Hello.,2\n", "unknown column 'sped': did you mean 'speed'? known: id, text, voice, speed"),
        ("id,text,text\na,Hello.,2\n", "the column 'text' occurs twice"),
    ],
)
def test_headers_that_are_refused(tmp_path: Path, content: str, reason: str) -> None:
    with pytest.raises(ValueError, match="column") as error:
        read(written(tmp_path, "m.csv", content))
    assert reason in str(error.value)


def test_a_number_that_is_not_whole_is_no_seed(tmp_path: Path) -> None:
    rows = read(written(tmp_path, "m.csv", "text,seed\nHi.,7.5\nHi.,-1\nHi.,123456789012345678901\n"))
    assert fault(rows[0]) == "seed is '7.5', but a whole number is needed"
    assert "use a whole number from 0 on" in fault(rows[1])
    assert isinstance(rows[2], ManifestRow)
    assert rows[2].options.seed == 123456789012345678901


def test_the_kind_of_a_text_is_a_column(tmp_path: Path) -> None:
    content = "text,markup,code\n<b>One</b>,html,read\n**Two**, plain ,\nThree,,\nFour,word,\n"
    one, two, three, four = read(written(tmp_path, "m.csv", content), code="skip")
    assert isinstance(one, ManifestRow)
    assert isinstance(two, ManifestRow)
    assert isinstance(three, ManifestRow)
    assert (one.options.markup, one.options.code) == ("html", "read")
    assert (two.options.markup, two.options.code) == ("plain", "skip")
    assert (three.options.markup, three.options.code) == ("auto", "skip")
    assert fault(four) == "markup is 'word': use auto, plain, markdown, html or ssml"


def test_other_columns_are_left_alone_and_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path, "m.csv", "text,speaker\nHi.,x\nHo.,y\n")
    manifest = Manifest(str(path), None, "michael", SynthesisOptions(), ".wav")
    with caplog.at_level(logging.WARNING):
        assert list(manifest) == list(manifest)
    assert caplog.messages == [f"{manifest.name}: unknown column 'speaker' is ignored"]


def test_no_such_manifest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no manifest '.*nowhere\.csv': name a file, or - for standard input"):
        read(tmp_path / "nowhere.csv")

"""Corpora as people have them: other tables, other names of files, and the folders of published corpora."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tts.cli.main import main
from tts.corpus.features import Features
from tts.corpus.layouts import detect, read_corpus
from tts.corpus.reader import read_metadata
from tts.corpus.recording import read_recording
from tts.corpus.script import foreign_script
from tts.errors import CorpusError, TextError

TONE = (0.3 * np.sin(np.arange(22050) / 20)).astype(np.float32)


def table(folder: Path, text: str, name: str = "metadata.csv", encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder


def record(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, TONE, 22050, format="WAV" if path.suffix.lower() == ".wav" else None)
    return path


@pytest.mark.parametrize(
    ("line", "clip_id", "text"),
    [
        ("a|One.", "a", "One."),
        ("wavs/a.wav|One.", "a", "One."),
        ("./wavs/a.wav|One.", "a", "One."),
        ("wavs\\a.wav|One.", "a", "One."),
        ("a.wav|One.", "a", "One."),
        ("{corpus}/wavs/a.wav|One.", "a", "One."),
        (" a | One. ", "a", "One."),
        ("a|1.|One.", "a", "One."),
        ("a|One.|", "a", "One."),
        ("a|One.| ", "a", "One."),
        ("a|1.|One.|more", "a", "One."),
        ("\na|One.\n\n", "a", "One."),
        ("a|One.\r\n\r\n", "a", "One."),
    ],
)
def test_a_line_names_its_clip(tmp_path: Path, line: str, clip_id: str, text: str) -> None:
    wav = record(tmp_path / "wavs" / "a.wav")
    (row,) = read_metadata(table(tmp_path, line.format(corpus=tmp_path)))
    assert (row.clip_id, row.text, row.wav) == (clip_id, text, wav)


def test_columns_that_are_not_read_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        read_metadata(table(tmp_path, "a|One.|One.|0.9\n"))
    assert caplog.messages == ["columns after the third one are not read"]


@pytest.mark.parametrize("name", ["a.wav", "a.WAV", "a.flac", "a.mp3", "a.ogg"])
@pytest.mark.parametrize("folder", ["wavs", "wav", "audio", "."])
@pytest.mark.parametrize("is_full", [True, False])
def test_a_recording_is_found(tmp_path: Path, name: str, folder: str, is_full: bool) -> None:
    path = record(tmp_path / folder / name)
    (row,) = read_metadata(table(tmp_path, f"{name if is_full else 'a'}|One."))
    assert (row.clip_id, row.wav) == ("a", path)
    assert len(read_recording(row.wav, 22050).samples) == pytest.approx(22050, abs=1200)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dataset.csv", 'file,text\nwavs/a.wav,"One, two."\nwavs/b.wav,Three.\n'),
        ("dataset.csv", '\nFile Name;Transcription;other\na;"One, two.";x\nb;Three.;y\n'),
        ("metadata.csv", "audio_file|text|speaker_name\na|One, two.|x\nb|Three.|x\n"),
        ("metadata.csv", "id\ttext\tnormalized_text\na\t1, 2.\tOne, two.\nb\tThree.\t\n"),
        ("metadata.csv", '\ufeffpath,sentence\na.wav,"One, two."\nb.wav,Three.\n'),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_table_with_a_header(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    if encoding == "utf-16":
        text = text.removeprefix("\ufeff")
    corpus = table(tmp_path, text, name, encoding)
    for source in (corpus, corpus / name):
        assert [(row.clip_id, row.text) for row in read_metadata(source)] == [("a", "One, two."), ("b", "Three.")]
    assert read_metadata(corpus)[1].where == f"{corpus / name}, line {4 if text.startswith(chr(10)) else 3}"


def test_a_table_without_bars_and_header_gets_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"line 1: expected .*other separators need a header, as 'file,text'"):
        read_metadata(table(tmp_path, "a,One.\n"))


def test_utf_16_without_a_mark_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"metadata.csv is UTF-16 without .*iconv -f UTF-16LE"):
        read_metadata(table(tmp_path, "a|One.\n", encoding="utf-16-le"))


def test_the_message_names_the_table_that_exists(tmp_path: Path) -> None:
    table(tmp_path, "a|One.\n", "transcript.csv")
    with pytest.raises(
        CorpusError, match=r"metadata.csv is missing, but there is transcript.csv: name the table, as .*t.csv"
    ):
        read_corpus(tmp_path)
    assert [row.clip_id for row in read_corpus(tmp_path / "transcript.csv")] == ["a"]


def test_the_message_names_the_folders_that_may_be_the_corpus(tmp_path: Path) -> None:
    """Archives of corpora unpack into a folder of their own: LibriTTS/dev-clean."""
    (tmp_path / "wavs").mkdir()
    (tmp_path / "LibriTTS" / "dev-clean").mkdir(parents=True)
    with pytest.raises(CorpusError, match=r"metadata.csv is missing, but there are folders: name .* corpus: LibriTTS$"):
        read_corpus(tmp_path)
    with pytest.raises(CorpusError, match=r"there is no folder '.*absent': check the path"):
        read_corpus(tmp_path / "absent")


SPOKEN = "a|anna|One two.\nb|bert|Three.\nc|anna|Four.\nd|anna|Five.\n"


def test_a_column_of_speakers_asks_for_one(tmp_path: Path) -> None:
    corpus = table(tmp_path, SPOKEN)
    with pytest.raises(
        CorpusError,
        match=r"the speaker column of .*metadata.csv names 2 speakers: choose one with --speaker: anna \(3 cl",
    ):
        read_metadata(corpus)
    rows = read_metadata(corpus, speaker="anna")
    assert [(row.clip_id, row.text) for row in rows] == [("a", "One two."), ("c", "Four."), ("d", "Five.")]
    with pytest.raises(CorpusError, match="has no speaker 'carl': choose one of anna"):
        read_metadata(table(tmp_path, "file,speaker,text\na,anna,One.\nb,bert,Two.\n"), speaker="carl")


def test_one_speaker_needs_no_choice(tmp_path: Path) -> None:
    rows = read_metadata(table(tmp_path, "a|anna|One two.\nb|anna|Three.\n"))
    assert [row.text for row in rows] == ["One two.", "Three."]


def test_transcripts_are_no_speakers(tmp_path: Path) -> None:
    corpus = table(tmp_path, "a|One.|One.\nb|One.|One.\nc|Two.|Two.\nd|Two|Two.\n")
    assert [row.text for row in read_metadata(corpus)] == ["One.", "One.", "Two.", "Two."]
    with pytest.raises(CorpusError, match="names no speakers: leave out --speaker"):
        read_metadata(corpus, speaker="anna")


def vctk(folder: Path, newer: bool) -> Path:
    for speaker, clip in (("p225", "p225_001"), ("p225", "p225_002"), ("p226", "p226_001")):
        audio = folder / ("wav48_silence_trimmed" if newer else "wav48") / speaker
        for name in (f"{clip}_mic1.flac", f"{clip}_mic2.flac") if newer else (f"{clip}.wav",):
            record(audio / name)
        text = folder / "txt" / speaker / f"{clip}.txt"
        text.parent.mkdir(parents=True, exist_ok=True)
        text.write_text(f"Clip {clip[-1]} speaks.\n")
    return folder


@pytest.mark.parametrize("newer", [True, False])
def test_vctk(tmp_path: Path, newer: bool) -> None:
    corpus = vctk(tmp_path, newer)
    assert detect(corpus) == "vctk"
    with pytest.raises(
        CorpusError, match=r"names 2 speakers: choose one with --speaker: p225 \(2 clips\), p226 \(1 clips\)"
    ):
        read_corpus(corpus)
    rows = read_corpus(corpus, speaker="p225")
    assert [(row.clip_id, row.text) for row in rows] == [("p225_001", "Clip 1 speaks."), ("p225_002", "Clip 2 speaks.")]
    assert all(row.wav.is_file() and "mic2" not in row.wav.name for row in rows)


@pytest.mark.parametrize("part", ["", "train-clean-100"])
def test_libritts(tmp_path: Path, part: str) -> None:
    for speaker, chapter in (("103", "1240"), ("103", "1241"), ("1034", "121119")):
        stem = tmp_path / part / speaker / chapter / f"{speaker}_{chapter}_000000_000001"
        record(stem.with_suffix(".wav"))
        stem.with_name(f"{stem.name}.normalized.txt").write_text("Chapter one.")
        stem.with_name(f"{stem.name}.original.txt").write_text("Chapter 1.")
    assert detect(tmp_path) == "libritts"
    rows = read_corpus(tmp_path, speaker="103")
    assert [(row.clip_id, row.text) for row in rows] == [
        ("103_1240_000000_000001", "Chapter one."),
        ("103_1241_000000_000001", "Chapter one."),
    ]
    assert all(row.wav.is_file() for row in rows)


def test_an_empty_text_is_named_or_left_out(tmp_path: Path) -> None:
    corpus = vctk(tmp_path, newer=True)
    (corpus / "txt" / "p225" / "p225_001.txt").write_text("\n")
    with pytest.raises(CorpusError, match=r"p225_001.txt is empty"):
        read_corpus(corpus, speaker="p225")
    skipped: list[str] = []
    assert [row.clip_id for row in read_corpus(corpus, "vctk", "p225", skipped)] == ["p225_002"]
    assert len(skipped) == 1


@pytest.mark.parametrize("layout", ["vctk", "libritts"])
def test_a_folder_of_another_layout_is_named(tiny_corpus: Path, layout: str) -> None:
    assert detect(tiny_corpus) == "ljspeech"
    with pytest.raises(CorpusError, match=f"has no clip in the layout of {layout}: .* are needed"):
        read_corpus(tiny_corpus, layout)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Hello there.", None),
        ("Naïve café, 5 µm, π.", None),
        ("…", None),
        ("Привет, мир!", "Cyrillic"),
        ("你好吗 hi", "Chinese"),
        ("مرحبا", "Arabic"),
    ],
)
def test_scripts(text: str, script: str | None) -> None:
    assert foreign_script(text) == script


def test_another_script_is_reported_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in "ab":
        record(tmp_path / "wavs" / f"{name}.wav")
    table(tmp_path, "a|Привет, мир.\nb|One two.\n")
    arguments = ["prepare", str(tmp_path), "--out", str(tmp_path / "features"), "--workers", "1"]
    assert main(arguments) == 2
    assert "metadata.csv, line 1: clip a is written in Cyrillic letters ('Привет, мир.')" in capsys.readouterr().err
    assert main([*arguments, "--skip-bad"]) == 0


@pytest.mark.parametrize(
    "arguments", [["{corpus}"], ["ljspeech", "{corpus}"], ["{corpus}", "--layout", "piper"], ["{corpus}/metadata.csv"]]
)
def test_the_command_takes_the_layout(tmp_path: Path, tiny_corpus: Path, arguments: list[str]) -> None:
    given = [argument.format(corpus=tiny_corpus) for argument in arguments]
    assert main(["prepare", *given, "--out", str(tmp_path / "out"), "--workers", "1"]) == 0
    assert len(Features(tmp_path / "out").clips) == 12


def test_two_folders_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "one", "two", "--out", str(tmp_path / "out")]) == 2
    assert "'one two' are several folders: name one CORPUS" in capsys.readouterr().err

"""Read corpora in the folders in which they are published: a table, VCTK or LibriTTS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tts.common.encoding import decode
from tts.corpus.reader import Row, read_metadata
from tts.corpus.speakers import keep_speaker
from tts.errors import CorpusError, TextError

_VCTK_AUDIO = ("wav48_silence_trimmed", "wav48")
_MICROPHONE = re.compile(r"_mic\d$")
_LIBRITTS_TEXT = ".normalized.txt"


class _TextFile(NamedTuple):
    """A recording with its text in a file."""

    speaker: str
    text: Path
    audio: Path


def read_corpus(
    corpus: Path, layout: str = "auto", speaker: str | None = None, skipped: list[str] | None = None
) -> list[Row]:
    """Read the clips of a corpus. The other arguments and errors are those of `read_metadata`.

    layout: auto, ljspeech or piper (a table), vctk or libritts.
    """
    if layout == "auto":
        layout = detect(corpus)
    if layout not in ("vctk", "libritts"):
        return read_metadata(corpus, skipped, speaker)
    found = list((_vctk if layout == "vctk" else _libritts)(corpus))
    if not found:
        raise CorpusError(f"{corpus} has no clip in the layout of {layout}: {_EXPECTED[layout]}")
    rows: list[Row] = []
    for utterance in keep_speaker(found, speaker, str(corpus)):
        try:
            rows.append(_row(utterance))
        except (CorpusError, TextError) as error:
            if skipped is None:
                raise
            skipped.append(str(error))
    return rows


_EXPECTED = {
    "vctk": "txt/SPEAKER/ID.txt beside wav48_silence_trimmed/SPEAKER/ID_mic1.flac or wav48/SPEAKER/ID.wav are needed",
    "libritts": "SPEAKER/CHAPTER/ID.normalized.txt beside ID.wav are needed, in CORPUS or in its parts",
}


def detect(corpus: Path) -> str:
    """Return the layout of a corpus folder, or of the table that it is."""
    if (corpus / "txt").is_dir() and any((corpus / name).is_dir() for name in _VCTK_AUDIO):
        return "vctk"
    return "libritts" if next(_libritts(corpus), None) else "ljspeech"


def _vctk(corpus: Path) -> Iterator[_TextFile]:
    """Yield the clips of VCTK (Yamagishi et al. 2019), each as its first microphone recorded it."""
    for name in _VCTK_AUDIO:
        for audio in sorted((corpus / name).glob("*/*")):
            clip, speaker = _MICROPHONE.sub("", audio.stem), audio.parent.name
            text = corpus / "txt" / speaker / f"{clip}.txt"
            if text.is_file() and audio.stem in (clip, f"{clip}_mic1"):
                yield _TextFile(speaker, text, audio)


def _libritts(corpus: Path) -> Iterator[_TextFile]:
    """Yield the clips of LibriTTS (Zen et al. 2019), of one part or of several."""
    for depth in ("*/*/*", "*/*/*/*"):
        for text in sorted(corpus.glob(depth + _LIBRITTS_TEXT)):
            audio = text.with_name(text.name.removesuffix(_LIBRITTS_TEXT) + ".wav")
            yield _TextFile(text.parents[1].name, text, audio)


def _row(utterance: _TextFile) -> Row:
    """Return the clip of an utterance. Raises CorpusError for an empty text, TextError for one that is not UTF-8."""
    text = decode(utterance.text.read_bytes(), str(utterance.text)).strip()
    clip_id = _MICROPHONE.sub("", utterance.audio.stem)
    if not text:
        raise CorpusError(f"{utterance.text} is empty: write what the clip says, or remove it")
    return Row(clip_id, text, utterance.audio, 1, utterance.text)

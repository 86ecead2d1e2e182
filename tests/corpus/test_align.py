"""Prepared clips know when each of their symbols is spoken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.taught import AUDIO, write_taught
from tts.corpus import align as module
from tts.corpus.align import align, durations
from tts.corpus.aligner import Aligner
from tts.corpus.features import Features, prepare
from tts.corpus.folder import JOURNAL, Writer, finish, header
from tts.corpus.journal import Clip, Skip, read_journal
from tts.corpus.reader import read_metadata
from tts.evaluation.sentences import find_sentences, read_sentences
from tts.synthesizer import Synthesizer
from tts.text.symbols import BOUNDARY, SYMBOLS


def test_words_start_where_the_voice_says(tmp_path: Path) -> None:
    """The median error is below two frames; both sides have errors of one."""
    (tmp_path / "wavs").mkdir()
    synthesizer, starts, rows = Synthesizer(), {}, []
    for line in read_sentences(find_sentences("develop"))[:40]:
        speech = synthesizer.synthesize(line.text)
        speech.save(tmp_path / "wavs" / f"{line.clip_id}.wav")
        starts[line.clip_id] = np.array([word.start_time for word in speech.words])
        rows.append(f"{line.clip_id}|{line.text}\n")
    (tmp_path / "metadata.csv").write_text("".join(rows))
    audio = synthesizer.voice.card.audio
    list(prepare(read_metadata(tmp_path), tmp_path / "features", audio, 1))
    features, errors = Features(tmp_path / "features"), []
    for clip in features.clips:
        assert sum(clip.durations) == clip.n_frames
        onsets = np.cumsum([0, *clip.durations[:-1]])
        first = [1, *(i + 1 for i, symbol in enumerate(clip.phoneme_ids) if SYMBOLS[symbol] == BOUNDARY)]
        found = onsets[first] / audio.frames_per_second
        errors.append(np.diff(found) - np.diff(starts[clip.clip_id]))  # the trimmed silence is not known
    assert np.median(np.abs(np.concatenate(errors))) < 2 / audio.frames_per_second


def test_a_taught_corpus_gets_its_own_durations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_SECONDS", 1.0)
    clips = write_unaligned(tmp_path, n_clips=60)
    align(tmp_path, AUDIO)
    (_, aligned), differences = read_journal(tmp_path / JOURNAL), []
    for clip, found in zip(clips, aligned, strict=False):
        assert not isinstance(found, Skip)
        assert found.phoneme_ids == clip.phoneme_ids
        differences.append(np.subtract(np.cumsum(found.durations), np.cumsum(clip.durations)))
    assert np.mean(np.abs(np.concatenate(differences)) <= 2) > 0.9
    assert isinstance(aligned[-1], Skip)


def test_a_text_that_does_not_fit_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_SECONDS", 1.0)
    write_unaligned(tmp_path, n_clips=20, long=3)
    align(tmp_path, AUDIO)
    finish(tmp_path, AUDIO)
    assert [bool(clip.durations) for clip in Features(tmp_path).clips] == [i != 3 for i in range(20)]


def test_a_tiny_corpus_gets_none(tmp_path: Path) -> None:
    write_unaligned(tmp_path, n_clips=20)
    before = (tmp_path / JOURNAL).read_bytes()
    align(tmp_path, AUDIO)
    assert (tmp_path / JOURNAL).read_bytes() == before


def test_pauses_belong_to_the_mark_before_them() -> None:
    ids = [SYMBOLS.index(symbol) for symbol in ("^", "AA0", ",", " ", "B", ".", "$")]
    states = Aligner(SYMBOLS, AUDIO).states(ids)
    path = np.array([0, 1, 2, 2, 3, 3, 3, 4, 5, 6, 6, 6, 6])
    assert durations(path, states, len(ids)).tolist() == [1, 3, 3, 0, 2, 2, 2]


def write_unaligned(folder: Path, n_clips: int, long: int | None = None) -> list[Clip]:
    """Write a corpus that nobody has aligned, and a clip that was left out. long: a clip with too long a text."""
    taught = folder / "taught"
    clips = write_taught(taught, n_clips, n_with_parts=0)
    features = Features(taught)
    with Writer(folder, AUDIO, header(AUDIO), []) as writer:
        for index, clip in enumerate(clips):
            ids = [*clip.phoneme_ids[:-1] * 30, 2] if index == long else clip.phoneme_ids
            writer.add(clip._replace(durations=(), phoneme_ids=ids), features.mel(index).T.astype(np.float16))
        writer.add(Skip("left-out", "text", "no sound", 0, 0), np.empty((0, AUDIO.n_channels), np.float16))
    return clips

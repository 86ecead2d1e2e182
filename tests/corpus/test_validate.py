"""Clips whose text was corrupted are among the worst; sound and text that agree are aligned."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.taught import AUDIO, write_taught
from tts.cli.main import main
from tts.corpus.aligner import Aligner, States, best_path
from tts.corpus.features import Features
from tts.corpus.validate import REPORT, Suspicion, summary, validate, worst_first
from tts.synthesizer import Synthesizer
from tts.text.frontend import Frontend
from tts.text.symbols import SYMBOLS, SymbolTable

SUBJECTS = ("the old clock", "my tall brother", "a quiet river", "this heavy letter", "our new teacher")
VERBS = "found broke moved carried followed painted noticed wanted".split()
OBJECTS = ("seven apples", "a broken chair", "the garden gate", "some cold water", "his yellow coat", "many boats")
ENDS = ("yesterday", "before noon")
N_CLIPS = 100
"""One is corrupted."""


def read_aloud(corpus: Path) -> list[list[str]]:
    """Let the default voice read short sentences into a corpus, and fast: each second takes time to analyse.

    Return ids and texts.
    """
    (corpus / "wavs").mkdir(parents=True)
    sentences = [f"{a} {b} {c} {d}." for a in SUBJECTS for b in VERBS for c in OBJECTS for d in ENDS]
    rows = []
    synthesizer = Synthesizer()
    for number, text in enumerate(random.Random(0).sample(sentences, N_CLIPS)):
        synthesizer.synthesize(text, speed=1.5).save(corpus / "wavs" / f"{number:03}.wav")
        rows.append([f"{number:03}", text])
    return rows


def test_a_corrupt_clip_in_a_hundred_is_among_the_worst_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, features = tmp_path / "corpus", tmp_path / "features"
    rows = read_aloud(corpus)
    wrong, cut = rows[31][0], corpus / "wavs" / f"{rows[31][0]}.wav"
    samples, rate = soundfile.read(cut)
    soundfile.write(cut, samples[: len(samples) * 3 // 5], rate)
    (corpus / "metadata.csv").write_text("".join(f"{clip_id}|{text}\n" for clip_id, text in rows))
    config = tmp_path / "config.yaml"  # the pitch of the voice, and two bands: twice as fast
    config.write_text("audio: {f0_min: 100, f0_max: 300, voicing_edges: [3000]}")
    command = ["prepare", str(corpus), "--out", str(features), "--config", str(config)]
    assert main([*command, "--workers", "1", "--validate"]) == 0
    table = [line.split("\t") for line in (features / REPORT).read_text().splitlines()]
    assert table[0] == ["score", "seconds", "id", "text"]
    assert sorted(row[2] for row in table[1:]) == [row[0] for row in rows]
    worst = [row[2] for row in table[1:3]]
    assert wrong in worst
    printed = capsys.readouterr().out
    assert "the worst 2 of 100 clips" in printed
    assert all(f"  {clip_id}, " in printed for clip_id in worst)
    for text in (rows[32][1], " ".join(rows[17][1].split()[:4])):  # of another clip, and half of the clip's own
        read = Features(features)
        read.clips[17] = read.clips[17]._replace(phoneme_ids=phonemes(text))
        assert rows[17][0] in [found.clip_id for found in worst_first(list(validate(read)))[:3]]  # one was cut


def phonemes(text: str) -> list[int]:
    return SymbolTable(SYMBOLS).encode(Frontend().tokens(text, markup="plain")).phoneme_ids


def test_a_taught_corpus_is_aligned(tmp_path: Path) -> None:
    """Each symbol has a sound and a duration of its own; most frames go to their symbol."""
    clips = write_taught(tmp_path, n_clips=60)
    features = Features(tmp_path)
    aligner = Aligner([chr(0x4E00 + number) for number in range(len(SYMBOLS))], AUDIO)  # no stress, no mark
    inputs = [aligner.inputs(features.mel(index)) for index in range(len(clips))]
    texts = [aligner.states(clip.phoneme_ids) for clip in clips]
    aligner.learn(inputs, texts)
    right = total = 0
    for index, (frames, states) in enumerate(zip(inputs, texts, strict=True)):
        path = best_path(aligner.scores(frames), states)
        symbols = features.symbols_of_frames(index)
        assert path is not None
        assert symbols is not None
        true = aligner.class_of[np.array(clips[index].phoneme_ids)[symbols]]
        right += np.count_nonzero(true == states.classes[path])
        total += len(path)
    assert right > 0.7 * total


def test_the_best_path_is_the_best_of_all_paths() -> None:
    is_optional = np.array([True, False, False, True, False, False, True])
    states = States(np.array([0, 1, 1, 0, 2, 2, 0]), is_optional, np.arange(7))
    scores = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    path = best_path(scores, states)
    assert path is not None
    every = [
        choice
        for choice in np.ndindex(*[7] * 6)
        if choice[0] in (0, 1) and choice[-1] in (5, 6) and all(map(follows, choice, choice[1:]))
    ]
    values = {each: scores[np.arange(6), states.classes[[*each]]].sum() for each in every}
    assert values[tuple(path.tolist())] == pytest.approx(max(values.values()), abs=1e-5)  # a legal path, and the best


def follows(before: int, after: int) -> bool:
    """Whether a state may follow another: itself, the next, or the one after an optional one."""
    return after - before in (0, 1) or (after - before == 2 and after - 1 in (0, 3, 6))


def test_a_text_that_does_not_fit_is_the_worst(tmp_path: Path) -> None:
    clips = write_taught(tmp_path, n_clips=20)
    features = Features(tmp_path)
    features.clips[7] = clips[7]._replace(phoneme_ids=[*clips[7].phoneme_ids[:-1] * 30, 2])
    worst = worst_first(list(validate(features)))[0]
    assert (worst.clip_id, worst.score) == (clips[7].clip_id, float("inf"))


def test_stress_and_marks_do_not_change_the_sound() -> None:
    aligner = Aligner(SYMBOLS, AUDIO)
    ids = [SYMBOLS.index(symbol) for symbol in ("^", "AA0", " ", "AA1", ",", " ", "B", "$")]
    states = aligner.states(ids)
    vowel, consonant = aligner.class_of[ids[1]], aligner.class_of[ids[6]]
    assert states.classes.tolist() == [0, vowel, vowel, 0, vowel, vowel, 0, consonant, consonant, 0]
    assert states.is_optional.tolist() == [True, False, False, True, False, False, True, False, False, True]
    assert states.symbols.tolist() == [0, 1, 1, 2, 3, 3, 4, 6, 6, 7]  # the comma speaks for the boundary after it
    assert vowel != consonant


def test_the_summary_names_the_worst_fiftieth() -> None:
    found = [Suspicion(f"c{number}", "text", number / 10, 0.5) for number in range(100)]
    assert summary(found) == [
        "suspect    the worst 2 of 100 clips; listen to them, the worst first:",
        "  c99, 9.9 at 0.5 s: text",
        "  c98, 9.8 at 0.5 s: text",
    ]

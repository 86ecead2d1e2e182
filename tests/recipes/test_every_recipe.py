"""Every script of a recipe runs once on its smallest input. No figure is judged."""

from __future__ import annotations

import pickle
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow
import pytest
import soundfile
import torch
from pyarrow import parquet

from recipes.heart.teacher import HeartReader
from recipes.separation.network import SeparationNet
from recipes.shared.reading import Amounts, read_lines
from tests.loading import load_script, run_script, scripts_in
from tests.recipes.teachers import HEART, HEART_AUDIO, speak_as_heart
from tests.recipes.test_michael import write_kokoro
from tts.audio.files import encode, read
from tts.config import AudioConfig
from tts.corpus.features import Features
from tts.corpus.reader import read_metadata
from tts.corpus.separation import N_INPUTS
from tts.evaluation import listener, quality
from tts.evaluation.sentences import Line
from tts.text.frontend import Frontend
from tts.text.pronunciation import guesser
from tts.text.pronunciation.clusters import SLOTS
from tts.text.pronunciation.homographs import Homographs
from tts.text.pronunciation.lexicon import LEXICON_NAME, Lexicon
from tts.training.universal import FILE, _weights
from tts.training.weights import unpack

ELSEWHERE = {"recipes/shared/assemble_kokoro.py": "tests/recipes/test_assemble_kokoro.py"}
RUN_HERE = {
    "recipes/heart/read_corpus.py",
    "recipes/heart/read_sentences.py",
    "recipes/ljspeech/evaluate.py",
    "recipes/ljspeech/read_corpus.py",
    "recipes/michael/read_corpus.py",
    "recipes/michael/read_sentences.py",
    "recipes/separation/train.py",
    "recipes/shared/count_phonemes.py",
    "recipes/spectrum/read_voices.py",
    "recipes/spectrum/train.py",
    "recipes/text/build_lexicon.py",
    "recipes/text/build_word_clusters.py",
    "recipes/text/compare_homographs.py",
    "recipes/text/export_guesser.py",
    "recipes/text/measure_guessers.py",
    "recipes/text/train_guesser.py",
    "recipes/text/train_homographs.py",
}


@pytest.fixture(autouse=True)
def _without_opinion_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the models of tts.evaluation.quality, which take seconds: tests/evaluation covers them."""
    monkeypatch.setattr(quality, "DISTILLMOS_PACKAGES", ("no_such_package_here",))
    monkeypatch.setattr(listener, "dnsmos", lambda samples: {"ovrl": 3.0, "p808": 4.0})


def test_no_recipe_is_left_out() -> None:
    assert scripts_in("recipes") == RUN_HERE | set(ELSEWHERE)


def test_heart_reads_a_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    (tmp_path / "metadata.csv").write_text("LJ001-0001|One.|One.\nLJ001-0002|Two.|Two.\n")
    options = ("--hours", "0.001", "--parts-hours", "0.0001", "--workers", "1")

    def reader(audio: AudioConfig) -> HeartReader:
        return HeartReader(audio, speak_as_heart)

    path = "recipes/heart/read_corpus.py"
    assert run_script(path, tmp_path / "metadata.csv", tmp_path / "features", *options, HeartReader=reader) == 0
    clips = Features(tmp_path / "features").clips
    assert len(clips) > 1
    assert [clip.has_parts for clip in clips] == [True] + [False] * (len(clips) - 1)


def test_heart_reads_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    (tmp_path / "sentences.txt").write_text("One, two.\nThree?\n")

    def reader(audio: AudioConfig) -> HeartReader:
        return HeartReader(audio, speak_as_heart)

    path = "recipes/heart/read_sentences.py"
    assert run_script(path, tmp_path / "sentences.txt", tmp_path / "wavs", HeartReader=reader) == 0
    sounds = {file.name: read(file) for file in (tmp_path / "wavs").iterdir()}
    assert set(sounds) == {"0001.wav", "0002.wav"}
    for samples, rate in sounds.values():
        assert rate == 24000
        assert 0.01 < np.abs(samples).max() <= 1.0


def test_heart_without_a_teacher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run_script("recipes/heart/read_corpus.py", tmp_path / "metadata.csv", tmp_path) == 2
    assert "pip install -r recipes/heart/requirements.txt" in capsys.readouterr().err


def test_michael_reads_a_corpus_and_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_kokoro(tmp_path / "kokoro")
    (tmp_path / "metadata.csv").write_text("LJ001-0001|One.|One.\nLJ001-0002|Two.|Two.\n")
    options = (tmp_path / "kokoro", "--hours", "0.0005", "--workers", "1")
    path = "recipes/michael/read_corpus.py"
    assert run_script(path, tmp_path / "metadata.csv", tmp_path / "features", *options) == 0
    clips = Features(tmp_path / "features").clips
    assert clips
    assert not any(clip.has_parts for clip in clips)
    (tmp_path / "sentences.txt").write_text("One, two.\nThree?\n")
    path = "recipes/michael/read_sentences.py"
    assert run_script(path, tmp_path / "sentences.txt", tmp_path / "wavs", tmp_path / "kokoro") == 0
    sounds = {file.name: read(file) for file in (tmp_path / "wavs").iterdir()}
    assert set(sounds) == {"0001.wav", "0002.wav"}
    assert all(rate == 24000 and len(samples) > 0 for samples, rate in sounds.values())
    (tmp_path / "kokoro" / "vocab.json").unlink()
    assert run_script(path, tmp_path / "sentences.txt", tmp_path / "wavs", tmp_path / "kokoro") == 2
    assert "kokoro has no vocab.json: write it by python" in capsys.readouterr().err


def test_separation_is_learnt_and_exported(tmp_path: Path) -> None:
    lines = [Line(f"line-{number}", "One, two, three, four, five, six, seven?") for number in range(2)]
    amounts = Amounts(1, 1)
    assert len(list(read_lines(lines, tmp_path / "features", HEART_AUDIO, "a test", amounts, HEART.start, 1))) == 2
    (tmp_path / "wavs").mkdir()
    hum = 0.1 * np.sign(np.sin(2 * np.pi * 110 * np.arange(36000) / 22050)).astype(np.float32)
    (tmp_path / "wavs" / "hum.wav").write_bytes(encode(hum, 22050, "wav"))
    only_learn: dict[str, object] = {"export": lambda *_: None}
    for steps, more in ((2, only_learn), (3, {})):  # the second time it continues, and exports
        arguments = (tmp_path / "features", tmp_path / "run", tmp_path / "wavs", "--steps", steps, "--minutes", "0.4")
        assert run_script("recipes/separation/train.py", *map(str, arguments), SUPERVISED=0, BATCH=3, **more) == 0
        saved = torch.load(tmp_path / "run" / "weights.pt", weights_only=True)
        assert saved["step"] == steps
    net = SeparationNet()
    net.load_state_dict(saved["weights"])
    inputs = torch.randn(20, N_INPUTS)
    wanted = (net(inputs.unsqueeze(0))[0] * net.std + net.mean).detach().numpy()
    graph = onnxruntime.InferenceSession(tmp_path / "run" / "separation.onnx")
    np.testing.assert_allclose(graph.run(None, {"inputs": inputs.numpy()})[0], wanted, atol=0.02)


def test_a_spectrum_network_is_learnt_from_several_voices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_kokoro(tmp_path / "kokoro")
    (tmp_path / "metadata.csv").write_text("LJ001-0001|One.|One.\nLJ001-0002|Two.|Two.\n")
    options = (tmp_path / "metadata.csv", tmp_path / "voices", tmp_path / "kokoro", "--minutes", "0.03")
    path = "recipes/spectrum/read_voices.py"
    assert run_script(path, *options) == 2
    assert "kokoro has no af_bella.bin: write it by python" in capsys.readouterr().err
    two = {"LEARNT": ["am_michael"], "HEARD": ["other"]}
    (tmp_path / "kokoro" / "other.bin").write_bytes((tmp_path / "kokoro" / "am_michael.bin").read_bytes())
    assert run_script(path, *options, **two) == 0
    for voice in ("am_michael", "other"):
        seconds = [soundfile.info(wav).duration for wav in (tmp_path / "voices" / voice).iterdir()]
        assert sum(seconds) >= 60 * 0.03 > sum(seconds) - max(seconds)
    (tmp_path / "wavs").mkdir()
    hum = 0.1 * np.sign(np.sin(2 * np.pi * 110 * np.arange(36000) / 22050)).astype(np.float32)
    (tmp_path / "wavs" / "hum.wav").write_bytes(encode(hum, 22050, "wav"))
    for steps in (1, 2):  # the second time it continues
        arguments = (tmp_path / "run", tmp_path / "wavs", "--steps", str(steps))
        assert run_script("recipes/spectrum/train.py", *arguments, BATCH=2) == 0
        assert torch.load(tmp_path / "run" / "weights.pt", weights_only=True)["step"] == steps
    learnt, shipped = unpack((tmp_path / "run" / FILE).read_bytes()), _weights()
    assert {name: tensor.shape for name, tensor in learnt.items()} == {n: t.shape for n, t in shipped.items()}


def test_phonemes_are_counted(features: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_script("recipes/shared/count_phonemes.py", features) == 0
    assert re.search(r"\| W \| \d+ \| \d+ \| 0 \| 0 \| 0 \|", capsys.readouterr().out)


def test_ljspeech_evaluates_clips_and_sentences(
    tiny_corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ids.txt").write_text("tiny-00\n")
    (tmp_path / "lines.txt").write_text("Hello.\n")
    options = (tiny_corpus, "--voice", "michael", "--clips", tmp_path / "ids.txt", "--first", "1")
    assert run_script("recipes/ljspeech/evaluate.py", *options, "--out", tmp_path / "heard.csv") == 0
    assert re.search(r"^\| recording \| 1 \| .*\n\| voice \| 1 \| ", capsys.readouterr().out, re.MULTILINE)
    assert len((tmp_path / "heard.csv").read_text().splitlines()) == 3
    assert run_script("recipes/ljspeech/evaluate.py", *options, "--sentences", tmp_path / "lines.txt") == 0
    assert re.search(r"^\| voice \| 1 \| ", capsys.readouterr().out, re.MULTILINE)


def test_ljspeech_is_read_in_its_layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "metadata.csv"
    table.write_text("LJ001-0001|No. 2.|Number two.\nLJ001-0002|Three.|Three.\nLJ001-0003|Four.|Four.\n")

    def hum(symbols: Sequence[str]) -> np.ndarray:
        return np.float32(0.3) * np.sin(0.05 * np.arange(300 * len(symbols)), dtype=np.float32)

    path, corpus, teachers = "recipes/ljspeech/read_corpus.py", tmp_path / "corpus", {"Heart": lambda: hum}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run_script(path, table, corpus) == 2
    assert "pip install -r recipes/heart/requirements.txt" in capsys.readouterr().err
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert run_script(path, table, corpus, "--first", "2", **teachers) == 0
    clips = read_metadata(corpus)
    assert [(clip.clip_id, clip.text) for clip in clips] == [("LJ001-0001", "Number two."), ("LJ001-0002", "Three.")]
    for clip in clips:
        info = soundfile.info(clip.wav)
        assert (info.samplerate, info.channels, info.format, info.subtype) == (22050, 1, "WAV", "PCM_16")
        n_symbols = len(Frontend().tokens(clip.text, markup="plain"))
        assert info.frames > n_symbols * 300 * 22050 / 24000
        assert np.abs(read(clip.wav)[0]).max() == pytest.approx(0.3, abs=0.03)
    first, second = (clip.wav for clip in clips)
    kept = first.stat()
    second.unlink()
    assert run_script(path, table, corpus, **teachers) == 0  # goes on, with a longer table
    assert (first.stat().st_mtime_ns, first.stat().st_ino) == (kept.st_mtime_ns, kept.st_ino)
    assert (corpus / "metadata.csv").read_text() == table.read_text()
    assert sorted(path.name for path in (corpus / "wavs").iterdir()) == [f"LJ001-000{n}.wav" for n in (1, 2, 3)]


def test_text_builds_the_lexicon(tmp_path: Path) -> None:
    assert run_script("recipes/text/build_lexicon.py", tmp_path) == 0
    assert Lexicon.load(tmp_path / LEXICON_NAME).lookup("hello") == Lexicon.load().lookup("hello")


def test_text_clusters_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    words = [f"{first}{second}" for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrst"]
    parquet.write_table(pyarrow.table({"index": [*words, "42"]}), tmp_path / "data" / "glove_6B_index.parquet")
    vectors = np.random.default_rng(0).standard_normal((len(words) + 1, 50)).astype(np.float32)
    np.save(tmp_path / "data" / "glove_6B_50d_emb.npy", vectors)
    assert run_script("recipes/text/build_word_clusters.py", tmp_path, "--out", tmp_path / "words.clusters") == 0
    assert capsys.readouterr().out.startswith("400 words in 255 clusters")
    table = (tmp_path / "words.clusters").read_bytes()
    assert len(table) == SLOTS
    assert len(set(table)) > 200


@pytest.fixture
def homographs(tmp_path: Path) -> Path:
    """A folder of homograph data with four sentences."""
    (tmp_path / "train").mkdir()
    rows = ["homograph\twordid\tsentence\tstart\tend"]
    for reading, sentence in (
        ("abstract_vrb", "They abstract it."),
        ("abstract_vrb", "They abstract water."),
        ("abstract_adj-nou", "An abstract idea."),
        ("abstract_adj-nou", "Abstract art is fun."),
    ):
        start = sentence.lower().index("abstract")
        rows.append(f"abstract\t{reading}\t{sentence}\t{start}\t{start + 8}")
    (tmp_path / "train" / "abstract.tsv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_text_trains_homographs(homographs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = homographs / "homographs.model"
    assert run_script("recipes/text/train_homographs.py", homographs, "--folds", "2", "--out", out, ITERATIONS=1) == 0
    assert re.search(r"^model, 2 folds +balanced \d+\.\d %", capsys.readouterr().out, re.MULTILINE)
    assert Homographs(out).readings == Homographs.load().readings


def test_text_measures_the_rule_of_g2p_en(homographs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tagger = homographs / "tagger.pickle"
    tagger.write_bytes(pickle.dumps(({"bias": {"NN": 1.0}}, {"they": "PRP"}, {"NN", "PRP"})))
    assert run_script("recipes/text/compare_homographs.py", homographs, tagger) == 0
    assert re.match(r"g2p_en's rule +balanced \d", capsys.readouterr().out)


WORDS = "banana cabana panama canal cabal bacon beacon taxes maxim lemon melon demon talon canon".split()


def test_text_trains_and_measures_a_guesser(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = load_script("recipes/text/guesser_data.py")
    known = data.read_cmudict()
    training, other = {word: known[word] for word in WORDS}, {word: known[word] for word in ("salmon", "canals")}
    small = data.Split(training, other, other)
    network = tmp_path / "guesser.pt"
    options = {"split": lambda: small, "RAREST_CHUNK": 1}
    assert run_script("recipes/text/train_guesser.py", network, "--epochs", "2", **options) == 0
    assert run_script("recipes/text/measure_guessers.py", "--network", network, split=lambda: small) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()]
    assert ["derivation rules, CMUdict", "1", "0.0", "0.0", "0.0", "0.0"] in rows
    assert "own network, supplement" in [row[0] for row in rows]
    exported = tmp_path / "guesser.npz"
    assert run_script("recipes/text/export_guesser.py", network, exported) == 0
    assert exported.stat().st_size < network.stat().st_size / 3
    exact = {"quantized": lambda name, values: {name: values}}  # 8 bits decide few words of a trained network otherwise
    assert run_script("recipes/text/export_guesser.py", network, exported, **exact) == 0
    say = load_script("recipes/text/measure_guessers.py").load(network)
    monkeypatch.setattr(guesser, "FILE", exported)
    for cache in (guesser.load, guesser._guess):
        cache.cache_clear()
    try:
        assert [guesser.guess(word) for word in WORDS] == [say([word])[0] for word in WORDS]
    finally:
        for cache in (guesser.load, guesser._guess):
            cache.cache_clear()


def test_text_aligns_letters_with_phonemes() -> None:
    data = load_script("recipes/text/guesser_data.py")
    known = data.read_cmudict()
    aligner = data.Aligner({word: known[word] for word in WORDS})
    for word in ("taxes", "lemon", "banana"):
        chunks = aligner.align(word, known[word][0])
        assert len(chunks) == len(word)
        assert sum(chunks, ()) == known[word][0]
    assert aligner.align("ok", tuple("OW1 K EY1 S AH1".split())) is None

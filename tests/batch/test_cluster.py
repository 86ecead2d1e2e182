"""Two workers of a local Ray cluster make the same files as processes of this machine. A synthesizer is an actor.

All tests of Ray are in this file, which one process runs: a cluster of another would be found.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.batch.test_run import Batch
from tests.test_processes import TEXTS, assert_equal, with_lexicon
from tts import Synthesizer
from tts.errors import ConfigError

ray = pytest.importorskip("ray", reason="needs the extra [cluster]")


def test_a_cluster_makes_the_same_files(tiny_voice: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lexicon = tmp_path / "lexicon.txt"
    lexicon.write_text("hello HH AY1\n", encoding="utf-8")
    here, there = Batch(tmp_path / "here", tiny_voice), Batch(tmp_path / "there", tiny_voice)
    for batch, options in ((here, {}), (there, {"ray": "local"})):
        batch.path.parent.mkdir()
        batch.write(
            *({"id": f"{number}", "text": f"Hello {number}.", "seed": number} for number in range(6)),
            {"id": "a", "text": "?!"},
            {"id": "b", "text": "Hello.", "voice": "michael"},
            {"id": "c", "text": ""},
        )
        assert len(batch.run(lexicon=str(lexicon), **options)) == 9
    files = {path.name: path.read_bytes() for path in here.out.iterdir()}
    assert len(files) == 8
    assert {path.name: path.read_bytes() for path in there.out.iterdir()} == files
    assert there.run(lexicon=str(lexicon)).count(None) == 7  # a row is not made again by the other
    said = capfd.readouterr()
    assert said.out == ""
    assert all(
        "RAY_BACKEND_LOG_LEVEL" in line for line in said.err.splitlines()
    )  # a message says that no log output follows


def test_a_cluster_that_is_not_there(tiny_voice: Path, tmp_path: Path) -> None:
    batch = Batch(tmp_path, tiny_voice)
    batch.write({"text": "Hello."})
    with pytest.raises(ConnectionError, match="Could not find any running Ray instance"):
        batch.run(ray="auto")
    with pytest.raises(ConfigError, match=r"'head:port' is not the address of a Ray cluster .*: write HOST:PORT"):
        batch.run(ray="head:port")


def test_a_synthesizer_is_an_actor_and_an_object(
    tiny_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesizer = with_lexicon(tiny_voice, tmp_path)
    samples = [synthesizer.synthesize(text).samples for text in TEXTS]
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=os.EX_SOFTWARE)
    try:
        actor = ray.remote(Synthesizer).options(num_cpus=1).remote(tiny_voice)
        assert_equal([ray.get(actor.synthesize.remote(TEXTS[1]))], samples[1:])
        speak = ray.remote(lambda sent, text: sent.synthesize(text))
        sent = ray.put(synthesizer)
        assert_equal(ray.get([speak.remote(sent, text) for text in TEXTS]), samples)
    finally:
        ray.shutdown()

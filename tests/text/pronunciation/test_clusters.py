"""Words with similar use share a cluster; unknown words have none."""

from __future__ import annotations

from tts.text.pronunciation.clusters import SLOTS, cluster, slot
from tts.text.pronunciation.lexicon import DATA


def test_words_of_one_kind_share_a_cluster() -> None:
    assert cluster("goalkeeper") == cluster("striker") != 0
    assert cluster("goalkeeper") != cluster("the")


def test_any_text_has_a_slot() -> None:
    for word in ("", "…", "naïve", "x" * 1000):
        assert 0 <= slot(word) < SLOTS
        assert 0 <= cluster(word) < 256


def test_the_licence_travels_with_it() -> None:
    assert "Public Domain Dedication" in (DATA / "LICENSE-glove").read_text(encoding="utf-8")

"""The sentences that the recipes make are the same every time, speakable, and of many words."""

from __future__ import annotations

import re
from collections import Counter

from recipes.shared.everyday import everyday
from recipes.shared.unpredictable import unpredictable
from tts.text.frontend import Frontend


def test_everyday_sentences_come_in_pairs_and_are_the_same_every_time() -> None:
    sentences = everyday(1)
    assert sentences == everyday(1)
    assert len(set(sentences)) == len(sentences)
    asked = {sentence[:-1] for sentence in sentences if sentence.endswith("?")}
    told = {sentence[:-1] for sentence in sentences if sentence.endswith(".")}
    assert len(asked & told) > 100
    assert not any(read.skipped for read in Frontend().sentences(" ".join(sentences)))
    assert all(sentence[0].isupper() or sentence[0] == '"' for sentence in sentences)


def test_unpredictable_sentences_use_every_word_alike() -> None:
    sentences = unpredictable(1, 800)
    assert sentences == unpredictable(1, 800)
    assert len(set(sentences)) == 800
    words = Counter(re.findall(r"[a-z]+", " ".join(sentences)))
    assert {"boiler", "coyote", "television", "yolk"} <= words.keys()
    counts = [words[noun] for noun in ("anchor", "kettle", "zoo")]
    assert max(counts) - min(counts) <= 2
    assert not any("{" in sentence or re.search(r"\b[Aa] [aeio]", sentence) for sentence in sentences)
    assert all(sentence[0].isupper() and sentence[-1] in ".?!" for sentence in sentences)

"""Sentences are planned in order, the first one alone and those after it together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tts import SynthesisOptions, Voice
from tts.decoding.sentence import Begun, SentenceDecoder
from tts.prosody.plan import LARGEST_GROUP, Planner
from tts.text.frontend import Frontend
from tts.text.incremental import sentences
from tts.text.token import Sentence, Token

N_SENTENCES = 20
TEXT = " ".join(f"This is number {number}." for number in range(N_SENTENCES))


@pytest.mark.parametrize(("reads_ahead", "expected"), [(True, [2, 4, 8, 5]), (False, [])])
def test_the_first_sentence_is_decoded_alone_and_then_more_at_a_time(
    voice: Voice, monkeypatch: pytest.MonkeyPatch, reads_ahead: bool, expected: list[int]
) -> None:
    sizes: list[int] = []
    begin = SentenceDecoder.begin

    def count(decoder: SentenceDecoder, texts: list[tuple[Token, ...]], seed: int) -> list[Begun]:
        sizes.append(len(texts))
        return begin(decoder, texts, seed)

    monkeypatch.setattr(SentenceDecoder, "begin", count)
    found = sentences(Frontend(), [TEXT], "plain", "read")
    chunks = list(Planner(voice).plan(found, SynthesisOptions(), reads_ahead=reads_ahead))
    assert sum(chunk.ends_sentence for chunk in chunks) == N_SENTENCES
    assert sizes == expected
    assert 1 + sum(expected) in {1, N_SENTENCES}
    assert max(expected, default=0) <= LARGEST_GROUP


def test_the_first_sound_waits_for_one_sentence(voice: Voice) -> None:
    taken: list[Sentence] = []

    def found() -> Iterator[Sentence]:
        for sentence in sentences(Frontend(), [TEXT], "plain", "read"):
            taken.append(sentence)
            yield sentence

    next(Planner(voice).plan(found(), SynthesisOptions(), reads_ahead=True))
    assert len(taken) == 1

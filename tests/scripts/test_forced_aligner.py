"""The forced aligner finds the words of a sentence where a voice says them, and refuses words that it does not say."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.loading import load_script
from tts import Synthesizer
from tts.prosody.timing import WordTiming

pytest.importorskip("pocketsphinx", reason="the extra `checks` is not installed")


@pytest.fixture(scope="module")
def aligner() -> ModuleType:
    return load_script("scripts/checks/forced_aligner.py")


def phonemes(words: tuple[WordTiming, ...]) -> list[list[str]]:
    return [[phoneme.phoneme for phoneme in word.phonemes] for word in words]


def test_words_are_found_where_the_voice_says_them(aligner: ModuleType) -> None:
    speech = Synthesizer().synthesize("The train leaves at seven.")
    found = aligner.align(speech.samples, speech.sample_rate, phonemes(speech.words))
    assert len(found) == 5
    for interval, word in zip(found, speech.words, strict=True):
        assert interval.start == pytest.approx(word.start_time, abs=0.1)
        assert interval.start < interval.end


def test_words_that_do_not_fit_are_refused(aligner: ModuleType) -> None:
    speech = Synthesizer().synthesize("Yes.")
    with pytest.raises(ValueError, match=r"60 words do not fit"):
        aligner.align(speech.samples, speech.sample_rate, phonemes(speech.words) * 60)

"""Test text to tokens: sentences, spans, marks, reports, and properties of any text."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text import frontend
from tts.text.frontend import Frontend
from tts.text.normalize.word import join
from tts.text.sentence_parts import LONGEST_SPOKEN
from tts.text.symbols import SYMBOLS, SymbolTable

FRONTEND = Frontend()
TABLE = SymbolTable()


def words(text: str) -> str:
    return " ".join(token.text for token in FRONTEND.tokens(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "hello ."),
        ("Hello!", "hello !"),
        ("Hello,", "hello ,"),
        ('He said "yes"', 'he said " yes " .'),
        ('He said "yes."', 'he said " yes . "'),
        ("What?!?!", "what ?"),
        ("No!!!", "no !"),
        ("Wait......", "wait …"),
        ("Wait,, what", "wait , what ."),
        ('"Yes" "No"', '" yes " " no " .'),
        ("In the U.S.", "in the u s ."),
        ("One. Two", "one . two ."),
    ],
)
def test_marks(text: str, expected: str) -> None:
    assert words(text) == expected


def test_spans_count_from_the_start_of_the_text() -> None:
    text = "One cat.  It was 1984, wow"
    pieces = [text[token.start : token.end] for token in FRONTEND.tokens(text)]
    assert pieces == ["One", "cat", ".", "It", "was", "1984", "1984", ",", "wow", ""]
    assert [(sentence.start, sentence.end) for sentence in FRONTEND.sentences(text)] == [(0, 8), (10, 26)]


def test_origins() -> None:
    tokens = FRONTEND.tokens("The FBI wound blorpix's cat-dog.")
    assert [token.origin for token in tokens] == [
        *("homograph", "spelled", "spelled", "spelled", "homograph", "network", "derived", "mark")
    ]


def test_a_letter_is_named_where_the_article_is_not() -> None:
    a, *_, letter, _ = FRONTEND.tokens("A of BBA.")
    assert (a.phonemes, letter.phonemes) == (("AH0",), ("EY1",))


def test_wordless_stretches_are_reported_and_not_spoken() -> None:
    first, second = FRONTEND.sentences("***\n\nYes *you*.\n\n---\n\n日本。\n\nNo.\n\n\ue000", "plain")
    assert [skip[:2] for skip in first.unread] == [(0, 3), (9, 10), (13, 14), (17, 20)]
    assert [skip[:2] for skip in first.skipped] == [(22, 25)]
    assert [skip[:2] for skip in second.skipped] == [(32, 33)]
    assert second.skipped[0].reason == "a sign without a spoken form"


@pytest.mark.parametrize("text", ["", " \n ", "...", "?!", "\ue000", "()", "--- \n\n ***"])
def test_nothing_speakable_gives_no_sentence(text: str) -> None:
    assert list(FRONTEND.sentences(text)) == []


def test_what_is_left_out_is_the_callers_to_report(caplog: pytest.LogCaptureFixture) -> None:
    (sentence,) = FRONTEND.sentences("Hello **bold** 世界")
    assert [skip[:2] for skip in sentence.skipped] == [(15, 17)]
    assert list(FRONTEND.sentences("世界")) == []
    assert caplog.records == []


@pytest.mark.parametrize("unit", ["%", "% ", "%, ", " (%", '"%" ', "1", "1 ", "½", "€5 "])
def test_what_takes_long_to_say_is_cut(unit: str) -> None:
    text = unit * (300 // len(unit))
    sentences = list(FRONTEND.sentences(text))
    lengths = [sum(len(token.phonemes) for token in sentence.tokens) for sentence in sentences]
    assert len(lengths) > 1
    assert max(lengths) < LONGEST_SPOKEN + 2 * len(text) / len(unit)  # except marks
    assert all(any(not token.is_mark for token in sentence.tokens) for sentence in sentences)
    assert all(sentence.tokens[-1].text not in {"(", "percent"} for sentence in sentences)
    words = [token for sentence in sentences for token in sentence.tokens if not token.is_mark]
    assert sorted(token.start for token in words) == [token.start for token in words]
    (_, *spoken) = [sentence.start for sentence in sentences]
    ends = [sentence.end for sentence in sentences[:-1]]
    assert unit == "1" or all(end <= start for end, start in zip(ends, spoken, strict=True))


def test_a_long_sentence_is_cut_at_a_mark_where_one_is_near() -> None:
    first, second, third = FRONTEND.sentences("%" * 50 + ", " + "%" * 50 + ", " + "%" * 50)
    assert [sentence.tokens[-1].text for sentence in (first, second, third)] == [",", ",", "."]
    assert [(sentence.start, sentence.end) for sentence in (first, second, third)] == [(0, 51), (52, 103), (104, 154)]


def test_an_ordinary_sentence_is_whole() -> None:
    text = "It was, all in all, a most remarkable afternoon, and nobody who was there, not even she, " * 3
    assert len(list(FRONTEND.sentences(text[:290]))) == 1


def test_a_sentence_waits_for_one_more_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    analyzed = []
    analyze = frontend.analyze
    monkeypatch.setattr(frontend, "analyze", lambda text, lexicon: analyzed.append(text) or analyze(text, lexicon))
    next(FRONTEND.sentences("One. Two. Three. Four."))
    assert analyzed == ["One.", "Two."]


def test_threads_and_processes_share_it() -> None:
    text = "In 1984 the griffonist read 3.5% of it. It was live!"
    expected = FRONTEND.tokens(text)
    assert pickle.loads(pickle.dumps(FRONTEND)).tokens(text) == expected
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(Frontend().tokens, [text] * 32)) == [expected] * 32


@pytest.mark.parametrize("unit", ["1", ".", '"', "a", "a.", "x-", "I ", "the ", "日", "1/2", "A. "])
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    for sentence in FRONTEND.sentences(unit * (20_000 // len(unit))):
        TABLE.encode(sentence.tokens, strict=True)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet="abIX STDr.'-\"10:,5$%/?!\n(", max_size=40)))
def test_any_text_gives_only_symbols_and_ordered_spans(text: str) -> None:
    place = 0
    for sentence in FRONTEND.sentences(text):
        assert place <= sentence.start < sentence.end <= len(text)
        place = sentence.end
        assert any(not token.is_mark for token in sentence.tokens)
        spans = [(token.start, token.end) for token in sentence.tokens]
        assert spans == sorted(spans)
        assert all(sentence.start <= start <= end <= sentence.end for start, end in spans)
        assert all(token.phonemes and set(token.phonemes) <= set(SYMBOLS) for token in sentence.tokens)
        encoded = TABLE.encode(sentence.tokens, strict=True)
        assert set(encoded.token_indices) == {-1, *range(len(sentence.tokens))}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_every_letter_and_digit_is_spoken_or_reported(text: str) -> None:
    sentences = list(FRONTEND.sentences(text))
    spans = [(token.start, token.end) for sentence in sentences for token in sentence.tokens]
    spans += [skip[:2] for sentence in sentences for skip in sentence.skipped + sentence.unread]
    covered = {index for start, end in spans for index in range(start, end)}
    missing = [character for index, character in enumerate(text) if character.isalnum() and index not in covered]
    assert not missing or not sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It takes 5 min. It is late", "it takes five minutes. it is late"),
        ("He left at 5 p.m. It rained.", "he left at five P M. it rained."),
        ("Ask Acme Inc. It is big.", "ask acme incorporated. it is big."),
        ('He said "5 min." It rained.', 'he said "five minutes." it rained.'),
        ("It takes 5 min.", "it takes five minutes"),  # may be a sentence or not
        ("Ask Dr. King about 5 min. rests", "ask doctor king about five minutes rests"),
        ("One. Two", "one. two"),
        ("Wait...", "wait…"),
        ("5 min!", "five minutes!"),
    ],
)
def test_the_full_stop_of_an_abbreviation_ends_a_sentence_in_words_too(text: str, expected: str) -> None:
    assert join(FRONTEND.words(text).words) == expected


def test_such_a_full_stop_has_no_width() -> None:
    stop = FRONTEND.words("It takes 5 min. It is late").words[4]
    assert (stop.text, stop.kind, stop.start, stop.end) == (".", "mark", 15, 15)

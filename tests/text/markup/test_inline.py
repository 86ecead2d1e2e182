"""Test inline control: control, plain text, and plain text with a warning."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.frontend import Frontend
from tts.text.markup.values import LONGEST_PAUSE
from tts.text.token import Token

FRONTEND = Frontend()
PIECES = ["{AH0}", "[pause 1s]", "{HH XX1}", "[pause x]", "word", "Dr.", ".", " ", "\n\n", "5", "{", "]", '"', "é"]


def spoken(text: str) -> str:
    """Format words, marks with pauses, and sentences separated by bars with the pauses after them."""
    return " | ".join(
        " ".join(map(_show, sentence.tokens)) + ("" if sentence.pause_after is None else f" <{sentence.pause_after:g}>")
        for sentence in FRONTEND.sentences(text)
    )


def _show(token: Token) -> str:
    return token.text if token.pause is None else f"{token.text}<{token.pause:g}>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wait [pause 0.5s] here", "wait ,<0.5> here ."),
        ("Wait [pause 500ms] here", "wait ,<0.5> here ."),
        ("Wait [PAUSE 2s] here", "wait ,<2> here ."),
        ("Wait[pause .5s]here", "wait ,<0.5> here ."),
        ("Wait, [pause 1s] here", "wait ,<1> here ."),
        ("Wait [pause 1s]; here", "wait ;<1> here ."),
        ("Wait [pause 1s] [pause 2s] here", "wait ,<3> here ."),
        ("Wait [pause 40s] [pause 40s] here", f"wait ,<{LONGEST_PAUSE:g}> here ."),
        ("Wait [pause 0s] here", "wait ,<0> here ."),
        ("One. [pause 1s] Two.", "one . <1> | two ."),
        ("One [pause 1s]. Two.", "one . <1> | two ."),
        ("One.\n\n[pause 1s]\n\n[pause 1s]\n\nTwo.", "one . <2> | two ."),
        ("One. [pause 40s] *** [pause 40s] Two.", "one . <60> | two ."),
        ("One [pause 1s]", "one . <1>"),
        ("The code is 4 [pause 1s] 5.", "the code is four ,<1> five ."),
        ("One 555 [pause 1s] 1234", "one five hundred fifty-five ,<1> twelve thirty-four ."),
    ],
)
def test_pauses(text: str, expected: str) -> None:
    assert spoken(text) == expected


def test_a_pause_before_the_first_word_is_before_the_sentence() -> None:
    first, second = FRONTEND.sentences("[pause 1s] (One [pause 2s] two.) [pause 3s]\n\n[pause 4s] Three.")
    assert (first.pause_before, first.pause_after, second.pause_before) == (1.0, 7.0, 0.0)
    assert "".join(token.text for token in first.tokens) == "(one,two.)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("say {HH AH0 L OW1} now", ["HH AH0 L OW1"]),
        ("say {HH AH0 L OW1} {W ER1 L D}.", ["HH AH0 L OW1", "W ER1 L D"]),
        ("say {HH AH0 L OW1}{W ER1 L D}.", ["HH AH0 L OW1", "W ER1 L D"]),
        ("say {HH AH0 L OW1 | W ER1 L D}.", ["HH AH0 L OW1", "W ER1 L D"]),
        ("say { AH0 }!", ["AH0"]),
        ("pre{AH0}post", ["AH0"]),
    ],
)
def test_phonemes(text: str, expected: list[str]) -> None:
    tokens = [token for token in FRONTEND.tokens(text) if token.origin == "markup"]
    assert [" ".join(token.phonemes) for token in tokens] == expected
    assert all(text[token.start] == "{" and text[token.end - 1] == "}" for token in tokens)
    assert [sentence.misread for sentence in FRONTEND.sentences(text)] == [()]


def test_phonemes_are_a_name_to_their_neighbours() -> None:
    doctor, name, _ = FRONTEND.tokens("Dr. {S M IH1 TH}")
    assert (doctor.text, name.text) == ("doctor", "{S M IH1 TH}")
    the, *_ = FRONTEND.tokens("the {AE1 P AH0 L}")
    assert the.phonemes == ("DH", "IY0")


@pytest.mark.parametrize(
    "text",
    [
        "a {brace} and [bracket]", "{}", "{ }", "[]", "{B}", "{A B}", "{B C D}", "{1, 2}", "{K}{V}", "f{x}", "{{a}}",
        "[paused]", "[1]", "{HH AH0", "HH AH0}", "[pause 1s", "{SH}", "{HH\nAH0}", "{name}, {last name}", "{OR AND}",
    ],
)  # fmt: skip
def test_ordinary_text_is_read_without_a_warning(text: str) -> None:
    sentences = list(FRONTEND.sentences("So " + text))
    assert all(not sentence.misread for sentence in sentences)
    assert all(token.origin != "markup" and token.pause is None for s in sentences for token in s.tokens)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{HH XX1}", "'XX1' is not an ARPAbet phoneme: use vowels AA AE"),
        ("{HH AH L OW1}", "'AH' is not an ARPAbet phoneme: write AH0, AH1 or AH2"),
        ("{hh ah0}", "'hh' is not an ARPAbet phoneme: write HH"),
        ("{HH M}", "a word needs a vowel with its stress, such as AH0"),
        ("{AH0 |}", "no phonemes"),
        ("[pause abc]", "time 'abc': use a time such as 0.5s or 500ms, at most 60s"),
        ("[pause]", "time ''"),
        ("[pause 1]", "time '1'"),
        ("[pause -1s]", "time '-1s'"),
        ("[pause 61s]", "time '61s'"),
        ("[pause:1s]", "time ':1s'"),
    ],
)
def test_an_attempt_is_read_and_reported(text: str, fault: str) -> None:
    (sentence,) = FRONTEND.sentences(f"Say {text} now")
    (misread,) = sentence.misread
    assert (misread.start, misread.end) == (4, 4 + len(text))
    assert misread.reason.startswith(text[:12])
    assert f"is read as text: {fault}" in misread.reason
    assert all(token.origin != "markup" and token.pause is None for token in sentence.tokens)
    assert any(token.start > 4 and token.end < 4 + len(text) for token in sentence.tokens)


def test_plain_text_knows_paragraphs() -> None:
    ends = [sentence.ends_paragraph for sentence in FRONTEND.sentences("One. Two.\n\nThree.\n \nFour\n- five")]
    assert ends == [False, True, True, False, False]


@pytest.mark.parametrize("unit", ["{", "[", "{[", "{}", "{AH0", "{AH0 ", "[pause ", "[pause 1s]", "{AH0}", "{HH XX1}"])
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    for sentence in FRONTEND.sentences("a " + unit * (40_000 // len(unit))):
        assert sentence.tokens


def test_a_megabyte_is_begun_before_it_is_read() -> None:
    text = "This is one sentence {{{[[[ of many. " * 28_000
    assert next(FRONTEND.sentences(text)).end < 40


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="{}[]|HAa01 .,\npuse", max_size=60) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_nothing_raises_and_spans_are_ordered(text: str) -> None:
    place = 0
    for sentence in FRONTEND.sentences(text):
        assert place <= sentence.start < sentence.end <= len(text)
        place = sentence.end
        spans = [(token.start, token.end) for token in sentence.tokens]
        assert spans == sorted(spans)
        assert all(sentence.start <= start <= end <= sentence.end for start, end in spans)
        assert sentence.tokens[-1].pause is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["{AH0}", "[pause 1s]", "[pause 250ms]", "word", "5 km", "Smith", ".", ",", "(", "5"])))
def test_every_control_is_heard_once(pieces: list[str]) -> None:
    sentences = list(FRONTEND.sentences(" ".join(pieces)))
    tokens = [token for sentence in sentences for token in sentence.tokens]
    assert sum(token.origin == "markup" for token in tokens) == pieces.count("{AH0}")
    if sentences:
        pauses = [token.pause for token in tokens] + [s.pause_after for s in sentences] + [sentences[0].pause_before]
        wanted = pieces.count("[pause 1s]") + 0.25 * pieces.count("[pause 250ms]")
        assert sum(pause or 0.0 for pause in pauses) == wanted

"""What the module says for a message."""

from __future__ import annotations

from typing import Any

import pytest

from tts.errors import ConfigError
from tts.speechd.names import character_name, key_names
from tts.speechd.settings import Settings
from tts.speechd.text import classified, mark_names, plain, to_ssml, without_elements
from tts.text.frontend import Frontend


def ssml(text: str, *, has_capital_sound: bool = False, **settings: Any) -> str:
    return to_ssml("SPEAK", text, Settings(**settings), has_capital_sound=has_capital_sound)


@pytest.fixture(scope="module")
def frontend() -> Frontend:
    return Frontend()


def said(frontend: Frontend, document: str) -> str:
    return " ".join(word.text for word in frontend.words(document, "ssml").words if word.kind != "mark")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("none", "hello world a slash b and c"),
        ("some", "hello world star a slash b star and c"),
        ("most", "hello world colon star a slash b star and left paren c right paren"),
        ("all", "hello comma world colon star a slash b star and left paren c right paren exclamation mark"),
    ],
)
def test_punctuation(mode: str, expected: str, frontend: Frontend) -> None:
    document = ssml("<speak>Hello, world: *a/b* &amp; (c)!</speak>", punctuation_mode=mode)
    assert said(frontend, document) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't", "don't"),  # a sign inside a word or a number belongs to it
        ("3.14 or 1,000 at 10:30", "3.14 or 1,000 at 10:30"),
        ("e.g. this", "e.g dot.  this"),
        ("wait...", "wait dot dot dot. "),
        ("-----", " 5 dash "),
        ("50% of $5", "50% of $5"),  # the normalizer says them
        ("a&lt;b", "a less than b"),
        ("&#42;", " star "),
    ],
)
def test_all_signs(text: str, expected: str) -> None:
    assert ssml(f"<speak>{text}</speak>", punctuation_mode="all") == f"<speak>{expected}</speak>"


def test_the_modes_name_more_and_more() -> None:
    counts = [ssml("*(.)", punctuation_mode=mode).count(" ") for mode in ("none", "some", "most", "all")]
    assert counts == sorted(set(counts))


@pytest.mark.parametrize(
    ("mode", "has_sound", "before"),
    [("none", True, ""), ("spell", True, "capital "), ("icon", False, "capital "), ("icon", True, "♪")],
)
def test_capitals(mode: str, has_sound: bool, before: str) -> None:
    text = '<speak>Ann, B2 and NASA <mark name="X"/>met Éva &amp; aB.</speak>'
    found = ssml(text, has_capital_sound=has_sound, cap_let_recogn=mode).replace('<mark name="griffon:capital"/>', "♪")
    expected = f'<speak>{before}Ann, {before}B2 and {before}NASA <mark name="X"/>met {before}Éva &amp; aB.</speak>'
    assert found == expected
    letter = to_ssml("CHAR", "A", Settings(cap_let_recogn=mode), has_capital_sound=has_sound)
    small = to_ssml("CHAR", "a", Settings(cap_let_recogn=mode), has_capital_sound=has_sound)
    assert before.strip() in letter.replace('<mark name="griffon:capital"/>', "♪")
    assert "capital" not in small


def test_spelling(frontend: Frontend) -> None:
    document = ssml('<speak>It\'s <mark name="m"/>a_b!</speak>', spelling_mode="on")
    assert said(frontend, document) == "i t apostrophe s a underscore b exclamation mark"
    assert mark_names(document) == ["m"]


def test_plain_text_keeps_its_signs() -> None:
    assert ssml("a < b & c\x00") == "<speak>a &lt; b &amp; c </speak>"
    assert ssml("<speak>a < b & c\x0b</speak>") == "<speak>a &lt; b &amp; c </speak>"


def test_blank_lines_end_paragraphs_of_text_alone(frontend: Frontend) -> None:
    text = '<speak>One\n \n\ntwo.<mark name="__spd_0"/>\nThree</speak>'
    assert ssml(text) == '<speak><p>One</p><p>two.<mark name="__spd_0"/>\nThree</p></speak>'
    assert len([*frontend.sentences(ssml(text), "ssml")]) == 3
    assert ssml("<speak><s>One\n\ntwo</s></speak>") == "<speak><s>One\n\ntwo</s></speak>"


def test_without_elements() -> None:
    document = '<speak><b>1 &lt; 2</b> &amp; <mark name="m"/><mark name=bad/><mark name="a&b"/>3</speak>\x00'
    assert without_elements(document) == '<speak>1 &lt; 2 &amp; <mark name="m"/>3 </speak>'


def test_a_text_of_one_character_is_a_character() -> None:
    assert classified("SPEAK", "<speak> &lt;\n</speak>") == ("CHAR", "<")
    for text in ("<speak>ab</speak>", "<speak> </speak>", '<speak>a<mark name="m"/></speak>'):
        assert classified("SPEAK", text) == ("SPEAK", text)
    assert classified("KEY", "a") == ("KEY", "a")


def test_plain_and_mark_names() -> None:
    assert plain('<?xml version="1.0"?><speak>a &#x41;&#66;<mark name="m"/> &#0;</speak>') == "a AB  "
    assert plain("1 &lt; 2") == "1 &lt; 2", "text is not SSML"
    assert mark_names("<speak><mark name='a'/>x<mark  name = \"b\" /><mark id='c'/></speak>") == ["a", "b"]


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("a", ["a"]), ("7", ["7"]), (" ", ["space"]), ("\t", ["tab"]), ("\n", ["new line"]), ("é", ["e", "acute"]),
        ("Ä", ["a", "diaeresis"]), ("α", ["greek", "alpha"]), ("😀", ["grinning", "face"]),
        ("½", ["vulgar", "fraction", "one", "half"]), ("中", ["character", "4", "e", "2", "d"]),
        ("\x07", ["character", "7"]), ("’", ["right single quote"]),
    ],
)  # fmt: skip
def test_character_names(character: str, name: list[str]) -> None:
    assert character_name(character) == name


def test_every_ascii_sign_has_a_name() -> None:
    for code in range(33, 127):
        (name,) = character_name(chr(code))
        assert name == chr(code) if chr(code).isalnum() else len(name) > 1


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("a", ["a"]), ("A", ["A"]), ("_", ["underscore"]), ("underscore", ["underscore"]), ("space", ["space"]),
        ("control_shift_a", ["control", "shift", "a"]), ("kp-*", ["keypad", "star"]), ("kp--", ["keypad", "dash"]),
        ("kp-enter", ["keypad", "enter"]), ("num-lock", ["num lock"]), ("f12", ["f", "1", "2"]),
        ("prior", ["page up"]), ("alt_f4", ["alt", "f", "4"]), ("shift_\"", ["shift", "quote"]),
    ],
)  # fmt: skip
def test_key_names(key: str, names: list[str]) -> None:
    assert key_names(key) == names


def test_settings_refuse_what_is_out_of_range() -> None:
    with pytest.raises(ConfigError, match=r"rate is '-101': use a whole number from -100 to 100"):
        Settings().changed(["rate=-101"])
    with pytest.raises(ConfigError, match=r"punctuation_mode is 'few': use none, some, most, all"):
        Settings().changed(["punctuation_mode=few"])
    with pytest.raises(ConfigError, match=r"setting 'rate': write NAME=VALUE"):
        Settings().changed(["rate"])


def test_the_fastest_rate_is_four_times_the_voices_own() -> None:
    asked = [Settings(rate=rate) for rate in (-100, 0, 29, 50, 100)]
    made = [settings.options.speed for settings in asked]
    assert made == pytest.approx([0.25, 1.0, 4.0**0.29, 1.0, 1.0])
    assert [speed * settings.shortening for speed, settings in zip(made, asked, strict=True)] == pytest.approx(
        [0.25, 1.0, 4.0**0.29, 2.0, 4.0]
    )

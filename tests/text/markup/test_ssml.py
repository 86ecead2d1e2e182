"""Test each element of the SSML subset and the messages for faulty documents."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.frontend import Frontend
from tts.text.markup.elements import DEEPEST
from tts.text.markup.ssml import LONGEST
from tts.text.token import NEUTRAL, Prosody, Sentence, Token

FRONTEND = Frontend()


def read(inside: str) -> list[Sentence]:
    return list(FRONTEND.sentences(f"<speak>{inside}</speak>"))


def words(inside: str) -> str:
    return " ".join(token.text for sentence in read(inside) for token in sentence.tokens if not token.is_mark)


def token(inside: str, text: str) -> Token:
    return next(token for sentence in read(inside) for token in sentence.tokens if token.text == text)


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("Dr. <emphasis>Smith</emphasis> left", "doctor smith left"),
        ("<prosody rate='slow'>5</prosody> km", "five kilometers"),
        ("in 19<emphasis>84</emphasis>", "in nineteen eighty-four"),
        ("Tom &amp; Jerry&#39;s &#x41;&#66;C", "tom and jerry's a b c"),
        ("<![CDATA[3 < 5 & 7]]>", "three less than five and seven"),
        ("one<!-- two --><?three four?> five", "one five"),
        ("<p>One</p>two<s>three</s>", "one two three"),
        ("wide\r\n\r\nweb", "wide web"),
        ("{AH0} [pause 1s]", "a h zero pause one second"),
        ("<sub alias='World Wide Web'>W3C</sub> page", "world wide web page"),
        ("<sub alias='5'>V</sub> km", "five kilometers"),
        ("<say-as interpret-as='characters'>Abc</say-as>", "a b c"),
        ("<say-as interpret-as='digits'>123</say-as>", "one two three"),
        ("<say-as interpret-as='ordinal'>3</say-as> of May", "third of may"),
        ("<say-as interpret-as='cardinal'>1984</say-as>", "one thousand nine hundred eighty-four"),
        ("<say-as interpret-as='date' format='dmy'>1/2/2003</say-as>", "february first two thousand three"),
        ("<say-as interpret-as='time'>5:30</say-as>", "five thirty"),
        ("<say-as interpret-as='telephone'>555-1234</say-as>", "five five five one two three four"),
        ("<say-as interpret-as='currency'>$5</say-as>", "five dollars"),
        ("<say-as interpret-as='unit'>5 km</say-as>", "five kilometers"),
        ("Dr. <phoneme alphabet='x-arpabet' ph='S M AY1 TH'>Smith</phoneme>", "doctor smith"),
    ],
)
def test_words(inside: str, expected: str) -> None:
    assert words(inside) == expected


def test_an_xml_declaration_and_a_byte_order_mark_may_stand_first() -> None:
    for start in ("<?xml version='1.0' encoding='UTF-16'?>", "\ufeff", "\n "):
        assert [token.text for token in FRONTEND.tokens(start + "<speak>Hi</speak>")] == ["hi", "."]


def test_only_text_that_begins_with_speak_is_ssml_by_itself() -> None:
    assert [t.text for t in FRONTEND.tokens("<speak>Hi</speak>", markup="plain") if t.text == "speak"] == ["speak"] * 2
    assert "speaker" in [t.text for t in FRONTEND.tokens("<speaker>")]
    with pytest.raises(ValueError, match=re.escape("SSML, line 1, column 1: syntax error: write <speak>text</speak>")):
        FRONTEND.tokens("Hello", markup="ssml")


def test_spans_are_offsets_into_the_source() -> None:
    inside = "\n Caf\u00e9 &amp; <emphasis>b\u00e4r</emphasis>\r\n <sub alias='one two'>12</sub> &#233;t\u00e9"
    text = f"<speak>{inside}</speak>"
    pieces = [(token.text, text[token.start : token.end]) for token in FRONTEND.tokens(text)]
    assert pieces == [
        ("cafe", "Caf\u00e9"), ("and", "&amp;"), ("bar", "b\u00e4r"), ("one", "12"), ("two", "12"),
        ("ete", "&#233;t\u00e9"), (".", ""),
    ]  # fmt: skip
    empty = "<speak>a <phoneme alphabet='ipa' ph='kæt'/><break time='1s'></break> b</speak>"
    assert [empty[t.start : t.end] for t in FRONTEND.tokens(empty)[1:3]] == [
        "<phoneme alphabet='ipa' ph='kæt'/>", "<break time='1s'>"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("rate='x-slow'", Prosody(speed=0.5)),
        ("rate='80%'", Prosody(speed=0.8)),
        ("rate='+20%'", Prosody(speed=1.2)),
        ("rate='-25%'", Prosody(speed=0.75)),
        ("rate='1.5'", Prosody(speed=1.5)),
        ("rate='default'", NEUTRAL),
        ("pitch='+2st'", Prosody(pitch=2.0)),
        ("pitch='-1.5st'", Prosody(pitch=-1.5)),
        ("pitch='+100%'", Prosody(pitch=12.0)),
        ("pitch='low'", Prosody(pitch=-2.0)),
        ("volume='+6dB'", Prosody(volume=6.0)),
        ("volume='soft'", Prosody(volume=-6.0)),
        ("volume='silent'", Prosody(volume=-math.inf)),
        ("rate='fast' pitch='high' volume='loud'", Prosody(4 / 3, 2.0, 6.0)),
    ],
)
def test_prosody(attributes: str, expected: Prosody) -> None:
    inside = f"one <prosody {attributes}>two</prosody> three"
    assert [token(inside, word).prosody for word in ("one", "two", "three")] == [NEUTRAL, expected, NEUTRAL]


def test_nested_prosody_adds_up_and_labels_start_anew() -> None:
    inside = (
        "<prosody rate='50%' pitch='+2st' volume='-6dB'>"
        "<prosody rate='+50%' pitch='+1st' volume='-6dB'>two</prosody>"
        "<prosody rate='medium' pitch='medium' volume='medium'> three</prosody></prosody>"
    )
    assert token(inside, "two").prosody == Prosody(0.75, 3.0, -12.0)
    assert token(inside, "three").prosody == NEUTRAL
    silent = "<prosody volume='silent'><prosody volume='+6dB'>two</prosody></prosody>"
    assert token(silent, "two").prosody.volume == -math.inf


def test_emphasis_is_stronger_the_stronger_its_level() -> None:
    reduced, none, moderate, strong = (
        token(f"<emphasis level='{level}'>two</emphasis>", "two").prosody
        for level in ("reduced", "none", "moderate", "strong")
    )
    assert reduced.speed > none.speed > moderate.speed > strong.speed
    assert reduced.pitch < none.pitch < moderate.pitch < strong.pitch
    assert reduced.volume < none.volume < moderate.volume < strong.volume
    assert none == NEUTRAL
    assert token("<emphasis>two</emphasis>", "two").prosody == moderate


def test_words_that_share_a_span_share_its_prosody() -> None:
    assert {t.prosody.speed for t in read("$<prosody rate='50%'>5</prosody>")[0].tokens if not t.is_mark} == {0.5}


@pytest.mark.parametrize(
    ("inside", "before", "inner", "after"),
    [
        ("One <break/> two.", 0.0, 0.4, None),
        ("One <break time='250ms'/> two.", 0.0, 0.25, None),
        ("One <break strength='weak'/> two.", 0.0, 0.2, None),
        ("One <break strength='x-weak' time='3s'/> two.", 0.0, 3.0, None),
        ("One, <break strength='none'/> two.", 0.0, 0.0, None),
        ("<break time='1s'/><s>One two.</s><break time='2s'/>", 1.0, None, 2.0),
        ("One two<break time='1s'/>.", 0.0, None, 1.0),
        ("One two.<break strength='none'/>", 0.0, None, 0.0),
    ],
)
def test_breaks(inside: str, before: float, inner: float | None, after: float | None) -> None:
    (sentence,) = read(inside)
    assert (sentence.pause_before, sentence.pause_after) == (before, after)
    assert [t.pause for t in sentence.tokens if t.pause is not None] == ([] if inner is None else [inner])
    assert all(t.is_mark for t in sentence.tokens if t.pause is not None)


def test_p_and_s_end_sentences_and_white_space_does_not() -> None:
    sentences = read("<p><s>One</s><s>two</s></p>three\n\nfour<p>five</p><s>six</s>")
    assert [" ".join(t.text for t in s.tokens[:-1]) for s in sentences] == ["one", "two", "three four", "five", "six"]
    assert [s.ends_paragraph for s in sentences] == [False, True, True, True, False]


def test_a_sentence_too_long_to_be_spoken_at_once_is_cut_with_its_pauses_and_marks() -> None:
    sentences = read("%" * 80 + "<break time='2s'/><mark name='a'/>" + "%" * 30 + "<mark name='b'/>" + "%" * 50)
    assert len(sentences) > 1
    pauses = [s.pause_after or 0.0 for s in sentences] + [t.pause or 0.0 for s in sentences for t in s.tokens]
    assert sum(pauses) == 2.0
    assert [bookmark.name for s in sentences for bookmark in s.bookmarks] == ["a", "b"]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("One <mark name='x'/>two.", [[("x", 1)]]),
        ("<mark name='x'/>One two.", [[("x", 0)]]),
        ("One two.<mark name='x'/>", [[("x", 3)]]),
        ("One. <mark name='x'/>Two.", [[], [("x", 0)]]),
        ("One. <mark name='x'/><break/><mark name='y'/>Two.", [[("x", 2)], [("y", 0)]]),
        ("<s>One.<mark name='x'/></s><mark name='y'/><s><mark name='z'/>Two.</s>", [[("x", 2)], [("y", 0), ("z", 0)]]),
        ("in 19<mark name='x'/>84 <mark name='y'/>now", [[("x", 3), ("y", 3)]]),
    ],
)
def test_marks(inside: str, expected: list[list[tuple[str, int]]]) -> None:
    assert [[tuple(bookmark) for bookmark in sentence.bookmarks] for sentence in read(inside)] == expected


@pytest.mark.parametrize(
    ("alphabet", "ph", "content", "expected"),
    [
        ("x-arpabet", "T AH0 M AA1 T OW0", "Tomato", [("tomato", "T AH0 M AA1 T OW0")]),
        ("ipa", "təˈmɑːtoʊ", "Tomato", [("tomato", "T AH0 M AA1 T OW0")]),
        ("ipa", "kæt dɔɡ", "Cat Dog", [("cat", "K AE1 T"), ("dog", "D AO1 G")]),
        ("x-arpabet", "K AE1 T | D AO1 G", "pets", [("{K AE1 T}", "K AE1 T"), ("{D AO1 G}", "D AO1 G")]),
        ("ipa", "kæt", "", [("{K AE1 T}", "K AE1 T")]),
    ],
)
def test_phoneme(alphabet: str, ph: str, content: str, expected: list[tuple[str, str]]) -> None:
    inside = f"<prosody rate='50%'>the <phoneme alphabet='{alphabet}' ph='{ph}'>{content}</phoneme></prosody>."
    tokens = [t for t in read(inside)[0].tokens if t.origin == "markup"]
    assert [(t.text, " ".join(t.phonemes)) for t in tokens] == expected
    assert all(t.prosody.speed == 0.5 for t in tokens)


ELEMENTS = "use speak p s break prosody phoneme say-as sub emphasis mark"
FAULTS = [
    ("<speak>\n <p>a<b/></p></speak>", 2, 6, f"<b>: no such element: {ELEMENTS}"),
    ("<speak>é\n<p>é<voice/></p></speak>", 2, 5, "<voice>: no such element"),
    ("<speak><speak>a</speak></speak>", 1, 8, "<speak>: <speak> must be the outermost element, and no other"),
    ("<p>a</p>", 1, 1, "<p>: <speak> must be the outermost element, and no other"),
    ("<speak>a<break size='1'/></speak>", 1, 9, "<break>: no attribute 'size': use time strength"),
    ("<speak><break time='1'/></speak>", 1, 8, "<break>: time '1': use a time such as 0.5s or 500ms, at most 60s"),
    ("<speak><break time='61s'/></speak>", 1, 8, "<break>: time '61s'"),
    ("<speak><break strength='big'/></speak>", 1, 8, "<break>: strength 'big': use none x-weak weak medium"),
    ("<speak><break>a</break></speak>", 1, 15, "<break> may not contain text: move the text out of it"),
    ("<speak><prosody pitch='120Hz'>a</prosody></speak>", 1, 8, "<prosody>: pitch '120Hz': use x-low low medium"),
    ("<speak><prosody pitch='+13st'>a</prosody></speak>", 1, 8, "<prosody>: pitch '+13st': use x-low"),
    ("<speak><prosody pitch='-100%'>a</prosody></speak>", 1, 8, "<prosody>: pitch '-100%': use x-low"),
    ("<speak><prosody rate='5'>a</prosody></speak>", 1, 8, "<prosody>: rate '5': use x-slow slow medium default fast"),
    ("<speak><prosody rate='-100%'>a</prosody></speak>", 1, 8, "<prosody>: rate '-100%'"),
    ("<speak><prosody rate='+1'>a</prosody></speak>", 1, 8, "<prosody>: rate '+1'"),
    ("<speak><prosody volume='50'>a</prosody></speak>", 1, 8, "<prosody>: volume '50': use silent x-soft soft"),
    ("<speak><prosody range='high'>a</prosody></speak>", 1, 8, "<prosody>: no attribute 'range': use rate pitch"),
    ("<speak><emphasis level='huge'>a</emphasis></speak>", 1, 8, "<emphasis>: level 'huge': use strong moderate"),
    ("<speak><phoneme ph='AH0'>a</phoneme></speak>", 1, 8, "<phoneme>: attribute alphabet is missing or empty"),
    ("<speak><phoneme alphabet='ipa' ph=''>a</phoneme></speak>", 1, 8, "<phoneme>: attribute ph is missing or empty"),
    ("<speak><phoneme alphabet='sampa' ph='A'>a</phoneme></speak>", 1, 8, "<phoneme>: alphabet 'sampa': use x-arpabet"),
    (
        "<speak><phoneme alphabet='x-arpabet' ph='XX1'>a</phoneme></speak>",
        1,
        8,
        "<phoneme>: ph: 'XX1' is not an ARPAbet",
    ),
    (
        "<speak><phoneme alphabet='ipa' ph='q'>a</phoneme></speak>",
        1,
        8,
        "<phoneme>: ph: 'q' in 'q' is not an IPA symbol",
    ),
    ("<speak><phoneme alphabet='ipa' ph='a'><s/></phoneme></speak>", 1, 39, "<s>: <phoneme> may not contain elements"),
    ("<speak><say-as interpret-as='x'>1</say-as></speak>", 1, 8, "<say-as>: say-as interpret-as='x' is unknown"),
    ("<speak><say-as interpret-as='date'> </say-as></speak>", 1, 8, "<say-as>: nothing to speak in ' '"),
    ("<speak><sub>a</sub></speak>", 1, 8, "<sub>: attribute alias is missing or empty: give it"),
    ("<speak><mark/></speak>", 1, 8, "<mark>: attribute name is missing or empty"),
    ("<speak xml:lang='de'>a</speak>", 1, 1, "<speak>: xml:lang 'de': only English is spoken; use en, en-US"),
    ("<speak>a & b</speak>", 1, 11, "not well-formed (invalid token): write & as &amp; and < as &lt;"),
    ("<speak>\n&nbsp;</speak>", 2, 1, "undefined entity: use &amp; &lt; &gt; &quot; &apos; or a number such as"),
    ("<speak><p>a</speak>", 1, 14, "mismatched tag: <p> is open here: close it"),
    ("<speak>a", 1, 9, "no element found: <speak> is open here: close it"),
    ("<speak>a</speak>b", 1, 17, "junk after document element: put all of the text into one <speak>"),
    ("<speak>\ud800</speak>", 1, 8, "half of a surrogate pair is not a character: remove it"),
    ("<speak>a\0</speak>", 1, 9, "not well-formed"),
]


@pytest.mark.parametrize(("source", "line", "column", "message"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_faults(source: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"SSML, line {line}, column {column}: {message}")):
        next(FRONTEND.sentences(source, markup="ssml"))


def test_a_long_value_is_quoted_in_part() -> None:
    with pytest.raises(ValueError, match=r"time '1+\.\.\.'") as fault:
        FRONTEND.tokens(f"<speak><break time='{'1' * 10_000}'/></speak>")
    assert len(str(fault.value)) < 200


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE speak>",
        "<!DOCTYPE speak SYSTEM 'http://example.com/x.dtd'>",
        "<!DOCTYPE speak [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE speak [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'><!ENTITY x '&b;&b;&b;'>]>",
        "<!DOCTYPE speak [<!ENTITY % x SYSTEM 'http://example.com/x.dtd'>%x;]>",
    ],
)
def test_a_document_type_is_refused_with_all_that_it_could_declare(doctype: str) -> None:
    with pytest.raises(ValueError, match=r"line 2, column 1: a document type \(DTD\) is not read"):
        FRONTEND.tokens(f"<?xml version='1.0'?>\n{doctype}<speak>&x;</speak>", markup="ssml")


def test_depth_and_size_are_bounded() -> None:
    def nested(depth: int) -> str:
        return "<p>" * depth + "one" + "</p>" * depth

    assert words(nested(DEEPEST - 1)) == "one"
    with pytest.raises(ValueError, match=f"<p>: elements are nested more than {DEEPEST} deep: nest fewer"):
        read(nested(DEEPEST))
    with pytest.raises(ValueError, match=f"at most {LONGEST} are read at once"):
        FRONTEND.tokens("<speak>" + " " * LONGEST + "</speak>")


@pytest.mark.parametrize("unit", ["&amp;", "a&#233;", "<mark name='x'/>", "<s>a</s>", "<break/>", "é\n", "{[<s/>"])
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    for sentence in FRONTEND.sentences(f"<speak>a {unit * (60_000 // len(unit))}</speak>"):
        assert sentence.tokens


LEAF = st.sampled_from(
    [
        ("one", "one"),
        (" two ", " two "),
        ("Dr. Smith", "doctor smith"),
        ("&amp;", " and "),
        ("<sub alias='three'>3</sub>", "three"),
        ("<phoneme alphabet='x-arpabet' ph='K AE1 T'>cat</phoneme>", " cat "),
        ("<say-as interpret-as='digits'>12</say-as>", " one two "),
        ("<break time='1s'/>", " "),
        ("<mark name='x'/>", ""),
        ("<!-- no -->", ""),
    ]
)
WRAPPERS = ["<p>{}</p>", "<s>{}</s>", "<prosody rate='80%'>{}</prosody>", "<emphasis>{}</emphasis>"]


def _joined(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    return " ".join(pair[0] for pair in pairs), " ".join(pair[1] for pair in pairs)


def _wrapped(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    several = st.lists(children, max_size=4).map(_joined)
    return st.tuples(st.sampled_from(WRAPPERS), several).map(lambda pair: (pair[0].format(pair[1][0]), pair[1][1]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.recursive(LEAF, _wrapped, max_leaves=12), max_size=5))
def test_any_document_speaks_its_words(pieces: list[tuple[str, str]]) -> None:
    source = f"<speak>{' '.join(piece[0] for piece in pieces)}</speak>"
    expected = " ".join(piece[1] for piece in pieces).split()
    sentences = list(FRONTEND.sentences(source))
    tokens = [token for sentence in sentences for token in sentence.tokens]
    assert [token.text for token in tokens if not token.is_mark] == expected
    spans = [(token.start, token.end) for token in tokens]
    assert spans == sorted(spans)
    if sentences:
        assert sum(len(sentence.bookmarks) for sentence in sentences) == source.count("<mark")
        pauses = [token.pause for token in tokens] + [s.pause_after for s in sentences] + [sentences[0].pause_before]
        assert sum(pause or 0.0 for pause in pauses) == source.count("<break")

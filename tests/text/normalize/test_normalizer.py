"""What careful readers say: a table of written text and spoken words, and what must hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.text.normalize.normalizer import analyze, normalize
from tts.text.normalize.word import join

TABLE = [
    # cardinals
    ("0", "zero"),
    ("7 cats", "seven cats"),
    ("181", "one hundred eighty-one"),
    ("1,234", "one thousand two hundred thirty-four"),
    ("12,345,678", "twelve million three hundred forty-five thousand six hundred seventy-eight"),
    ("1,2,3", "one , two , three"),
    ("007", "zero zero seven"),
    ("1234567890123456", "one two three four five six seven eight nine zero one two three four five six"),
    ("It was -5 outside", "it was minus five outside"),
    ("(-3)", "( minus three )"),
    ("\N{MINUS SIGN}3", "minus three"),
    ("A-10", "a ten"),
    ("a 14-year-old", "a fourteen year-old"),
    ("C2766", "c two seven six six"),
    ("serial Number V five one", "serial number v five one"),
    ("P.O. Box 2915", "p o box two nine one five"),
    ("5kg", "five kilograms"),
    ("٣ cats", "three cats"),
    # ordinals
    ("1st", "first"),
    ("22nd", "twenty-second"),
    ("103rd", "one hundred third"),
    ("1,000th", "one thousandth"),
    ("the 2nd February", "the second february"),
    # decimals
    ("3.5", "three point five"),
    ("0.05", "zero point zero five"),
    ("It rose .5 today", "it rose zero point five today"),
    ("12,345.67", "twelve thousand three hundred forty-five point six seven"),
    ("1.2.3", "one point two point three"),
    ("Pay 5. Then go", "pay five . then go"),
    # years and decades
    ("in 1834", "in eighteen thirty-four"),
    ("1900", "nineteen hundred"),
    ("1908", "nineteen oh eight"),
    ("2000", "two thousand"),
    ("2005", "two thousand five"),
    ("2024", "twenty twenty-four"),
    ("1,834", "one thousand eight hundred thirty-four"),
    ("1066", "one thousand sixty-six"),
    ("1990s", "nineteen nineties"),
    ("the '90s", "the nineties"),
    ("the \N{RIGHT SINGLE QUOTATION MARK}60s", "the sixties"),
    ("1800s", "eighteen hundreds"),
    ("1834-35", "eighteen thirty-four to thirty-five"),
    ("1990\N{EN DASH}1995", "nineteen ninety to nineteen ninety-five"),
    ("1963's events", "nineteen sixty-three's events"),
    # money
    ("$5", "five dollars"),
    ("$1", "one dollar"),
    ("$5.50", "five dollars and fifty cents"),
    ("$1.01", "one dollar and one cent"),
    ("$0.99", "ninety-nine cents"),
    ("$.99", "ninety-nine cents"),
    ("$3.00", "three dollars"),
    ("£170,000", "one hundred seventy thousand pounds"),
    ("£1.2 million", "one point two million pounds"),
    ("$5m", "five million dollars"),
    ("$5 m", "five dollars m"),
    ("$2bn", "two billion dollars"),
    ("€20", "twenty euros"),
    ("¥500", "five hundred yen"),
    ("£0.01", "one penny"),
    ("$1.255", "one point two five five dollars"),
    # percent and symbols
    ("3.5%", "three point five percent"),
    ("20°", "twenty degrees"),
    ("salt & pepper", "salt and pepper"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("#5", "number five"),
    ("#tag", "hashtag tag"),
    ("me@example.com", "me at example dot com"),
    ("either/or", "either or"),
    # times
    ("3:30", "three thirty"),
    ("10:05", "ten oh five"),
    ("3:30 p.m.", "three thirty p m"),
    ("at 9 a.m. sharp", "at nine a m sharp"),
    ("11 AM", "eleven a m"),
    ("5pm", "five p m"),
    ("7:00", "seven o'clock"),
    ("7:00 PM", "seven p m"),
    ("14:00", "fourteen hundred"),
    # fractions and telephones
    ("1/2", "one half"),
    ("3/4", "three quarters"),
    ("2 1/2", "two and one half"),
    ("3½", "three and one half"),
    ("⅓", "one third"),
    ("1-800-555-0199", "one , eight hundred , five five five , zero one nine nine"),
    ("555-1234", "five five five , one two three four"),
    # abbreviations
    ("Mr. Smith", "mister smith"),
    ("Mrs. Jones and Ms. Lee", "missus jones and ms . lee"),
    ("Mr Smith vs Mrs Lee", "mister smith versus missus lee"),
    ("a Ph.D. student", "a p h d student"),
    ("Dr. Smith", "doctor smith"),
    ("5 Oak Dr.", "five oak drive"),
    ("St. Paul", "saint paul"),
    ("12 Main St.", "twelve main street"),
    ("12 Main St. is shut", "twelve main street is shut"),
    ("King Jr. spoke", "king junior spoke"),
    ("Standard Oil Co.", "standard oil company"),
    ("Robarts & Co., Lombard Street", "robarts and company , lombard street"),
    ("Acme Ltd.", "acme limited"),
    ("No. 5", "number five"),
    ("No. C2766", "number c two seven six six"),
    ("No. Five", "no . five"),
    ("cats, dogs, etc.", "cats , dogs , et cetera"),
    ("us vs. them", "us versus them"),
    ("e.g. this", "for example this"),
    ("i.e. that", "that is that"),
    ("Gen. Lee", "general lee"),
    ("the new gen. it", "the new gen . it"),
    ("Jan. 5", "january fifth"),
    ("J. F. Kennedy", "j f kennedy"),
    ("the U.S. Army", "the u s army"),
    # acronyms and capitals
    ("FBI", "f b i"),
    ("NASA", "nasa"),
    ("the US and us", "the u s and us"),
    ("PDFs", "p d f's"),
    ("the FBI's", "the f b i's"),
    ("THIS IS A WARNING TO US", "this is a warning to us"),
    ("YouTube", "youtube"),
    ("SpeechBox", "speech box"),
    ("McDonald", "mcdonald"),
    ("George III", "george the third"),
    ("Louis XVI was", "louis the sixteenth was"),
    ("Charles I, the king", "charles the first , the king"),
    ("by George I think", "by george i think"),
    ("World War II", "world war two"),
    ("Chapter IV", "chapter four"),
    # quotes, apostrophes, dashes
    ("\N{LEFT DOUBLE QUOTATION MARK}Yes\N{RIGHT DOUBLE QUOTATION MARK}", '" yes "'),
    ("don\N{RIGHT SINGLE QUOTATION MARK}t", "don't"),
    ("'tis", "'tis"),
    ("'why' he asked", '" why " he asked'),
    ("the dogs' bowls", "the dogs bowls"),
    ("goin' home", "goin' home"),
    ("yes -- no", "yes - no"),
    ("yes\N{EM DASH}no", "yes - no"),
    ("yes - no", "yes - no"),
    ("well-known", "well-known"),
    ("wait...", "wait …"),
    ("wait\N{HORIZONTAL ELLIPSIS}", "wait …"),
    ("[sic] {x}", "( sic ) ( x )"),
    # accents and other scripts
    ("über café", "uber cafe"),
    ("naïve Ærø", "naive aero"),
    ("cafe\N{COMBINING ACUTE ACCENT}", "cafe"),
    ("so\N{SOFT HYPHEN}lo", "solo"),
    ("ﬁve", "five"),
    ("hello 日本", "hello"),
    ("", ""),
    (" \n\t ", ""),
]


def spoken(text: str) -> str:
    return " ".join(word.text for word in normalize(text))


@pytest.mark.parametrize(("written", "expected"), TABLE)
def test_table(written: str, expected: str) -> None:
    assert spoken(written) == expected


def test_normalizing_normalized_text_changes_nothing() -> None:
    assert [spoken(expected) for _, expected in TABLE] == [expected for _, expected in TABLE]


def test_spans_point_into_the_source() -> None:
    text = "In 1984, café's “J. Kim” paid $5!"
    pieces = [text[word.start : word.end] for word in normalize(text)]
    assert pieces == ["In", "1984", "1984", ",", "café's", "“", "J.", "Kim", "”", "paid", "$5", "$5", "!"]


def test_a_spelled_letter_is_no_article() -> None:
    assert [word.kind for word in normalize("a BBA")] == ["word", "letter", "letter", "letter"]


def test_what_is_skipped_is_returned_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    skipped = analyze("say 日本 *now* \ue000").skipped
    assert [(start, end) for start, end, _ in skipped] == [(4, 6), (7, 8), (11, 12), (13, 14)]
    assert [skip.is_deliberate for skip in skipped] == [False, True, True, False]
    assert caplog.records == []


@pytest.mark.parametrize(
    "unit", ["1", "1,", "1.", "1:", "1/2 ", "$", "'", '"', "-", ".", "a.", "A", "a'", "a-", "½", "é", "I "]
)
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    words, skipped = analyze(unit * (50_000 // len(unit)))
    assert words or skipped


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_ordered_spans(text: str) -> None:
    words, skipped = analyze(text)
    spans = [(word.start, word.end) for word in words]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(0 <= start < end <= len(text) for start, end, _ in skipped)
    assert all((word.text == word.text.lower() and word.text.isascii()) or word.text == "…" for word in words)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aAbI15.,:'\"-$%/ #sStth°&…é(", max_size=30))
def test_any_text_is_normalized_once_and_for_all(text: str) -> None:
    once = spoken(text)
    assert spoken(once) == once


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Dr. Smith paid $5 (in 1984), not 6!", "doctor smith paid five dollars (in nineteen eighty-four), not six!"),
        ('He said, "Come in." So I did.', 'he said, "come in." so i did.'),
        ("The FBI - again...", "the F B I - again…"),
        ("", ""),
    ],
)
def test_join(text: str, line: str) -> None:
    assert join(normalize(text)) == line

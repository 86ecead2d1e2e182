"""Test the table of written and spoken text, and properties of any text."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.rows import check_each
from tests.text.normalize.table import Pair, read_table
from tts.text.normalize import normalizer
from tts.text.normalize.normalizer import analyze, normalize
from tts.text.normalize.units import UNITS
from tts.text.normalize.word import join

TABLE = read_table()
CLASSES = {name: list(pairs) for name, pairs in groupby(TABLE, lambda pair: pair.semiotic)}
SPEAKABLE = re.compile(r"[a-z]+(?:['-][a-z]+)*'?|'[a-z]+|[.,!?;:()\"…-]")
SIGNS = st.sampled_from("aAbIxXvVMk19205 .,:;'\"-—/$€%°#@&+=*^()_~|\n²½é日Ω😀Дn")
TRICKY = st.text(alphabet=st.one_of(SIGNS, st.characters()), max_size=40)
WRITTEN = st.lists(st.sampled_from(TABLE).map(lambda pair: pair.written), min_size=2, max_size=4)
HOSTILE = (
    *"1 . , : ; $ ' \" - / \\ — % ° ( < @ _ A M a x ½ é ² 日 Д 😀 \u00ad".split(),
    *"1, 1. 1: 1/2 1- 1% 1%- 1° 1' 1\" 1— 1x 1a 1/ 1,000 $1- a. a' a- a/ a@ a.b a1 A& V. MM #a ~/ www. http://".split(),
    *("1 ", "I ", "M ", "+1 ", "St. ", "No. ", "e\u0301"),
)


def spoken(text: str) -> str:
    return " ".join(word.text for word in normalize(text))


@pytest.mark.parametrize("semiotic", CLASSES)
def test_table(semiotic: str) -> None:
    def check(pair: Pair) -> None:
        assert join(normalize(pair.written)) == pair.spoken

    check_each(CLASSES[semiotic], check)


def test_the_table_is_large_and_says_nothing_twice() -> None:
    assert len(TABLE) >= 600
    assert len({pair.written for pair in TABLE}) == len(TABLE) == sum(map(len, CLASSES.values()))


@pytest.mark.parametrize("semiotic", CLASSES)
def test_normalizing_normalized_text_changes_nothing(semiotic: str) -> None:
    def check(pair: Pair) -> None:
        assert spoken(pair.spoken) == spoken(pair.written)

    check_each(CLASSES[semiotic], check)


def test_every_word_says_its_class() -> None:
    classes = {word.semiotic for word in normalize("On 3/4/2021 Dr. Lee paid $5 for 3 km, EU.")}
    assert classes == {"plain", "date", "abbreviation", "money", "measure", "punctuation", "acronym"}


def test_the_reading_depends_on_the_neighbours() -> None:
    assert spoken("in 1500 men and 1500 in all") == "in one thousand five hundred men and fifteen hundred in all"


def test_spans_point_into_the_source() -> None:
    text = "In 1984, café's “J. Kim” paid $5!"
    pieces = [text[word.start : word.end] for word in normalize(text)]
    assert pieces == ["In", "1984", "1984", ",", "café's", "“", "J.", "Kim", "”", "paid", "$5", "$5", "!"]


def test_spans_include_no_marks_of_subscripts() -> None:
    text = "O~2~ and x^2^ or T~max~!"
    pieces = [text[word.start : word.end] for word in normalize(text)]
    assert pieces == ["O", "2", "and", "x", "2", "or", "T", "max", "!"]
    assert all(skip.is_deliberate for skip in analyze(text).skipped)


def test_a_spelled_letter_is_no_article() -> None:
    assert [word.kind for word in normalize("a BBA")] == ["word", "letter", "letter", "letter"]


def test_what_is_skipped_is_returned_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    skipped = analyze("say 日本 *now* \ue000").skipped
    assert [(start, end) for start, end, _ in skipped] == [(4, 6), (7, 8), (11, 12), (13, 14)]
    assert [skip.is_deliberate for skip in skipped] == [False, True, True, False]
    assert caplog.records == []


def covered(text: str) -> list[tuple[int, int]]:
    """Return the spans of words and skipped text, after checking that they lie in the text and in order."""
    words, skipped = analyze(text)
    spans = [(word.start, word.end) for word in words]
    assert spans == sorted(spans)
    assert skipped == sorted(skipped)
    spans += [(skip.start, skip.end) for skip in skipped]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    return spans


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=60), TRICKY, WRITTEN.map(" ".join), WRITTEN.map("".join)))
def test_every_character_is_spoken_skipped_or_reported(text: str) -> None:
    spans = covered(text)
    accounted = {index for start, end in spans for index in range(start, end)}
    assert all(character.isspace() or index in accounted for index, character in enumerate(text))


@pytest.mark.parametrize("sign", "^ / ² ³ ^/ ^2/ ^x // . ' & @ - µ ° %".split())
def test_every_unit_before_every_sign(sign: str) -> None:
    for unit in UNITS:
        for text in (f"{unit}{sign}", f"{unit}{sign}{unit}", f"5 {unit}{sign} x"):
            covered(text)


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=60), TRICKY, WRITTEN.map(" ".join), WRITTEN.map("".join)))
@example("a'a0")
def test_only_what_can_be_spoken_comes_out(text: str) -> None:
    for word in normalize(text):
        assert SPEAKABLE.fullmatch(word.text), word
        assert (word.kind == "mark") == (not any(map(str.isalpha, word.text))), word
        assert word.kind != "letter" or len(word.text) == 1


@settings(max_examples=100, deadline=None)
@given(st.one_of(TRICKY, WRITTEN.map(" ".join)))
def test_any_text_is_normalized_once_and_for_all(text: str) -> None:
    once = spoken(join(normalize(text)))
    assert spoken(once) == once


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_repetition_takes_linear_work(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count steps, not seconds: twice the text takes about twice the steps, not four times."""

    def steps(length: int) -> int:
        count = 0
        read = normalizer._Scanner._read

        def counted(scanner: normalizer._Scanner, position: int) -> int:
            nonlocal count
            count += 1
            return read(scanner, position)

        with monkeypatch.context() as patch:
            patch.setattr(normalizer._Scanner, "_read", counted)
            words, skipped = analyze(unit * (length // len(unit)))
        assert words or skipped
        return count

    assert steps(2_400) <= 3 * steps(1_200) + 10


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


EMOTICONS = ":) :-) ;) :D :P :( :-( :/ :o xD XD ^_^ -_- T_T o_O <3 </3 :'( ¯\\_(ツ)_/¯".split()
FACES = "orz (^_^) ^^ ಠ_ಠ (╯°□°)╯︵┻━┻ ʕ•ᴥ•ʔ (◕‿◕) \\(^o^)/".split()


@pytest.mark.parametrize("emoticon", EMOTICONS + FACES)
def test_an_emoticon_is_silent_and_reported(emoticon: str) -> None:
    words, skipped = analyze(f"Hello {emoticon}")
    assert [word.text for word in words] == ["hello"]
    assert [(skip.start, skip.end, skip.is_deliberate) for skip in skipped] == [(6, 6 + len(emoticon), True)]

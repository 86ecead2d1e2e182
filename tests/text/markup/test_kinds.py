"""Markdown and HTML: what each sign means, that prose keeps its signs, and that pieces are read as the whole."""

from __future__ import annotations

import cProfile
import re
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rows import check_each
from tests.text.markup.reading import FRONTEND, reading, reading_in_pieces
from tts.options import Markup
from tts.text.frontend import SentenceStream
from tts.text.markup import html, markdown_inline, writer
from tts.text.markup.reader import TextReader
from tts.text.normalize.word import join
from tts.text.token import NEUTRAL

FOLDER = Path(__file__).parent / "table"
KINDS: dict[str, Markup] = {"html": "html", "markdown": "markdown"}
"""Tables of texts whose kind is given; the texts of all other tables are detected."""


class Row(NamedTuple):
    kind: Markup
    written: str
    expected: str
    table: str


def unescape(written: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), written)


def read_table() -> list[Row]:
    rows = []
    for path in sorted(FOLDER.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if path.stem != "prose":
                written, expected = line.split(" => ")
                rows.append(Row(KINDS.get(path.stem, "auto"), unescape(written), expected, path.stem))
    return rows


ROWS = read_table()
TABLES = {name: list(rows) for name, rows in groupby(ROWS, lambda row: row.table)}
PROSE = [unescape(line) for line in (FOLDER / "prose.txt").read_text(encoding="utf-8").splitlines()]
UNITS = (
    *("[", "](", "![", "[a](", "[a][b]", "*a ", "**", "*_", "`", "```\n", "> ", "- ", " - ", "<a ", '<a "', "<!--"),
    *("<p>\n", "<script>", "<td>", "<li>", "<ol>", "<sup>", "<pre>", "&#", "&amp;", "| a\n|-|\n", "# a\n", "1. a\n"),
    *("$x", "\\frac{", "\\(", "\\[", "\\*", "~~", "[^a]: x\n", "---\n", "=", "{HH", "[pause", "a\n"),
    *("<b>", "<b> a ", "<div>", "<div> a ", "![a](", "![a](b "),
)


@pytest.mark.parametrize("table", TABLES)
def test_table(table: str) -> None:
    def check(row: Row) -> None:
        assert reading(row.written, row.kind) == row.expected

    check_each(TABLES[table], check)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("table", TABLES)
def test_pieces_are_read_as_the_whole(table: str, size: int) -> None:
    def check(row: Row) -> None:
        assert reading_in_pieces(row.written, size, row.kind) == row.expected

    check_each(TABLES[table], check)


@pytest.mark.parametrize("text", PROSE)
def test_prose_keeps_its_signs(text: str) -> None:
    assert reading(text, "auto") == reading(text, "plain")
    assert reading_in_pieces(text, 2, "auto") == reading(text, "plain")


def test_the_table_has_ten_rows_of_each_kind() -> None:
    for path in FOLDER.glob("*.txt"):
        assert len(path.read_text(encoding="utf-8").splitlines()) >= 10, path.name
    assert len({row[:2] for row in ROWS}) == len(ROWS) == sum(map(len, TABLES.values()))


@pytest.mark.parametrize("table", TABLES)
def test_reading_what_was_read_changes_nothing(table: str) -> None:
    def check(row: Row) -> None:
        once = join(FRONTEND.words(row.written, row.kind).words)
        assert join(FRONTEND.words(once).words).lower() == once.lower()

    check_each(TABLES[table], check)


DOCUMENT = """Sure. Here is *how* you do it.

## Step 1

Run `pip install x`, see [the docs](https://a.b/c). It takes **one minute. Or two.** Then go on.

| Name | Age |
|------|-----|
| Bob  | 5   |

1. One
1. Two
   ```python
   print("no. yes.")
   ```
> Quoted. Twice.

<p>Three &amp; four.</p> The end<br>is <!-- not --> near.
"""


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11, 50, 10_000])
@pytest.mark.parametrize("kind", ["auto", "markdown"])
def test_a_document_in_pieces_has_the_sentences_of_the_whole(size: int, kind: Markup) -> None:
    stream = SentenceStream(FRONTEND, kind)
    pieces = [DOCUMENT[at : at + size] for at in range(0, len(DOCUMENT), size)]
    found = [sentence for piece in pieces for sentence in stream.feed(piece)] + list(stream.finish())
    assert found == list(FRONTEND.sentences(DOCUMENT, kind))


@pytest.mark.parametrize("kind", ["auto", "markdown"])
def test_spans_point_into_the_source(kind: Markup) -> None:
    source = DOCUMENT.replace("\n", "\r\n")
    spans = [(token.text, source[token.start : token.end]) for token in FRONTEND.tokens(source, kind)]
    places = [(token.start, token.end) for token in FRONTEND.tokens(source, kind)]
    assert places == sorted(places)
    for word in "how step run pip docs minute bob age quoted near".split():
        assert word in {written.lower() for spoken, written in spans if spoken == word}, word
    assert ("and", "&amp;") in spans
    assert ("code", "```python") in spans
    assert "https" not in " ".join(written for _, written in spans)


def test_html_spans_point_into_the_source() -> None:
    source = '<ol>\n<li>One <b>caf&eacute;</b></li></ol><img alt="a cat" src="x"> x<sup>2</sup>'
    spans = [(token.text, source[token.start : token.end]) for token in FRONTEND.tokens(source, "html")]
    assert spans == [
        ("one", "<li>"), (".", "<li>"), ("one", "One"), ("cafe", "caf&eacute;"), (".", ""),
        ("a", '<img alt="a cat" src="x">'), ("cat", '<img alt="a cat" src="x">'),
        ("x", "x"), ("squared", "2"), (".", ""),
    ]  # fmt: skip


def test_emphasis_is_that_of_ssml() -> None:
    (word,) = [token for token in FRONTEND.tokens("It is *so* good.") if token.prosody != NEUTRAL]
    (expected,) = [
        token
        for token in FRONTEND.tokens("<speak>It is <emphasis>so</emphasis> good.</speak>")
        if token.prosody != NEUTRAL
    ]
    assert (word.text, word.prosody) == (expected.text, expected.prosody)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("skip", "before . ¶ after ."),
        ("announce", "before . ¶ code block . ¶ after ."),
        ("read", "before . ¶ x equals one . | go . ¶ after ."),
    ],
)
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Before.\n\n```python\nx = 1\n\ngo\n```\nAfter.", "auto"),
        ("<p>Before.</p><pre><code>x = 1\ngo</code></pre>After.", "html"),
    ],
)
def test_code(text: str, kind: Markup, code: str, expected: str) -> None:
    assert reading(text, kind, code) == expected  # type: ignore[arg-type]
    assert reading_in_pieces(text, 3, kind, code) == expected  # type: ignore[arg-type]


def test_a_sentence_of_markdown_is_not_held_back_to_the_end_of_its_paragraph() -> None:
    stream = SentenceStream(FRONTEND)
    pieces = ["It is **bold**. ", "It is plain. ", "And [a li", "nk](https://a.b/c.d). ", "More. ", "And more. "]
    assert [len(list(stream.feed(piece))) for piece in pieces] == [0, 0, 1, 0, 1, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See `a<!--b-->` here.", "see a less than ! - b to here ."),
        ("See ``\na<!--b-->`` here.", "see a less than ! - b to here ."),
        ("See \\`a<!--b\n\nc--> here.", "see a here ."),
        ("Dr. <p>Dr. ! ", "doctor . | less than p greater than doctor ."),
        ("It is so. Or <!-- A. B. --> not. And", "it is so . | or not . | and ."),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_tag_and_a_comment_are_the_same_in_pieces(text: str, expected: str, size: int) -> None:
    assert reading(text, "auto") == expected
    assert reading_in_pieces(text, size, "auto") == expected


def test_an_open_sign_is_waited_for() -> None:
    stream = SentenceStream(FRONTEND)
    assert not list(stream.feed("See [one. Two. Three. Four. Five"))
    assert "https" not in join(FRONTEND.words("See [one. Two. Three. Four. Five](https://a.b)").words)
    read = [*stream.feed("](https://a.b). Six. Seven. Eight."), *stream.finish()]
    assert len(read) == 8
    assert not {token.text for sentence in read for token in sentence.tokens} & {"slash", "H", "dot"}


@pytest.mark.parametrize("kind", ["auto", "markdown", "html"])
def test_plain_sentences_are_as_early_as_in_plain_text(kind: Markup) -> None:
    pieces = ["One is here. ", "Two is here. ", "Thr", "ee is here. Four is here. ", "Five"]
    plain, other = SentenceStream(FRONTEND, "plain"), SentenceStream(FRONTEND, kind)
    for piece in pieces:
        assert len(list(other.feed(piece))) == len(list(plain.feed(piece)))


@pytest.mark.parametrize("kind", ["auto", "markdown", "html"])
@pytest.mark.parametrize("unit", UNITS)
def test_hostile_repetition_takes_linear_work(unit: str, kind: Markup, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are counted, not seconds: twice the text takes about twice as many; a square law would take four times."""

    def steps(length: int) -> int:
        count = 0

        def counted(function):  # type: ignore[no-untyped-def]
            def call(*arguments):  # type: ignore[no-untyped-def]
                nonlocal count
                count += 1
                return function(*arguments)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(
                markdown_inline._PlacedState, "pushPending", counted(markdown_inline._PlacedState.pushPending)
            )
            patch.setattr(writer.SegmentWriter, "text", counted(writer.SegmentWriter.text))
            patch.setattr(html.HtmlReader, "_read", counted(html.HtmlReader._read))
            segments = sum(1 for _ in TextReader(kind, "read").finish(unit * (length // len(unit))))
        return count + segments

    assert steps(6_000) <= 2.5 * steps(3_000) + 50


@pytest.mark.parametrize("unit", ["<b>", "<div>", "![a](", "[a](", "[a]"])
def test_a_row_of_signs_takes_little_more_work_than_prose(unit: str) -> None:
    """Calls of functions are counted, of C as well: a sign takes more than a letter of prose, but not without bound."""

    def calls(text: str) -> float:
        profile = cProfile.Profile()
        profile.runcall(lambda: list(FRONTEND.sentences(text)))
        return sum(entry.callcount for entry in profile.getstats()) / len(text)

    prose, row = "The quick brown fox jumps over the lazy dog, and no one saw it go. " * 20, unit * (1_500 // len(unit))
    calls(prose + row)  # imports and caches
    assert calls(row) <= 12 * calls(prose)


def test_a_row_of_brackets_is_taken_at_once() -> None:
    assert len(list(markdown_inline.parse_inline("![" * 2_000, is_strict=True))) == 1


def test_a_sentence_of_marks_is_not_normalized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tts.text.frontend.analyze", None)
    assert list(FRONTEND.sentences("![" * 2_000 + " \\ ***")) == []


@pytest.mark.parametrize(
    "text", ["> " * 300, "- " * 300, "<div>" * 300, "<b>" * 300, "[" * 300, "*" * 300, "<ol><li>" * 300]
)
@pytest.mark.parametrize("kind", ["auto", "markdown", "html"])
def test_nesting_is_bounded_and_nothing_is_lost(text: str, kind: Markup) -> None:
    assert "lantern" in reading(f"{text}lantern", kind)


MARKS = st.text(alphabet="ab.A1 \n*_`[]()<>&;#|-=+~$\\!{}:/\"'", max_size=50)
PIECES = st.lists(
    st.sampled_from(
        (
            *("word", " ", "\n", "\n\n", ". ", "**", "*", "`", "```\n", "[a](b.c)", "[", "](", "<b>", "</b>", "<p>"),
            *("| a | b |\n", "|-|-|\n", "- ", "1. ", "# ", "> ", "&amp;", "$x^2$", "<!--", "-->", "[1]", "\\", "<br>"),
            *("Dr. ", "5"),
        )
    ),
    max_size=25,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.one_of(MARKS, PIECES), st.sampled_from(["auto", "markdown", "html"]))
def test_nothing_raises_and_spans_are_ordered(text: str, kind: Markup) -> None:
    place = 0
    for sentence in FRONTEND.sentences(text, kind):
        assert place <= sentence.start <= sentence.end <= len(text)
        place = sentence.end
        spans = [(token.start, token.end) for token in sentence.tokens]
        assert spans == sorted(spans)


@settings(max_examples=100, deadline=None)
@given(PIECES, st.sampled_from(["auto", "markdown", "html"]), st.integers(1, 6))
def test_any_text_in_pieces_is_read_as_the_whole(text: str, kind: Markup, size: int) -> None:
    def words(shown: str) -> list[str]:
        return re.sub(r"[|¶*.,-]", " ", shown).split()

    assert words(reading_in_pieces(text, size, kind)) == words(reading(text, kind))

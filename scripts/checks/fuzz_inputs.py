"""Inputs of `fuzz_files.py`: broken markup, and files with bytes changed."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = {
    "ssml": [
        "<speak>",
        "</speak>",
        "<break time='9s'/>",
        "<prosody rate='",
        "<phoneme ph='h@'>",
        "<!ENTITY a '&a;'>",
        "]]>",
    ],
    "html": ["<p>", "</div>", "<table>", "<td", "<!--", "&#x", "&lt;", "<script>", "<pre><code>", "</"],
    "markdown": ["# ", "```", "* ", "1. ", "|--|", "[a](", "![", "$$", "\\frac{", "> ", "[^1]", "`", "**"],
    "plain": [
        "{HH ",
        "AH0}",
        "[pause ",
        "9s]",
        "1e9",
        "$1.50",
        "Dr. ",
        "2/3/2001",
        "m^",
        "km/h",
        "²",
        "\ud7ff",
        "\u2028",
        "\u202e",
        "\x00",
    ],
}
"""Pieces of each kind of text, which random characters would rarely make."""


def mutations(data: bytes) -> st.SearchStrategy[bytes]:
    """Return changed copies of some bytes: cut, repeated, and with bytes replaced."""
    places = st.lists(st.tuples(st.integers(0, max(0, len(data) - 1)), st.integers(0, 255)), max_size=4)

    def change(edits: list[tuple[int, int]], end: int, times: int) -> bytes:
        copy = bytearray(data)
        for place, value in edits:
            copy[place : place + 1] = bytes([value])
        return bytes(copy[: len(copy) - end]) * times

    return st.builds(change, places, st.integers(0, len(data)), st.sampled_from([1, 1, 1, 2]))


def texts(kind: str) -> st.SearchStrategy[str]:
    """Return texts of one kind of markup, most of them broken."""
    words = st.text(st.characters(codec="utf-8"), max_size=8)
    return st.lists(st.sampled_from([*PIECES[kind], "One. ", "\n\n", " "]) | words, max_size=12).map("".join)

"""The kind of a document: told by its beginning, as early as it is certain, the same in pieces as whole."""

from __future__ import annotations

import pytest

from tts.text.frontend import Frontend
from tts.text.incremental import sentences
from tts.text.markup.detect import LONGEST_PROLOGUE, detect

BEGINNINGS = [
    ("<speak>Hi", "ssml"),
    ("<speak version='1.1'>", "ssml"),
    ("\ufeff<speak>", "ssml"),
    ("\n \t<speak/>", "ssml"),
    ("<?xml\nversion='1.0'?><speak>", "ssml"),
    ("<?xml version='1.0'?>\n<!-- a <b> --> <speak>", "ssml"),
    ("<!DOCTYPE speak PUBLIC 'x'>\n<speak>", "ssml"),
    ("<!doctype html><p>", "html"),
    ("<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML'>\n", "html"),
    ("<html lang='en'>", "html"),
    ("<!-- page -->\n<HEAD>", "html"),
    ("<body>", "html"),
    ("<speaker>", "text"),
    ("<SPEAK>", "text"),
    ("<header>", "text"),
    ("<p>Hi</p>", "text"),
    ("< speak>", "text"),
    ("Hello <speak>", "text"),
    ("<?php echo ?> x", "text"),
    ("<!-- only a comment --> text", "text"),
    ("<3 you", "text"),
]


@pytest.mark.parametrize(("beginning", "kind"), BEGINNINGS)
def test_kinds(beginning: str, kind: str) -> None:
    assert detect(beginning, is_whole=False) == kind
    assert detect(beginning, is_whole=True) == kind


@pytest.mark.parametrize(("beginning", "kind"), BEGINNINGS)
def test_no_piece_is_taken_for_another_kind(beginning: str, kind: str) -> None:
    told = [detect(beginning[:length], is_whole=False) for length in range(len(beginning) + 1)]
    assert {*told} <= {None, kind}
    assert told[0] is None


@pytest.mark.parametrize(
    "beginning", ["", " \n", "\ufeff", "<", "<?", "<?xml version", "<!", "<!-", "<!-- a", "<spe", "<!DOC"]
)
def test_what_may_still_be_either_is_text_only_at_its_end(beginning: str) -> None:
    assert detect(beginning, is_whole=False) is None
    assert detect(beginning, is_whole=True) == "text"


def test_a_prologue_without_an_end_is_text() -> None:
    assert detect("<!--" + " " * LONGEST_PROLOGUE, is_whole=False) == "text"


@pytest.mark.parametrize("start", ["\ufeff", "<?xml\nversion='1.0'?>", "\n<!-- x -->"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_ssml_in_pieces_is_ssml(start: str, size: int) -> None:
    text = f"{start}<speak>Hello there.</speak>"
    found = list(sentences(Frontend(), [text[at : at + size] for at in range(0, len(text), size)]))
    assert [token.text for sentence in found for token in sentence.tokens] == ["hello", "there", "."]

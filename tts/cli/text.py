"""`tts normalize` and `tts phonemize`: what the front end makes of a text."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tts.cli.speak import decode

if TYPE_CHECKING:
    from tts.text.normalize.word import Skipped
    from tts.text.token import Token

logger = logging.getLogger(__name__)


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser("normalize", help="print a text as the words that would be spoken")
    command.add_argument("text", metavar="TEXT", help="- answers each line of standard input with one line")
    command.set_defaults(run=normalize)

    command = commands.add_parser("phonemize", help="print a text as ARPAbet phonemes")
    command.add_argument("text", metavar="TEXT", help="- answers each line of standard input with one line")
    command.add_argument("--json", action="store_true", help="a list of words with their spans and phonemes")
    command.set_defaults(run=phonemize)


def normalize(options: argparse.Namespace) -> None:
    """Print each text's words, its marks attached."""
    from tts.text.normalize.normalizer import analyze
    from tts.text.normalize.word import join

    for place, text in _texts(options.text):
        words, skipped = analyze(text)
        _report(place, (skip for skip in skipped if not skip.is_deliberate))
        print(join(words), flush=True)


def phonemize(options: argparse.Namespace) -> None:
    """Print each text's phonemes: words divided by ' | ', or a JSON list."""
    from tts.text.frontend import Frontend

    frontend = Frontend()
    for place, text in _texts(options.text):
        sentences = list(frontend.sentences(text))
        _report(place, (skip for sentence in sentences for skip in sentence.skipped))
        if text.strip() and not sentences:
            logger.warning("%snothing to speak", place)
        tokens = [token for sentence in sentences for token in sentence.tokens]
        print(
            _as_json(tokens) if options.json else " | ".join(" ".join(token.phonemes) for token in tokens), flush=True
        )


def _as_json(tokens: Iterable[Token]) -> str:
    words = [
        {"word": token.text, "start": token.start, "end": token.end, "phonemes": list(token.phonemes)}
        for token in tokens
        if not token.is_mark
    ]
    return json.dumps(words, ensure_ascii=False)


def _report(place: str, skipped: Iterable[Skipped]) -> None:
    for skip in skipped:
        logger.warning("%scharacters %d to %d have no English reading: %s", place, *skip)


def _texts(text: str) -> Iterator[tuple[str, str]]:
    """The text, or each line of standard input; before it, what a message about it begins with."""
    if text != "-":
        yield "", text
        return
    for number, line in enumerate(sys.stdin.buffer, 1):
        place = f"line {number} of standard input"
        yield f"{place}: ", decode(line, place).rstrip("\r\n")

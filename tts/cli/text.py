"""`tts normalize` and `tts phonemize`: what the front end makes of a text."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from tts.cli.speak import decode


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
    from tts.text.normalize.normalizer import normalize as normalize_text
    from tts.text.normalize.word import join

    for text in _texts(options.text):
        print(join(normalize_text(text)), flush=True)


def phonemize(options: argparse.Namespace) -> None:
    """Print each text's phonemes: words divided by ' | ', or a JSON list."""
    from tts.text.frontend import Frontend

    frontend = Frontend()
    for text in _texts(options.text):
        tokens = frontend.tokens(text)
        if options.json:
            words = [
                {"word": token.text, "start": token.start, "end": token.end, "phonemes": list(token.phonemes)}
                for token in tokens
                if not token.is_mark
            ]
            print(json.dumps(words, ensure_ascii=False), flush=True)
        else:
            print(" | ".join(" ".join(token.phonemes) for token in tokens), flush=True)


def _texts(text: str) -> Iterator[str]:
    if text != "-":
        yield text
        return
    for line in sys.stdin.buffer:
        yield decode(line, "standard input").rstrip("\r\n")

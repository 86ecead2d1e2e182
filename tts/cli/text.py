"""`tts normalize` and `tts phonemize`: show the results of the front end."""

from __future__ import annotations

import argparse
import itertools
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tts.cli.parser import examples
from tts.cli.source import STDIN, argument, read_lines
from tts.cli.speak import add_lexicon, add_markup
from tts.common.encoding import decode

if TYPE_CHECKING:
    from tts.text.normalize.word import Skipped
    from tts.text.pronunciation.user_lexicon import UserLexicon
    from tts.text.token import Token

logger = logging.getLogger(__name__)


_WORDS = """each word has: word, start and end (its span in the text, in characters), phonemes (a list of ARPAbet),
origin: lexicon (the dictionary), user (--lexicon), homograph (chosen by its context), derived (from known stems),
spelled (letter by letter), network (guessed)"""


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "normalize",
        help="print a text as the words that would be spoken",
        epilog=examples("normalize 'It cost $5.20.'", "normalize --explain 'It cost $5.20.'", "normalize - < book.txt"),
    )
    command.add_argument("text", metavar="TEXT", help="- answers each line of standard input with one line")
    command.add_argument(
        "--explain",
        action="store_true",
        help="a row for each token: source, span, class, spoken words, phonemes, where the phonemes came from",
    )
    add_markup(command)
    add_lexicon(command)
    command.set_defaults(run=normalize)

    command = commands.add_parser(
        "phonemize",
        help="print a text as ARPAbet phonemes",
        epilog=examples("phonemize 'I read 2 books.'", "phonemize --json 'I read 2 books.'"),
    )
    command.add_argument("text", metavar="TEXT", help="- answers each line of standard input with one line")
    command.add_argument("--json", action="store_true", help=f"a JSON list of the words; {_WORDS}")
    add_markup(command)
    add_lexicon(command)
    command.set_defaults(run=phonemize)


def _load_lexicon(options: argparse.Namespace) -> UserLexicon | None:
    from tts.text.pronunciation.user_lexicon import UserLexicon

    return UserLexicon.load(options.lexicon) if options.lexicon else None


def normalize(options: argparse.Namespace) -> None:
    """Print the spoken words of each text with their punctuation, or a table of tokens."""
    if options.explain:
        explain(options)
        return
    from tts.text.frontend import Frontend
    from tts.text.normalize.word import join

    frontend = Frontend(user_lexicon=_load_lexicon(options))
    for place, text in _texts(options.text):
        words, skipped = frontend.words(text, options.markup, options.code)
        _report(place, (skip for skip in skipped if not skip.is_deliberate))
        print(join(words), flush=True)


def explain(options: argparse.Namespace) -> None:
    """Print a table for each text, with a row for each span of the source."""
    from tts.text.frontend import Frontend

    frontend = Frontend(user_lexicon=_load_lexicon(options))
    for place, text in _texts(options.text):
        sentences = list(frontend.sentences(text, options.markup, options.code))
        _report(place, (skip for sentence in sentences for skip in sentence.skipped))
        tokens = [token for sentence in sentences for token in sentence.tokens]
        for line in _table(text, tokens):
            print(line, flush=True)


def _table(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Format aligned columns. The tokens of one span, such as the words of a number, share a row."""
    rows = [("source", "span", "class", "spoken", "phonemes", "from")]
    for span, group in itertools.groupby(tokens, lambda token: (token.start, token.end)):
        members = list(group)
        source = " ".join(text[slice(*span)].split()) or "-"
        semiotic = "punctuation" if members[0].is_mark else members[0].semiotic
        phonemes = " | ".join(" ".join(token.phonemes) for token in members)
        origins = dict.fromkeys(token.origin for token in members)
        spoken = " ".join(token.text for token in members)
        rows.append((source, f"{span[0]}-{span[1]}", semiotic, spoken, phonemes, ", ".join(origins)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def phonemize(options: argparse.Namespace) -> None:
    """Print the phonemes of each text: words separated by ' | ', or a JSON list."""
    from tts.text.frontend import Frontend

    frontend = Frontend(user_lexicon=_load_lexicon(options))
    for place, text in _texts(options.text):
        sentences = list(frontend.sentences(text, options.markup, options.code))
        _report(place, (skip for sentence in sentences for skip in sentence.skipped))
        if text.strip() and not sentences:
            logger.warning("%snothing to speak", place)
        tokens = [token for sentence in sentences for token in sentence.tokens]
        print(
            _as_json(tokens) if options.json else " | ".join(" ".join(token.phonemes) for token in tokens), flush=True
        )


def _as_json(tokens: Iterable[Token]) -> str:
    words = [
        {
            "word": token.text,
            "start": token.start,
            "end": token.end,
            "phonemes": list(token.phonemes),
            "origin": token.origin,
        }
        for token in tokens
        if not token.is_mark
    ]
    return json.dumps(words, ensure_ascii=False)


def _report(place: str, skipped: Iterable[Skipped]) -> None:
    for skip in skipped:
        logger.warning("%scharacters %d to %d have no English reading: %s", place, *skip)


def _texts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text, or each line of standard input, with a prefix for messages about it."""
    if text != "-":
        yield "", argument(text)
        return
    for number, line in enumerate(read_lines(), 1):
        place = f"line {number} of {STDIN}"
        yield f"{place}: ", decode(line, place).rstrip("\r\n")

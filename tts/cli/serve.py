"""`tts serve`."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tts.cli.speak import add_lexicon
from tts.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from tts.synthesizer import Synthesizer


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "serve",
        help="speak for others: HTTP as OpenAI's clients speak it, a page, Wyoming",
        description="Serve speech to OpenAI's clients at /v1/audio/speech, and a page to listen and look at /.",
        epilog="Ctrl-C, or SIGTERM, ends it when what is being spoken has been spoken.",
    )
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    command.add_argument("--port", type=int, default=8000, metavar="N", help="0 is any (default: %(default)s)")
    command.add_argument("--wyoming", metavar="URI", help="speak Wyoming too, as at tcp://127.0.0.1:10200")
    command.add_argument(
        "--voice",
        action="append",
        metavar="NAME|FOLDER",
        help="a voice to serve; repeat it for more, the default first",
    )
    add_lexicon(command)
    command.add_argument("--workers", type=int, metavar="N", help="threads that compute (default: one for each core)")
    _add_limits(command)
    command.add_argument("--keys", type=Path, metavar="FILE", help="ask for one of these keys, a line each, as bearer")
    command.add_argument(
        "--cors",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let pages of this site ask, as https://example.com",
    )
    command.add_argument("--log-text", action="store_true", help="log what is spoken; it never is otherwise")
    command.set_defaults(run=serve)


def _add_limits(command: argparse.ArgumentParser) -> None:
    """Defaults are those of `Limits`, which the parser does not load: it would load what speaks."""
    for name, kind, meaning in (
        ("max-characters", int, "of one request (default: 4096, as OpenAI's)"),
        ("max-seconds", float, "of speech for one request (default: 1800)"),
        ("max-streams", int, "requests that are spoken at once (default: 16)"),
        ("max-waiting", int, "requests that wait; the next is told to come again (default: 64)"),
        ("timeout", float, "seconds for one request from first to last (default: 900)"),
    ):
        command.add_argument(f"--{name}", type=kind, metavar="N" if kind is int else "X", help=meaning)


def serve(options: argparse.Namespace) -> None:
    """Serve until a signal asks for the end. Raises ConfigError for a bad option."""
    import asyncio

    from tts.server import run
    from tts.server.app import Options
    from tts.server.record import log_as_json

    if options.workers is not None and options.workers < 1:
        raise ConfigError(f"--workers is {options.workers}: use 1 or more, or leave it out for one for each core")
    limits = _limits(options)
    keys = () if options.keys is None else _read_keys(options.keys)
    synthesizers = _synthesizers(options)
    listener = run.listen(options.host, options.port, limits.patience)
    log_as_json()
    settings = Options(keys, tuple(options.cors), options.log_text)
    asyncio.run(run.serve(listener, synthesizers, limits, settings, options.workers, options.wyoming))


def _limits(options: argparse.Namespace) -> Any:
    from tts.server.pool import Limits

    asked = {
        "characters": options.max_characters,
        "seconds": options.max_seconds,
        "streams": options.max_streams,
        "waiting": options.max_waiting,
        "total": options.timeout,
    }
    return dataclasses.replace(Limits(), **{name: value for name, value in asked.items() if value is not None})


def _synthesizers(options: argparse.Namespace) -> dict[str, Synthesizer]:
    """By the name on the voice's card: no request names a folder."""
    from tts.synthesizer import Synthesizer
    from tts.voice import DEFAULT, bundled_voices

    wanted = options.voice or sorted(bundled_voices(), key=lambda name: name != DEFAULT)
    found: dict[str, Synthesizer] = {}
    for voice in wanted:
        synthesizer = Synthesizer(voice, lexicon=options.lexicon)
        name = synthesizer.voice.card.name
        if name in found:
            raise ConfigError(
                f"two voices are named {name!r}: serve one of them, or name the other otherwise on its card"
            )
        synthesizer.synthesize("Ready.")  # loads what only speaking needs: nobody's first request waits for it
        found[name] = synthesizer
    return found


def _read_keys(path: Path) -> tuple[str, ...]:
    try:
        keys = tuple(line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(
            f"cannot read keys from {str(path)!r} ({error}): name a text file with a key a line"
        ) from error
    if not keys:
        raise ConfigError(f"{str(path)!r} holds no key: write one a line, or leave --keys out to let everybody ask")
    return keys

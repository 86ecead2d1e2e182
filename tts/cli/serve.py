"""`tts serve`: run the HTTP and Wyoming servers."""

from __future__ import annotations

import argparse
import dataclasses
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tts.cli.parser import examples
from tts.cli.speak import add_lexicon
from tts.common.encoding import decode
from tts.errors import ConfigError, StorageError, TextError

if TYPE_CHECKING:
    from tts.synthesizer import Synthesizer

logger = logging.getLogger(__name__)

_COMMENT = re.compile(r"(^|\s)#.*")  # inside a key # is a character
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[^\s/?#@:\[\]*]+)(:\d{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def add_commands(commands: Any) -> None:
    """Add this module's commands to the parser."""
    command = commands.add_parser(
        "serve",
        help="serve speech: OpenAI's HTTP interface, a page, Wyoming",
        description="Serve speech to OpenAI's clients at /v1/audio/speech, and a page to try it at /. Ctrl-C or "
        "SIGTERM stops the server after the current requests are answered.",
        epilog=examples("serve", "serve --wyoming tcp://127.0.0.1:10200", "serve --host 0.0.0.0 --keys keys.txt"),
    )
    command.add_argument(
        "--host",
        default="127.0.0.1",
        help="address or name to listen on; :: is every address of IPv6 and IPv4 (default: %(default)s)",
    )
    command.add_argument(
        "--port", type=int, default=8000, metavar="N", help="0 chooses a free one (default: %(default)s)"
    )
    command.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer requests for this name as well, such as that of a proxy; repeat it for more (default: on a "
        "loopback address the names of this machine, else every name)",
    )
    command.add_argument(
        "--root-path", default="", metavar="PATH", help="path at which a proxy publishes the server, such as /tts"
    )
    command.add_argument("--wyoming", metavar="URI", help="serve Wyoming as well, such as at tcp://127.0.0.1:10200")
    command.add_argument(
        "--wyoming-open", action="store_true", help="allow --wyoming at an address that other machines reach"
    )
    command.add_argument(
        "--voice",
        action="append",
        metavar="NAME|FOLDER",
        help="a voice to serve; repeat it for more, the default first",
    )
    add_lexicon(command)
    command.add_argument(
        "--workers", type=int, metavar="N", help="threads that synthesize (default: one for each core)"
    )
    _add_limits(command)
    command.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="require one of these API keys, one a line; # begins a comment; not over Wyoming, which has no keys",
    )
    command.add_argument(
        "--cors",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="allow requests from pages of this site, such as https://example.com",
    )
    command.add_argument("--strict", action="store_true", help="refuse unknown voices, models and fields of a request")
    command.add_argument("--log-text", action="store_true", help="log the texts, which are otherwise never logged")
    command.set_defaults(run=serve)


def _add_limits(command: argparse.ArgumentParser) -> None:
    """Add the limits. The defaults repeat those of `Limits`, whose module takes long to import."""
    for name, kind, meaning in (
        ("max-characters", int, "of one request (default: 4096, as OpenAI)"),
        ("max-seconds", float, "of speech for one request (default: 1800)"),
        ("max-streams", int, "requests that are synthesized at once (default: 16)"),
        ("max-waiting", int, "requests in the queue; further ones get status 429 (default: 64)"),
        ("timeout", float, "seconds for one whole request (default: 900)"),
    ):
        command.add_argument(f"--{name}", type=kind, metavar="N" if kind is int else "X", help=meaning)


def serve(options: argparse.Namespace) -> None:
    """Serve until a signal arrives. Raises ConfigError for a bad option."""
    import asyncio

    from tts.server import run
    from tts.server.app import ServerOptions
    from tts.server.listening import listen
    from tts.server.record import log_as_json
    from tts.server.sites import is_loopback

    if options.workers is not None and options.workers < 1:
        raise ConfigError(f"--workers is {options.workers}: use 1 or more, or leave it out for one for each core")
    _check_wyoming(options.wyoming, options.wyoming_open)
    limits = _limits(options)
    keys = () if options.keys is None else _read_keys(options.keys)
    synthesizers = _synthesizers(options)
    origins = tuple(_origin(written) for written in options.cors)
    root_path = "/" + options.root_path.strip("/") if options.root_path.strip("/") else ""
    listeners = listen(options.host, options.port, limits.patience)
    log_as_json()
    is_private = is_loopback(options.host)
    if not is_private and not keys:
        logger.warning("everyone who reaches %s can use the server: add --keys, or use --host 127.0.0.1", options.host)
    hosts = tuple(options.allow_host) if is_private or options.allow_host else None
    settings = ServerOptions(keys, origins, options.log_text, root_path, options.strict, hosts)
    asyncio.run(run.serve(listeners, synthesizers, limits, settings, options.workers, options.wyoming))


def _check_wyoming(uri: str | None, may_be_open: bool) -> None:
    """Raise ConfigError for an address that other machines reach, unless that was asked for."""
    from tts.server.sites import is_loopback

    parts = urlsplit(uri or "")
    if parts.scheme == "tcp" and parts.hostname and not is_loopback(parts.hostname) and not may_be_open:
        raise ConfigError(
            f"--wyoming is {uri!r}, which other machines reach, and Wyoming has no keys: add --wyoming-open, or use "
            "tcp://127.0.0.1:PORT"
        )


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
    """Load the voices, by the name on their cards, so that requests never name a folder."""
    from tts.bundled import DEFAULT, bundled_voices
    from tts.synthesizer import Synthesizer

    wanted = options.voice or sorted(bundled_voices(), key=lambda name: name != DEFAULT)
    found: dict[str, Synthesizer] = {}
    for voice in wanted:
        synthesizer = Synthesizer(voice, lexicon=options.lexicon)
        name = synthesizer.voice.card.name
        if name in found:
            raise ConfigError(f"two voices are named {name!r}: serve one of them, or change the name on one card")
        synthesizer.synthesize("Ready.")  # warm up, so that the first request does not wait
        found[name] = synthesizer
    return found


def _read_keys(path: Path) -> tuple[str, ...]:
    try:
        lines = decode(path.read_bytes(), str(path)).splitlines()
    except (OSError, TextError) as error:
        raise StorageError(
            f"cannot read keys from {str(path)!r} ({error}): name a text file with one key a line"
        ) from error
    keys = tuple(key for line in lines if (key := _COMMENT.sub("", line).strip()))
    if not keys:
        raise ConfigError(f"{str(path)!r} holds no key: write one a line, or leave out --keys to require none")
    return keys


def _origin(written: str) -> str:
    """Return an origin as browsers send it. Raises ConfigError for anything else."""
    origin = written.lower()
    if not _ORIGIN.fullmatch(origin):
        raise ConfigError(
            f"--cors {written!r} is no origin: write the scheme and the host of the site, without a path, such as "
            "https://example.com"
        )
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition(":")[0], ""))

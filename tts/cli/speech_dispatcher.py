"""`tts speech-dispatcher`: speak for Orca, spd-say and other clients of Speech Dispatcher."""

from __future__ import annotations

import argparse
from typing import Any

from tts.cli.parser import examples
from tts.cli.speak import add_lexicon


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    command = commands.add_parser(
        "speech-dispatcher",
        help="speak for Orca, spd-say and other screen readers",
        description="An output module of Speech Dispatcher 0.11 and later, which starts it and talks to it on "
        "standard input and output. Run it yourself once, with --install.",
        epilog=examples("speech-dispatcher --install"),
    )
    command.add_argument(
        "--install",
        action="store_true",
        help="make griffon the voice of Speech Dispatcher for this user: write two files, overwrite none, and say how "
        "to undo it. --voice and --lexicon are kept for later",
    )
    command.add_argument("--voice", metavar="NAME|FOLDER", help="one of 'tts voices', or a folder")
    add_lexicon(command)
    command.add_argument("configuration", nargs="?", help=argparse.SUPPRESS)  # Speech Dispatcher gives it; it is unused
    command.set_defaults(run=speech_dispatcher)


def speech_dispatcher(options: argparse.Namespace) -> None:
    """Serve Speech Dispatcher, or install the output module."""
    if options.install:
        from tts.speechd.install import install

        print("\n".join(install(options.voice, options.lexicon)))
        return
    from tts.speechd.module import run

    run(options.voice, options.lexicon)

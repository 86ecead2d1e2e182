"""`tts voices`: list the voices of this installation."""

from __future__ import annotations

import argparse
from typing import Any

from tts.bundled import BUNDLED, bundled_voices
from tts.cli.parser import examples


def add_commands(commands: Any) -> None:
    """Add this module's command to the parser."""
    command = commands.add_parser(
        "voices", help="list the voices of this installation", epilog=examples("voices", "voices --verbose")
    )
    command.add_argument("--verbose", action="store_true", help="each voice's card: provenance, licence, scores")
    command.set_defaults(run=list_voices)


def list_voices(options: argparse.Namespace) -> None:
    """Print a line for each bundled voice, or its card."""
    from tts.voice import read_card

    for name in bundled_voices():
        card = read_card(BUNDLED / name)
        print(f"{name}\t{card.language}\t{card.description}")
        if options.verbose:
            rows: dict[str, Any] = {"licence": card.licence, "provenance": card.provenance, "limits": card.limits}
            rows |= {name: f"{value:g}" for name, value in (card.training | card.scores).items()}
            for key, value in rows.items():
                print(f"    {key}: {value}")

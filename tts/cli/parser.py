"""The parser of the command line: it shows examples, and suggests the nearest name for an unknown one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import Any

_EXAMPLES = "examples:\n"


def examples(*commands: str) -> str:
    """Return the end of a help text: the commands, one on each line."""
    return _EXAMPLES + "\n".join(f"  tts {command}" for command in commands)


class _HelpFormatter(argparse.HelpFormatter):
    """Breaks paragraphs into lines, but keeps the lines of examples, which are there to be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_EXAMPLES) else super()._fill_text(text, width, indent)


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors suggest the nearest command, option or choice."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"formatter_class": _HelpFormatter, **named})
        self._given: list[str] = []

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse all arguments. The parser of the command reports those that are left."""
        options, left = self.parse_known_args(args, namespace)
        if left:
            self._chosen(options).error(f"unrecognized arguments: {' '.join(left)}")
        return options

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse the known arguments."""
        self._given = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> Any:
        """Print the usage and the message, with a suggestion for a misspelt option, and exit."""
        super().error(message + self._hint(message) + self._suggestion())

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            nearest = _nearest(str(value), map(str, action.choices or ()))
            hint = f": did you mean {nearest}?" if nearest else ""
            raise argparse.ArgumentError(action, error.message + hint) from None

    def _chosen(self, options: argparse.Namespace) -> CommandParser:
        """Return the parser of the command that was chosen, the innermost one."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                chosen: CommandParser = action.choices[getattr(options, action.dest)]
                return chosen._chosen(options)
        return self

    def _hint(self, message: str) -> str:
        """Say how to give a text that looks like an option."""
        takes_text = any(action.metavar == "TEXT" for action in self._actions)
        is_about_it = message.startswith("unrecognized arguments: -") or "required: TEXT" in message
        if not takes_text or not is_about_it or not any(word.startswith("-") for word in self._given):
            return ""
        return f" (a text that begins with a dash comes after --, as in: {self.prog} -- '--hello')"

    def _suggestion(self) -> str:
        known = [name for name in self._option_string_actions if name.startswith("--")]
        given = [word.partition("=")[0] for word in self._given if word.startswith("--") and word != "--"]
        unknown = next((word for word in given if not any(name.startswith(word) for name in known)), "")
        nearest = _nearest(unknown, known)
        return f": did you mean {nearest} in place of {unknown}?" if nearest else ""


def _nearest(given: str, known: Iterable[str]) -> str:
    """Return the known name that is most like the given one, or nothing if none is like it."""
    import difflib

    return next(iter(difflib.get_close_matches(given, list(known), n=1)), "")

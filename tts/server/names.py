"""Resolve the names that clients send: voices, models and fields."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from tts.errors import VoiceError
from tts.server.gate import RefusalError
from tts.server.requests import ALIASES, MODELS, SpeechRequest

logger = logging.getLogger(__name__)

_MOST_TOLD = 1000  # different names in the log; clients can invent any number
_LONGEST_TOLD = 60  # characters of a name in the log


class Names:
    """The voices of a server, and what happens to names that it does not have.

    An unknown voice is replaced by the default one, an unknown model by the one there is, an unknown field is ignored.
    The log names each once. A strict server refuses them.
    """

    def __init__(self, voices: Iterable[str], is_strict: bool = False) -> None:
        """voices: the default first."""
        self._voices = {name.lower(): name for name in voices}
        self._default = next(iter(self._voices.values()))
        self._is_strict = is_strict
        self._told: set[tuple[str, str]] = set()

    def voice(self, asked: str) -> str:
        """Return the name of a voice. The asked name is never used as a path. Raises VoiceError if strict."""
        name = asked.strip().lower()
        if name in self._voices:
            return self._voices[name]
        if name not in ALIASES:
            if self._is_strict:
                raise VoiceError(f"unknown voice: use one of {', '.join(self._voices.values())}")
            self._tell("unknown voice", asked or "(none)")
        return self._default

    def check(self, asked: SpeechRequest) -> None:
        """Log the unknown fields. A strict server raises RefusalError for them and for the model."""
        unknown = list(asked.model_extra or ())
        if not self._is_strict:
            for name in unknown:
                self._tell("ignored field", name)
            return
        if unknown:
            name = unknown[0][:_LONGEST_TOLD]
            raise RefusalError(400, f"unknown field {name!r}: leave it out", param=name, code="unknown_parameter")
        self.check_model(asked.model)

    def check_model(self, name: str) -> None:
        """Raise RefusalError for a name that is not among the listed ones."""
        if name.strip().lower() not in MODELS:
            message = f"unknown model: use one of {', '.join(MODELS)}"
            raise RefusalError(404, message, param="model", code="model_not_found")

    def _tell(self, event: str, name: str) -> None:
        key = event, name[:_LONGEST_TOLD]
        if key not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(key)
            logger.warning(event, extra={"given": key[1]})

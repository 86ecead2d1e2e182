"""The voices of the output module. A voice stays loaded from its first use."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from tts.synthesizer import Synthesizer
from tts.voice import BUNDLED, DEFAULT, bundled_voices, read_card

logger = logging.getLogger(__name__)


class LoadedVoices:
    """The default voice and the bundled ones. Threads may share them."""

    def __init__(self, default: str | Path | None = None, lexicon: str | None = None) -> None:
        """default: a bundled name or a voice folder. Raises VoiceError, PronunciationError and StorageError."""
        self._lexicon = lexicon
        self._lock = threading.Lock()
        synthesizer = Synthesizer(DEFAULT if default is None else default, lexicon=lexicon)
        self.default = synthesizer.voice.card.name
        self._loaded = {self.default: synthesizer}
        bundled = {card.name: card.language for card in (read_card(BUNDLED / name) for name in bundled_voices())}
        self.languages = {self.default: synthesizer.voice.card.language, **bundled}
        """Name and language of each voice, the default one first."""

    def get(self, name: str | None) -> Synthesizer:
        """Return the voice of that name; the default voice for None and for an unknown name."""
        if name is None or name not in self.languages:
            if name is not None:
                logger.warning("no voice %r: %s speaks; the voices are %s", name, self.default, [*self.languages])
            name = self.default
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = Synthesizer(name, lexicon=self._lexicon)
            return self._loaded[name]

"""Speak the messages of Speech Dispatcher, each in a thread of its own, so that commands are always answered."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tts.audio.formats import to_int16
from tts.errors import MarkupError, TextError
from tts.options import SynthesisOptions
from tts.speechd.channel import Channel, DisconnectedError
from tts.speechd.settings import Settings
from tts.speechd.text import CAPITAL, Kind, mark_names, to_ssml, without_elements
from tts.speechd.timeline import Item, timeline
from tts.speechd.utterance import InterruptedSpeechError, Utterance
from tts.speechd.voices import LoadedVoices
from tts.synthesizer import Synthesizer

logger = logging.getLogger(__name__)

SOUNDS = Path("/usr/share/sounds/sound-icons")
"""Where Debian's package sound-icons puts the sounds that clients name."""
REMEMBERED = 128
"""Characters and keys whose speech is kept, each a fraction of a second."""
LONGEST_REMEMBERED = 40
"""Characters of a message whose speech is kept."""


class Message(NamedTuple):
    """What to speak, and how."""

    kind: Kind
    text: str
    settings: Settings


class _Key(NamedTuple):
    """All that the samples of a remembered message depend on, except the lexicon, which does not change."""

    voice: str
    document: str
    options: SynthesisOptions
    shortening: float


class MessageSpeaker:
    """Speaks one message at a time. A new message takes the place of an earlier one."""

    def __init__(self, channel: Channel, voices: LoadedVoices, sounds: Path = SOUNDS) -> None:
        self._channel, self._voices, self._sounds = channel, voices, sounds
        self._utterance: Utterance | None = None
        self._remembered: OrderedDict[_Key, list[Item]] = OrderedDict()
        self._lock = threading.Lock()  # of what is remembered

    def speak(self, message: Message) -> None:
        """Begin to speak a message, and return."""
        self.close()
        self._utterance = Utterance(self._channel)
        threading.Thread(target=self._run, args=(self._utterance, message), daemon=True).start()

    def stop(self) -> None:
        """Stop the current message, if there is one."""
        if self._utterance:
            self._utterance.stop()

    def pause(self) -> None:
        """Pause the current message after its next index, if there is one."""
        if self._utterance:
            self._utterance.pause()

    def close(self) -> None:
        """End the current message without a word to Speech Dispatcher."""
        if self._utterance:
            self._utterance.abandon()

    def warm_up(self) -> None:
        """Speak a character and a sentence to nobody, so that the first message does not wait."""
        for message in (Message("CHAR", "a", Settings()), Message("SPEAK", "Ready.", Settings())):
            for _ in self._items(message, self._voices.get(None)):
                pass

    def _run(self, utterance: Utterance, message: Message) -> None:
        try:
            utterance.begin()
            try:
                self._perform(utterance, message)
            except (InterruptedSpeechError, DisconnectedError):
                raise
            except Exception:  # the message is lost, but the listener and the client must not wait for ever
                logger.exception("cannot speak a message")
            utterance.end()
        except (InterruptedSpeechError, DisconnectedError):
            pass

    def _perform(self, utterance: Utterance, message: Message) -> None:
        if message.kind == "SOUND_ICON" and (sound := self._sound(message.text)):
            utterance.play_sound(str(sound))
            return
        synthesizer = self._voices.get(message.settings.synthesis_voice)
        gain = np.float32(message.settings.gain)
        for item in self._items(message, synthesizer):
            if not isinstance(item, str):
                utterance.play(to_int16(item * gain), synthesizer.sample_rate)
            elif item == CAPITAL and (sound := self._sound("capital")):
                utterance.play_sound(str(sound))
            else:
                utterance.report_mark(item)
            utterance.wait_for_listener()

    def _sound(self, name: str) -> Path | None:
        """Return the file of a sound. A name never leads out of the folder of sounds."""
        path = self._sounds / name
        return path if Path(name).name == name and path.is_file() else None

    def _items(self, message: Message, synthesizer: Synthesizer) -> Iterator[Item]:
        """Yield the samples and marks of a message. Characters and keys are remembered."""
        has_sound = self._sound("capital") is not None
        document = to_ssml(message.kind, message.text, message.settings, has_capital_sound=has_sound)
        spoken = _spoken(document, message, synthesizer)
        if message.kind == "SPEAK":
            yield from spoken
            return
        settings = message.settings
        key = _Key(synthesizer.voice.card.name, document, settings.options, settings.shortening)
        with self._lock:
            found = self._remembered.get(key)
            if found is not None:
                self._remembered.move_to_end(key)
        if found is not None:
            yield from found
            return
        made = []
        for item in spoken:
            made.append(item)
            yield item
        if len(message.text) <= LONGEST_REMEMBERED:
            with self._lock:
                self._remembered[key] = made
                if len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)


def _spoken(document: str, message: Message, synthesizer: Synthesizer) -> Iterator[Item]:
    """Yield the samples and marks of a document. What is wrong or unknown in its markup is left out."""
    options = message.settings.options
    try:
        chunks = synthesizer.stream(document, options)
    except MarkupError as error:
        logger.info("without its elements: %s", error)
        try:
            chunks = synthesizer.stream(without_elements(document), options)
        except TextError:
            yield from mark_names(document)
            return
    except TextError:  # there is no word in it
        yield from mark_names(document)
        return
    yield from timeline(chunks, message.settings.shortening)

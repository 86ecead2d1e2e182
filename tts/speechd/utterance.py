"""Send the events of one message, from its begin to its end, unless Speech Dispatcher stops or pauses it."""

from __future__ import annotations

import threading
import time

import numpy as np
from numpy.typing import NDArray

from tts.speechd.channel import Channel

LEAD = 4.0
"""Seconds of speech that are made before they are heard. More would be wasted if the listener stops."""
INDEX = "__spd_"
"""Speech Dispatcher puts marks of this name, with a number, after each sentence. It pauses and resumes there."""

_FIRST_RECORD, _RECORD = 512, 4096  # samples sent at once: few at first, because the receiver takes byte by byte


class InterruptedSpeechError(Exception):
    """The message was stopped or paused: there is nothing left to do for it."""


class Utterance:
    """The events of one message. One thread speaks; another one may call `stop` and `pause` at any time."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._changed = threading.Condition(channel.lock)
        self._is_over = self._is_pausing = False
        self._n_indices = 0
        self._begun = 0.0  # when the first sample was sent
        self._seconds = 0.0  # of speech that were sent

    def begin(self) -> None:
        """Report that the speech begins."""
        self._send("701 BEGIN")

    def play(self, samples: NDArray[np.int16], sample_rate: int) -> None:
        """Send samples (T,)."""
        start = 0
        while start < len(samples):
            if not self._seconds:
                self._begun = time.monotonic()
            record = samples[start : start + (_RECORD if self._seconds else _FIRST_RECORD)]
            with self._changed:
                self._go_on()
                self._channel.send_audio(record, sample_rate)
            start += len(record)
            self._seconds += len(record) / sample_rate

    def report_mark(self, name: str) -> None:
        """Report that a mark is heard. The message ends here if a pause was asked for and the mark is an index."""
        with self._changed:
            self._send(f"700-{name}", "700 INDEX MARK")
            if name.startswith(INDEX):
                self._n_indices += 1
                if self._is_pausing:
                    self._finish("704 PAUSE")
                    raise InterruptedSpeechError

    def play_sound(self, path: str) -> None:
        """Let Speech Dispatcher play a file."""
        self._send(f"706-{path}", "706 ICON")

    def wait_for_listener(self) -> None:
        """Wait until no more than LEAD seconds of speech are ahead of the listener, who began with the first sample."""
        with self._changed:
            ahead = self._seconds - (time.monotonic() - self._begun) if self._seconds else 0.0
            self._changed.wait_for(lambda: self._is_over or self._is_pausing, max(0.0, ahead - LEAD))
            self._go_on()

    def end(self) -> None:
        """Report the end of the speech.

        If a pause was asked for after the last index, Speech Dispatcher 0.11 would wait for an index for ever: it gets
        one of which its text knows nothing, and resumes with nothing.
        """
        with self._changed:
            self._go_on()
            if self._is_pausing:
                self._send(f"700-{INDEX}{self._n_indices}", "700 INDEX MARK")
            self._finish("704 PAUSE" if self._is_pausing else "702 END")

    def stop(self) -> None:
        """Report at once that the speech has stopped, unless it is over. Nothing is sent after that."""
        with self._changed:
            if not self._is_over:
                self._finish("703 STOP")

    def pause(self) -> None:
        """Stop after the next index."""
        with self._changed:
            self._is_pausing = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """End the message without a report: another one has taken its place."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _send(self, *lines: str) -> None:
        with self._changed:
            self._go_on()
            self._channel.send(*lines)

    def _go_on(self) -> None:
        if self._is_over:
            raise InterruptedSpeechError

    def _finish(self, event: str) -> None:
        self._is_over = True
        self._changed.notify_all()
        self._channel.send(event)

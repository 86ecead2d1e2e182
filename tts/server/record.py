"""Record requests in the log and in the metrics."""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from pythonjsonlogger.json import JsonFormatter

logger = logging.getLogger(__name__)

_ESCAPED = {
    number: f"\\u{number:04x}"
    for first, last in ((0x7F, 0x9F), (0x200E, 0x200F), (0x2028, 0x202E), (0x2066, 0x2069), (0xD800, 0xDFFF))
    for number in range(first, last + 1)
}
"""Characters that JSON leaves as they are, but that command a terminal, end a line or reverse it, or are not UTF-8."""
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


def new_request_id() -> str:
    """A random id that the client and the log share."""
    return f"req_{secrets.token_hex(12)}"


def log_failure(request_id: str, error: Exception) -> None:
    """Log where an internal error was raised, without its message, which may quote the text."""
    lines = "".join(traceback.format_tb(error.__traceback__))
    fields = {"request_id": request_id, "error": type(error).__name__, "traceback": lines}
    logger.error("failed", extra=fields)


@dataclass
class Record:
    """What is known about one request so far."""

    method: str
    request_id: str = field(default_factory=new_request_id)
    begin: float = field(default_factory=time.monotonic)
    route: str = "other"
    """The path in the schema. Metrics must not grow with the paths that clients invent."""
    status: int = 499
    """Status of the answer; 499, as in nginx, if the client hung up before."""
    outcome: str = "gone"
    """complete, refused, gone (the client hung up), stalled (the client took no data), overdue or failed."""
    first_audio: float | None = None
    """Seconds until the first audio was sent."""
    notes: dict[str, Any] = field(default_factory=dict)
    """Added by the handler: voice, format, characters, seconds of audio, and the text if it is to be logged."""

    def elapsed(self) -> float:
        """Return the seconds since the request arrived."""
        return time.monotonic() - self.begin


class Metrics:
    """Prometheus metrics of one server."""

    def __init__(self, speaking: Any, waiting: Any, refused: Mapping[str, Mapping[str, int]] | None = None) -> None:
        """speaking, waiting: functions that return the requests being spoken and in the queue.

        refused: by the kind of place, how many clients got none, by reason.
        """
        self.registry = CollectorRegistry()
        self._refused = refused or {}
        self.registry.register(self)  # type: ignore[arg-type]
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "tts_requests",
            "Requests by route, status and outcome.",
            ["route", "status", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tts_request_seconds", "Seconds that a request took.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self._first_audio = Histogram(
            "tts_first_audio_seconds", "Seconds to the first audio.", buckets=_SECONDS, registry=self.registry
        )
        self._characters = Counter("tts_characters", "Characters of accepted requests.", registry=self.registry)
        self._audio = Counter("tts_audio_seconds", "Seconds of speech made.", registry=self.registry)
        for name, meaning, function in (
            ("tts_streams_speaking", "Requests that are being spoken.", speaking),
            ("tts_streams_waiting", "Requests in the queue.", waiting),
        ):
            Gauge(name, meaning, registry=self.registry).set_function(function)

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the counts that are kept elsewhere, for the registry."""
        counts = CounterMetricFamily(
            "tts_places_refused", "Clients that got no place, or lost it.", labels=["place", "reason"]
        )
        for place, reasons in self._refused.items():
            for reason, count in reasons.items():
                counts.add_metric([place, reason], count)
        yield counts

    def heard(self, seconds: float) -> None:
        """Count seconds of speech."""
        self._audio.inc(seconds)

    def finish(self, record: Record) -> None:
        """Count and log a finished request."""
        self._requests.labels(record.route, str(record.status), record.outcome).inc()
        self._seconds.labels(record.route).observe(record.elapsed())
        self._characters.inc(record.notes.get("characters", 0))
        if record.first_audio is not None:
            self._first_audio.observe(record.first_audio)
        fields = {
            "request_id": record.request_id,
            "method": record.method,
            "route": record.route,
            "status": record.status,
            "outcome": record.outcome,
            "seconds": round(record.elapsed(), 4),
            **({} if record.first_audio is None else {"first_audio_seconds": round(record.first_audio, 4)}),
            **record.notes,
        }
        logger.info("request", extra=fields)


class PlainLines(JsonFormatter):
    """Formats a record as one line of JSON that is safe to print on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Escape control characters. In JSON they are inside strings only."""
        line: str = super().format(record)
        return line.translate(_ESCAPED)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Write the level in lower case. `logging.addLevelName` would change it for the whole process."""
        return {**log_data, "level": log_data["level"].lower()} if "level" in log_data else log_data


def log_as_json() -> None:
    """Send the log of the server, and the warnings of all other loggers, to stderr as one JSON object a line."""
    names = {"levelname": "level", "name": "logger", "message": "event", "exc_info": "exception"}
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        PlainLines(["levelname", "name", "message"], timestamp="time", rename_fields=names, json_ensure_ascii=False)
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("tts.server").setLevel(logging.INFO)

"""Check keys, sizes and durations of all requests, and log each request."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Collection, Coroutine, Sequence
from typing import Any, TypeVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tts.server.pool import Limits
from tts.server.record import Metrics, Record, log_failure
from tts.server.requests import failure

T = TypeVar("T")

BODY_SECONDS = 10.0
"""Seconds within which the body of a request must arrive."""
_BYTES_PER_CHARACTER = 12  # at most, in JSON: a surrogate pair, each escaped as \\uXXXX
_SPARE_BYTES = 4096  # for the other fields

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class GoneError(Exception):
    """The client hung up."""


class RefusalError(Exception):
    """The request gets an error in OpenAI's form."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: dict[str, str] | None = None,
        kind: str = "invalid_request_error",
        param: str | None = None,
        code: str | None = None,
    ) -> None:
        """headers: additional ones. kind, param, code: as in `failure`."""
        super().__init__(message)
        self.status, self.headers, self.body = status, headers or {}, failure(message, kind, param, code)


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine while the client is connected. When it hangs up, cancel the coroutine and raise GoneError."""

    async def hang_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    tasks = asyncio.ensure_future(work), asyncio.ensure_future(hang_up())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            raise GoneError
        return tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


class Gate:
    """ASGI middleware for keys, size and time limits, request ids, headers, log and metrics."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        metrics: Metrics,
        keys: Sequence[str],
        open_paths: Collection[str],
        origins: Collection[str] = (),
        root_path: str = "",
    ) -> None:
        """keys: accepted API keys, not needed at the open paths. If empty, no key is required. origins: other sites
        whose pages may open a WebSocket. root_path: path at which a proxy publishes the server.
        """
        self._app, self._limits, self._metrics = app, limits, metrics
        self._open_paths, self._origins = frozenset(open_paths), frozenset(origins)
        self._root_path = root_path
        self._digests = [_digest(key) for key in keys]
        self._max_body = _BYTES_PER_CHARACTER * limits.characters + _SPARE_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with an error."""
        scope["root_path"] = self._root_path
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record = scope["record"] = Record(scope["method"])
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the web server sends no body: it has the method of its own scope
        answer = _Answer(send, record, self._limits.patience)
        try:
            await asyncio.wait_for(self._handle(scope, receive, answer), self._limits.total)
            record.outcome = "complete" if record.status < 400 else "refused"
        except GoneError:
            record.outcome = "gone"
        except asyncio.TimeoutError:
            record.outcome = "stalled" if answer.is_stalled else "overdue"
            await answer.fail(408, f"the request took longer than {self._limits.total:g} s: send less text at once")
        except Exception as error:
            record.outcome = "failed"
            log_failure(record.request_id, error)
            await answer.fail(500, f"the server failed; its log says more about {record.request_id}")
        finally:
            record.route = getattr(scope.get("route"), "path", record.route)
            self._metrics.finish(record)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a WebSocket on, or refuse it."""
        record = scope["record"] = Record("WEBSOCKET", status=101)
        try:
            self._check_key(scope)
            self._check_origin(scope)
            await self._app(scope, receive, send)
            record.outcome = "complete"
        except RefusalError as refusal:
            record.status, record.outcome = refusal.status, "refused"
            body = json.dumps(refusal.body).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
            await send({"type": "websocket.http.response.body", "body": body})
        finally:
            record.route = getattr(scope.get("route"), "path", record.route)
            self._metrics.finish(record)

    def _check_origin(self, scope: Scope) -> None:
        """Refuse pages of other sites. Browsers let them open WebSockets, unlike other requests."""
        headers = dict(scope["headers"])
        origin, host = headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
        if origin and origin not in self._origins and origin.partition("://")[2] != host:
            raise RefusalError(403, "pages of this site may not connect: name the site with --cors", code="bad_origin")

    async def _handle(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            self._check_key(scope)
            body = await asyncio.wait_for(self._body(receive), BODY_SECONDS)
        except RefusalError as refusal:
            await answer.refuse(refusal)
        except asyncio.TimeoutError:
            await answer.refuse(RefusalError(408, f"the request did not arrive within {BODY_SECONDS:g} s"))
        else:
            await self._app(scope, _replaying(body, receive), answer.send)

    def _check_key(self, scope: Scope) -> None:
        if not self._digests or _route_path(scope) in self._open_paths:
            return
        given = dict(scope["headers"]).get(b"authorization", b"")
        scheme, _, key = given.decode("latin-1").partition(" ")
        digest = _digest(key.strip())
        # Compare with every key: timing must not reveal which one matched.
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        if scheme.lower() != "bearer" or not any(matches):
            raise RefusalError(
                401,
                "this server requires a key: send 'Authorization: Bearer KEY' with one of its keys",
                {"WWW-Authenticate": "Bearer"},
                code="invalid_api_key",
            )

    async def _body(self, receive: Receive) -> bytes:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise GoneError
            body += bytes(message.get("body", b""))
            if len(body) > self._max_body:
                raise RefusalError(
                    413,
                    f"the request has more than {self._max_body} bytes: send at most {self._limits.characters} "
                    "characters at once",
                    code="request_too_large",
                )
            if not message.get("more_body", False):
                return body


class _Answer:
    """Sends the answer: records the status, adds headers, and gives up if the client takes no data."""

    def __init__(self, send: Send, record: Record, patience: float) -> None:
        self._send, self._record, self._patience = send, record, patience
        self._is_begun = False
        self.is_stalled = False

    async def send(self, message: Message) -> None:
        """Send a message. Raises asyncio.TimeoutError after the patience."""
        if message["type"] == "http.response.start":
            self._is_begun = True
            self._record.status = message["status"]
            added = {**_HEADERS, "X-Request-ID": self._record.request_id}
            raw = [(name.lower().encode(), value.encode()) for name, value in added.items()]
            message = {**message, "headers": [*message.get("headers", ()), *raw]}
        try:
            await asyncio.wait_for(self._send(message), self._patience)
        except asyncio.TimeoutError:
            self.is_stalled = True
            raise

    async def refuse(self, refusal: RefusalError) -> None:
        """Send an error and close the connection, because the body may be unread."""
        body = json.dumps(refusal.body).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        raw = [(name.lower().encode(), value.encode()) for name, value in {**headers, **refusal.headers}.items()]
        await self.send({"type": "http.response.start", "status": refusal.status, "headers": raw})
        await self.send({"type": "http.response.body", "body": body})

    async def fail(self, status: int, message: str) -> None:
        """Send an error if no answer has begun. Otherwise the connection is closed without an end of the answer."""
        if not self._is_begun:
            await self.refuse(RefusalError(status, message, kind="server_error"))


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that replays the body, then waits for the client to hang up."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _route_path(scope: Scope) -> str:
    """Return the path without the root path, which a proxy may have removed already."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if path == root or path.startswith(f"{root}/") else path


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()

"""Refuse requests of web sites that a server for this machine was not meant for.

A page of a hostile site can let its own name point at 127.0.0.1 (DNS rebinding). Its requests then count as its own, so
CORS does not stop them, but they name the site in the header Host.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tts.server.requests import failure


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine and cannot be reached from another one."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Sites:
    """ASGI middleware: requests name this machine, or an allowed host, in Host and in Origin."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Sequence[str]) -> None:
        """hosts: names besides those of this machine. origins: sites whose pages may ask, as for CORS."""
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with status 421 or 403."""
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        status, message = refusal
        await JSONResponse(failure(message), status, {"Connection": "close"})(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        for name, value in scope["headers"]:
            text = value.decode("latin-1")
            if name == b"host" and not self._knows(f"//{text}"):
                return 421, "this server does not answer for the host of the request: add it with --allow-host"
            if name == b"origin" and not self._origins & {text, "*"} and not self._knows(text):
                return 403, "this server does not answer pages of that site: add the site with --cors"
        return None

    def _knows(self, address: str) -> bool:
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            return False
        return "@" not in address and (is_loopback(host) or host in self._hosts)

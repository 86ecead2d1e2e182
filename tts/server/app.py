"""Build the HTTP application: OpenAI's speech endpoint, word times, voices, health, metrics and the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from tts.server.encoding import FORMATS_STREAMED
from tts.server.gate import Gate, RefusalError
from tts.server.handlers import VOICE_HEADER, Handlers
from tts.server.names import Names
from tts.server.pool import Limits, Pool
from tts.server.record import Metrics
from tts.server.requests import ErrorBody, TimedSpeech, failure, fault_of
from tts.server.sites import Sites

PAGE = {
    "/": ("index.html", "text/html"),
    **{
        f"/{name}.js": (f"{name}.js", "text/javascript")
        for name in "app book picture player reading server settings".split()
    },
    "/style.css": ("style.css", "text/css"),
}
"""Path -> file of the package and its media type."""
OPEN_PATHS = ("", "/health", *PAGE)
"""Paths that need no key: health, and the page, which asks for a key itself. "" leads to the page."""

_MEANINGS = {
    400: "A value is not allowed, or the text has nothing to speak.",
    401: "The server requires a key.",
    404: "The server is strict, and the model does not exist.",
    408: "The request took too long to arrive or to answer.",
    413: "The request has too many bytes.",
    429: "The server is busy; Retry-After says when to try again.",
    500: "The server failed; the message has the request id of its log.",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_AUDIO = {form.media_type: _BINARY for form in FORMATS_STREAMED.values()}
_TEXT = {"schema": {"type": "string"}}
_EVENTS = {"text/event-stream": {"schema": {"type": "object", "properties": {"data": _TEXT["schema"]}}}}


@dataclass(frozen=True)
class ServerOptions:
    """Settings of one server."""

    keys: Sequence[str] = ()
    """Accepted API keys. If empty, no key is required."""
    origins: Sequence[str] = ()
    """Other web sites whose pages may send requests, such as https://example.com."""
    log_text: bool = False
    """Whether to log the texts."""
    root_path: str = ""
    """Path at which a proxy publishes the server, such as /tts, whether the proxy removes it from requests or not."""
    is_strict: bool = False
    """Whether to refuse unknown voices, models and fields."""
    hosts: Sequence[str] | None = None
    """Names, besides those of this machine, that requests may have in Host and Origin. None allows every name."""


def create_app(pool: Pool, options: ServerOptions | None = None) -> FastAPI:
    """Build the ASGI application. The pool must belong to the event loop that runs it."""
    options = options or ServerOptions()
    metrics = Metrics(lambda: pool.speaking, lambda: pool.waiting, pool.refused)
    app = _App(
        pool.limits,
        title="griffon",
        version=version("griffon-tts"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    _add_routes(app, Handlers(pool, Names(pool.voices, options.is_strict), metrics, options.log_text))
    if options.hosts is not None:
        app.add_middleware(Sites, hosts=options.hosts, origins=options.origins)
    app.add_middleware(
        Gate,
        limits=pool.limits,
        metrics=metrics,
        keys=options.keys,
        open_paths=OPEN_PATHS,
        origins=options.origins,
        root_path=options.root_path,
    )
    if options.origins:
        told = [VOICE_HEADER, "X-Request-ID", "Retry-After"]
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=told,
        )
    app.add_exception_handler(RefusalError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unroutable)
    return app


class _App(FastAPI):
    """FastAPI with a schema that fits this server: status 400 instead of 422, and the limit on characters."""

    def __init__(self, limits: Limits, **options: Any) -> None:
        super().__init__(**options)
        self._limits = limits

    def openapi(self) -> dict[str, Any]:
        """Return the schema, in OpenAPI 3.1."""
        schema = super().openapi()
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
        schema["components"]["schemas"]["SpeechRequest"]["properties"]["input"]["maxLength"] = self._limits.characters
        return schema


def _add_routes(app: FastAPI, handlers: Handlers) -> None:
    speech: dict[int | str, Any] = {
        200: {"content": {**_AUDIO, **_EVENTS}},
        **_errors(400, 401, 404, 408, 413, 429, 500),
    }
    timed: dict[int | str, Any] = {**speech, 200: {"model": TimedSpeech, "content": _EVENTS}}
    counts: dict[int | str, Any] = {200: {"content": {"text/plain": _TEXT}}, **_errors(400, 401, 408, 413)}
    app.post("/v1/audio/speech", response_class=Response, responses=speech)(handlers.speech)
    app.post("/v1/audio/speech/timestamps", response_class=Response, responses=timed)(handlers.timestamps)
    app.websocket("/v1/audio/speech/stream")(handlers.stream)
    app.get("/v1/models", responses=_errors(400, 401, 408, 413))(handlers.models)
    app.get("/v1/models/{model}", responses=_errors(400, 401, 404, 408, 413))(handlers.model)
    app.get("/v1/audio/models", responses=_errors(400, 401, 408, 413))(handlers.audio_models)
    for path in ("/v1/audio/voices", "/v1/voices"):
        app.get(path, responses=_errors(400, 401, 408, 413))(handlers.voices)
    app.get("/health", responses=_errors(400, 408, 413))(handlers.health)
    app.get("/metrics", response_class=Response, responses=counts)(handlers.counts)
    for path, (name, media_type) in PAGE.items():
        content = files("tts.server").joinpath("page").joinpath(name).read_bytes()
        app.get(path, include_in_schema=False)(_file(content, media_type))


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorBody, "description": _MEANINGS[status]} for status in statuses}


def _file(content: bytes, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def answer() -> Response:
        return Response(content, media_type=media_type)

    return answer


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalError)
    return JSONResponse(error.body, error.status, error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """Report the first fault that pydantic found."""
    assert isinstance(error, RequestValidationError)
    fault = fault_of(error.errors())
    return JSONResponse(failure(fault.message, param=fault.param, code=fault.code), 400)


async def _unroutable(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    root_path = request.scope["root_path"]
    if root_path and request.scope["path"] == root_path:
        return RedirectResponse(f"{root_path}/")  # the page's own addresses are relative to its folder
    return JSONResponse(failure(error.detail), error.status_code, error.headers)

"""Serve a folder, or anything else, on a free port of the loopback interface."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path


@contextmanager
def served(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """Run a server, also if the test fails, until the end of the context. Yield its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def files(folder: Path) -> Callable[..., http.server.BaseHTTPRequestHandler]:
    """Return a handler that answers with the files of a folder."""
    return partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))

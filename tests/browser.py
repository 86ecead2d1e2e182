"""A headless Chromium for the tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: as with 'apt install chromium'")

SECONDS = 30_000  # milliseconds that a busy machine may take; nothing waits so long for no reason


@contextmanager
def launched() -> Iterator[Browser]:
    """A running Chromium that asks nothing of the network by itself."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]  # as root, Chromium runs in no other way
        arguments += [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ]
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

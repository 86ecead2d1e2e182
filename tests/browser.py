"""A headless Chromium for the tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: as with 'apt install chromium'")

SECONDS = 30_000  # milliseconds: a generous limit for a busy machine


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a Chromium that sends no requests of its own."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]  # Chromium needs this as root
        arguments += [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ]
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

"""Write what MkDocs builds from the package itself: the cards of the bundled voices."""

from __future__ import annotations

from typing import Any

from tts.card import VoiceCard
from tts.voice import BUNDLED, bundled_voices, read_card

CARDS = "<!-- voice cards -->"
"""The place of the cards in a page."""


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the cards of all bundled voices in their place. MkDocs calls this for each page."""
    if CARDS not in markdown:
        return markdown
    return markdown.replace(CARDS, "\n\n".join(show(read_card(BUNDLED / name)) for name in bundled_voices()))


def show(card: VoiceCard) -> str:
    """Return a section in Markdown for one card."""
    rows = {
        "licence": card.licence,
        "provenance": card.provenance,
        "limits": card.limits,
        "sound": f"{card.audio.sample_rate:,} Hz",
        "training": figures(card.training),
        "scores": figures(card.scores),
    }
    lines = [f"| {name} | {value} |" for name, value in rows.items() if value]
    return "\n".join([f"## {card.name}", "", card.description, "", "| | |", "|---|---|", *lines])


def figures(values: dict[str, float]) -> str:
    """Return numbers with their names, in one line."""
    return ", ".join(f"{name.replace('_', ' ')} {value:,g}" for name, value in values.items())

"""The voices of this installation, by name. Nothing of a voice is read here, so that help and version stay fast."""

from __future__ import annotations

from pathlib import Path

BUNDLED = Path(__file__).parent / "voices"
DEFAULT = "heart"


def bundled_voices() -> list[str]:
    """List the voices in this installation."""
    return sorted(path.parent.name for path in BUNDLED.glob("*/voice.json"))

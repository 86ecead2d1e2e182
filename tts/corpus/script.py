"""Tell in which script a text is written."""

from __future__ import annotations

import unicodedata
from collections import Counter


def foreign_script(text: str) -> str | None:
    """Return the script of a text that is mostly in another one than Latin, as Unicode names it, such as Cyrillic."""
    letters = [char for char in text if unicodedata.category(char) in ("Lu", "Ll", "Lt", "Lo")]
    scripts = Counter(unicodedata.name(char, "unknown").split()[0] for char in letters)
    script, count = scripts.most_common(1)[0] if scripts else ("LATIN", 0)
    return None if script == "LATIN" or 2 * count <= len(letters) else script.replace("CJK", "Chinese").capitalize()

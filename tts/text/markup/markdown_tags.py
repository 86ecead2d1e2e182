"""A rule of markdown-it for tags and comments of HTML. In strict mode, a tag counts only if it is clear."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

from tts.text.markup.html_tags import CELLS, KNOWN, PARAGRAPHS, SENTENCES, TAG, VOID
from tts.text.regex import regex

_ATTRIBUTES = regex(
    r"""(?:\s+[A-Za-z_:@-][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)|\s+(?:hidden|disabled|checked|open|controls|reversed|nowrap))*\s*/?"""
)
_PARENTS = {
    "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "tr": ("table",), "td": ("tr", "table"), "th": ("tr", "table"),
}  # fmt: skip
"""Elements whose end tags may be missing, and the elements that end them."""
_BLOCKS = PARAGRAPHS | SENTENCES | CELLS
_TAG_NAME = regex(r"</?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])")


def html(state: StateInline, silent: bool) -> bool:
    """A tag of HTML, or a comment. Names in angle brackets that are no elements are text, as in "<your name>"."""
    if state.src.startswith("<!--", state.pos):
        return _comment(state, silent)
    match = TAG.match(state.src, state.pos, state.posMax)
    if match is None or not _is_clear_tag(state, match):
        return False
    if not silent:
        state.push("html_inline", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    if "last_comment_end" not in state.env:
        state.env["last_comment_end"] = state.src.rfind("-->")
    if state.env["last_comment_end"] < state.pos + len("<!--"):
        return False
    if not silent:
        state.push("silent", "", 0)
    state.pos = state.src.index("-->", state.pos + len("<!--")) + len("-->")
    return True


def _is_clear_tag(state: StateInline, match: re.Match[str]) -> bool:
    """Return whether this is a tag. In strict mode, a tag without attributes is one only if its partner or another tag
    is there or it begins a line: "if a <b and c> d" and "the <title> element" have none.
    """
    source, name, attributes = state.src, match["name"].lower(), match["attributes"] or ""
    if name not in KNOWN or not _ATTRIBUTES.fullmatch(attributes):
        return False
    if not state.env["is_strict"] or name in VOID or "=" in attributes:
        return True
    if _begins_tag(source, match.end()) or _ends_tag(source, match.start()):
        return True
    if "tags" not in state.env:
        state.env["tags"] = {found[0].lower() for found in _TAG_NAME.finditer(source)}
    tags = state.env["tags"]
    if f"<{name}" in tags and (f"</{name}" in tags or any(f"</{parent}" in tags for parent in _PARENTS.get(name, ()))):
        return True
    line = source.rfind("\n", 0, match.start()) + 1
    before = source[line : match.start()].rstrip()
    begins = not (before or (line == 0 and state.env["in_line"])) or _ends_tag(before, len(before))
    ends = match["close"] is not None and not source[match.end() : match.end() + 1].strip()
    return name in _BLOCKS and (begins or ends)


def _begins_tag(source: str, position: int) -> bool:
    """Return whether the tag of an element begins at a position."""
    tag = TAG.match(source, position)
    return tag is not None and tag["name"].lower() in KNOWN


def _ends_tag(source: str, position: int) -> bool:
    """Return whether the tag of an element ends at a position."""
    if source[position - 1 : position] != ">":
        return False
    tag = TAG.match(source, source.rfind("<", 0, position), position)
    return tag is not None and tag.end() == position and tag["name"].lower() in KNOWN

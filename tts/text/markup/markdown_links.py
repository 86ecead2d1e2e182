"""Rules of markdown-it for links, images and brackets. In strict mode, a link counts only if it is clear."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it.rules_inline import StateInline

from tts.text.regex import regex

Rule = Callable[[StateInline, bool], bool]

_LINK = regex(r"\[(?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,1000}\]\(\s{0,10}<?[^\s<>]{0,2000}[./#:@?=]")
_BADGE = regex(r"\[!\[[^\[\]]{0,200}\]\([^\s()]{0,1000}\)\]\(")
"""A link whose text is an image."""
_FILE = regex(r"\[(?:[^\[\]\\]|\\.){1,200}\]\([A-Z]{4,20}\)")
"""A link to a file such as LICENSE."""
_LINK_TEXT = regex(r"!?\[(?:[^\[\]\\`<]|\\.|\[[^\[\]\\`<]{0,200}\]){0,1000}\]")
"""The text of a link or an image, up to the bracket that certainly ends it."""
_ADDRESS = regex(r"\(\s*(?:<|[^\s()]*(?:\((?:[^\s()]|\([^\s()]*\))*\)[^\s()]*)*[\s)])")
"""The beginning of an address, with parentheses in it that are at most two deep."""
_REFERENCE_LINK = regex(
    r"(!?\[)((?:[^\[\]\\]|\\.|!\[[^\[\]]{0,200}\]\([^\s()]{0,2000}\)){1,1000})\]\[([^\[\]]{0,200})\]"
)
_WORD = regex(r"[^\W\d_]{2}")
_BRACKETS = regex(r"!?\[(?:!?\[){2,}")
_MARKS = regex(r"\s*\d{1,3}\s*|\^.*|(?i:pause)\b.*")


def take(state: StateInline, end: int) -> bool:
    """Take the source up to `end` as text."""
    state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def link_rule(rule: Rule) -> Rule:
    """Wrap markdown-it's rule for links."""

    def link(state: StateInline, silent: bool) -> bool:
        if not _has_address(state):
            return False
        if state.env["is_strict"]:
            before = state.src[state.pos - 1 : state.pos] if state.pos else ""
            badge = _BADGE.match(state.src, state.pos)
            clear = badge or _LINK.match(state.src, state.pos) or _FILE.match(state.src, state.pos)
            if before.isalnum() or (before == ")" and not badge) or not clear:
                return False
        return rule(state, silent)

    return link


def image_rule(rule: Rule) -> Rule:
    """Wrap markdown-it's rule for images."""

    def image(state: StateInline, silent: bool) -> bool:
        return _has_address(state) and rule(state, silent)

    return image


def _has_address(state: StateInline) -> bool:
    """Return whether the text of a link or an image may end, with an address after it.

    This costs less to tell than what markdown-it finds there.
    """
    if "last_address" not in state.env:
        state.env["last_address"] = state.src.rfind("](")
    if state.env["last_address"] <= state.pos:
        return False
    text = _LINK_TEXT.match(state.src, state.pos, state.posMax)
    return text is None or _ADDRESS.match(state.src, text.end(), state.posMax) is not None


def brackets(state: StateInline, silent: bool) -> bool:
    """Take a row of brackets at once where no link can follow. Each of them would look for its end."""
    if "last_reference" not in state.env:
        state.env["last_reference"] = state.src.rfind("][")
    match = _BRACKETS.match(state.src, state.pos, state.posMax)
    if match is None or _has_address(state) or state.env["last_reference"] > state.pos:
        return False
    if silent:
        state.pos = match.end()
        return True
    return take(state, match.end())


def reference(state: StateInline, silent: bool) -> bool:
    """A link or an image whose address stands elsewhere. Its text is read; "[1][2]" are reference marks."""
    match = _REFERENCE_LINK.match(state.src, state.pos, state.posMax)
    if match is None or silent or _MARKS.fullmatch(match[2]):
        return False
    if _MARKS.fullmatch(match[3] or "x") and not _WORD.search(match[2]):
        return False
    before = state.src[state.pos - 1 : state.pos] if state.pos else ""
    if state.env["is_strict"] and (before.isalnum() or before in (")", "]") or not match[3]):
        return False
    state.env.setdefault("ends", {})[match.end(2)] = match.end()
    state.push("silent", "", 0)
    state.pos = match.start(2)
    return True


def reference_end(state: StateInline, silent: bool) -> bool:
    """Skip the end of a link or an image that `reference` began."""
    end = state.env.get("ends", {}).get(state.pos)
    if silent or end is None:
        return False
    state.push("silent", "", 0)
    state.pos = end
    return True

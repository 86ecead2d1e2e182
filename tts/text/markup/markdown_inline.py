"""Find emphasis, links, code and tags in the text of one block, with markdown-it, and where each of them is.

markdown-it keeps no places inside a block. Each rule is wrapped to note them. In strict mode a sign counts only if it
is clear: a sign in ordinary prose, code or arithmetic stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tts.text.markup.html_tags import CELLS, KNOWN, PARAGRAPHS, SENTENCES, TAG, VOID
from tts.text.markup.tex import TEX, read_tex
from tts.text.regex import regex

Rule = Callable[[StateInline, bool], bool]

_TEX = regex(TEX)
_LINK = regex(r"\[(?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,1000}\]\(\s{0,10}<?[^\s<>]{0,2000}[./#:@?=]")
_REFERENCE_LINK = regex(
    r"(!?\[)((?:[^\[\]\\]|\\.|!\[[^\[\]]{0,200}\]\([^\s()]{0,2000}\)){1,1000})\]\[([^\[\]]{0,200})\]"
)
_WORD = regex(r"[^\W\d_]{2}")
_BRACKETS = regex(r"!?\[(?:!?\[){2,}")
_MARKS = regex(r"\s*\d{1,3}\s*|\^.*|(?i:pause)\b.*")
_ATTRIBUTES = regex(
    r"""(?:\s+[A-Za-z_:@-][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)|\s+(?:hidden|disabled|checked|open|controls|reversed|nowrap))*\s*/?"""
)
_NAME = regex(r"__(?=[a-z]\w*__)|(?<=\w)__(?!\w)")  # of Python, as in __init__
_PATH = regex(r"(?:[A-Za-z]:|\\[^\W_][^\s\\]*|\\)\Z")  # or the beginning of one, before a backslash
_PARENTS = {
    "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "tr": ("table",), "td": ("tr", "table"), "th": ("tr", "table"),
}  # fmt: skip
"""Elements whose end tags may be missing, and the elements that end them."""
_BLOCKS = PARAGRAPHS | SENTENCES | CELLS
_TAG_NAME = regex(r"</?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])")
_TAGS = regex(r"<[^<>]*>")


class Span(NamedTuple):
    """A token, with its place in the text of the block."""

    token: Token
    start: int
    end: int


def parse_inline(text: str, is_strict: bool) -> Iterator[Span]:
    """Yield the tokens of the text of one block in order. Nothing is lost: what is no markup is a token of text."""
    parser = _parser(is_strict)
    state = _PlacedState(text, parser, {"is_strict": is_strict}, [])
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)
    for token in state.tokens:
        if token.type != "silent":
            yield Span(token, *token.meta["span"])


class _PlacedState(StateInline):
    """Gives each token of text its place. Text that is not yet a token always ends at the current position."""

    def pushPending(self) -> Token:  # noqa: N802
        length = len(self.pending)
        token = super().pushPending()
        token.meta = {"span": (self.pos - length, self.pos)}
        return token


@cache
def _parser(is_strict: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable("strikethrough")
    ruler = parser.inline.ruler
    rules = dict(zip(ruler.get_active_rules(), ruler.getRules(""), strict=True))
    ruler.at("newline", _placed("\n", _newline))
    ruler.at("emphasis", _placed("*_", _emphasis(rules["emphasis"])))
    ruler.at("link", _placed("[", _link(rules["link"])))
    ruler.at("image", _placed("!", _image(rules["image"])))
    ruler.at("html_inline", _placed("<", _html))
    ruler.at("escape", _placed("\\", _escape(rules["escape"])))
    ruler.at("backticks", _placed("`", _backticks(rules["backticks"])))
    for name, signs in (("strikethrough", "~"), ("autolink", "<"), ("entity", "&")):
        ruler.at(name, _placed(signs, rules[name]))
    ruler.before("escape", "tex", _placed("$\\", _tex))
    ruler.before("link", "brackets", _placed("![", _brackets))
    ruler.before("link", "reference", _placed("![", _reference))
    ruler.before("link", "reference_end", _placed("]", _reference_end))
    parser.inline.ruler2.disable("fragments_join")
    return parser


def _placed(signs: str, rule: Rule) -> Rule:
    """Wrap a rule that begins with one of the signs, so that its tokens know their place."""

    def placed(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if state.src[start] not in signs:
            return False
        if silent:
            return rule(state, True)
        if state.pending:
            state.pushPending()
        count = len(state.tokens)
        found = rule(state, False)
        added = state.tokens[count:]
        if all(token.type == "text" for token in added):  # signs that may prove to be a pair, token by token
            for token in added:
                token.meta["span"] = (start, start + len(token.content))
                start += len(token.content)
        for token in added:
            token.meta.setdefault("span", (start, state.pos))
        return found

    return placed


def _newline(state: StateInline, silent: bool) -> bool:
    position = state.pos
    state.pos += 1
    if not silent:
        state.push("hardbreak" if state.src[:position].endswith("  ") else "softbreak", "br", 0)
    return True


def _emphasis(rule: Rule) -> Rule:
    """No emphasis begins or ends inside a number or, in strict mode, inside a word: "2**3 + 4**5", "a*b + c*d"."""

    def emphasis(state: StateInline, silent: bool) -> bool:
        start = end = state.pos
        source = state.src
        while end < len(source) and source[end] == source[start]:
            end += 1
        around = source[start - 1 : start], source[end : end + 1]
        inside = all(side.isalnum() for side in around)
        if state.env["is_strict"] and _NAME.match(source, start):
            return False if silent else _take(state, end)
        if inside and (state.env["is_strict"] or any(side.isdigit() for side in around)):
            return False if silent else _take(state, end)
        return rule(state, silent)

    return emphasis


def _take(state: StateInline, end: int) -> bool:
    """Take the source up to `end` as text."""
    state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def _link(rule: Rule) -> Rule:
    def link(state: StateInline, silent: bool) -> bool:
        if not _has_address(state):
            return False
        if state.env["is_strict"]:
            before = state.src[state.pos - 1 : state.pos] if state.pos else ""
            if before.isalnum() or before == ")" or not _LINK.match(state.src, state.pos):
                return False
        return rule(state, silent)

    return link


def _image(rule: Rule) -> Rule:
    def image(state: StateInline, silent: bool) -> bool:
        return _has_address(state) and rule(state, silent)

    return image


def _has_address(state: StateInline) -> bool:
    """Return whether the address of a link follows somewhere, which costs less to tell than the text of the link."""
    if "last_address" not in state.env:
        state.env["last_address"] = state.src.rfind("](")
    return bool(state.env["last_address"] > state.pos)


def _brackets(state: StateInline, silent: bool) -> bool:
    """Take a row of brackets at once where no link can follow. Each of them would look for its end."""
    if "last_reference" not in state.env:
        state.env["last_reference"] = state.src.rfind("][")
    match = _BRACKETS.match(state.src, state.pos, state.posMax)
    if match is None or _has_address(state) or state.env["last_reference"] > state.pos:
        return False
    if silent:
        state.pos = match.end()
        return True
    return _take(state, match.end())


def _reference(state: StateInline, silent: bool) -> bool:
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


def _reference_end(state: StateInline, silent: bool) -> bool:
    end = state.env.get("ends", {}).get(state.pos)
    if silent or end is None:
        return False
    state.push("silent", "", 0)
    state.pos = end
    return True


def _html(state: StateInline, silent: bool) -> bool:
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
    """Return whether this is a tag. In strict mode, a tag without attributes is one only if its partner is there or it
    begins a line: "if a <b and c> d" and "the <title> element" have none.
    """
    name, attributes = match["name"].lower(), match["attributes"] or ""
    if name not in KNOWN or not _ATTRIBUTES.fullmatch(attributes):
        return False
    if not state.env["is_strict"] or name in VOID or "=" in attributes:
        return True
    if "tags" not in state.env:
        state.env["tags"] = {found[0].lower() for found in _TAG_NAME.finditer(state.src)}
    tags = state.env["tags"]
    if f"<{name}" in tags and (f"</{name}" in tags or any(f"</{parent}" in tags for parent in _PARENTS.get(name, ()))):
        return True
    line_start = state.src.rfind("\n", 0, match.start()) + 1
    begins = not _TAGS.sub("", state.src[line_start : match.start()]).strip()
    ends = match["close"] is not None and not state.src[match.end() : match.end() + 1].strip()
    return name in _BLOCKS and (begins or ends)


def _escape(rule: Rule) -> Rule:
    """A backslash in a path is text: "C:\\data\\_new"."""

    def escape(state: StateInline, silent: bool) -> bool:
        if state.env["is_strict"] and _PATH.search(state.src, max(0, state.pos - 200), state.pos):
            return False
        return rule(state, silent)

    return escape


def _backticks(rule: Rule) -> Rule:
    """Backticks inside words are apostrophes: "it`s John`s"."""

    def backticks(state: StateInline, silent: bool) -> bool:
        if state.env["is_strict"] and state.pos and state.src[state.pos - 1].isalnum():
            return False
        return rule(state, silent)

    return backticks


def _tex(state: StateInline, silent: bool) -> bool:
    """A formula stays text, which the writer interprets: underscores and backslashes in it are no Markdown."""
    match = _TEX.match(state.src, state.pos, state.posMax)
    if match is None or read_tex(match, 0) is None:
        return False
    if silent:
        state.pos = match.end()
        return True
    return _take(state, match.end())

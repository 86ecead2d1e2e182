"""Find emphasis, links, code and tags in the text of one block, with markdown-it, and where each of them is.

markdown-it keeps no places inside a block. Each rule is wrapped to note them. In strict mode a sign counts only if it
is clear: a sign in ordinary prose, code or arithmetic stays text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from tts.text.markup.markdown_links import Rule, brackets, image_rule, link_rule, reference, reference_end, take
from tts.text.markup.markdown_tags import html
from tts.text.markup.tex import TEX, read_tex
from tts.text.regex import regex

_TEX = regex(TEX)
_NAME = regex(r"__(?=[a-z]\w*__)|(?<=\w)__(?!\w)")  # of Python, as in __init__
_PATH = regex(r"(?:[A-Za-z]:|\\[^\W_][^\s\\]*|\\)\Z")  # or the beginning of one, before a backslash


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
    ruler.at("link", _placed("[", link_rule(rules["link"])))
    ruler.at("image", _placed("!", image_rule(rules["image"])))
    ruler.at("html_inline", _placed("<", html))
    ruler.at("escape", _placed("\\", _escape(rules["escape"])))
    ruler.at("backticks", _placed("`", _backticks(rules["backticks"])))
    for name, signs in (("strikethrough", "~"), ("autolink", "<"), ("entity", "&")):
        ruler.at(name, _placed(signs, rules[name]))
    ruler.before("escape", "tex", _placed("$\\", _tex))
    ruler.before("link", "brackets", _placed("![", brackets))
    ruler.before("link", "reference", _placed("![", reference))
    ruler.before("link", "reference_end", _placed("]", reference_end))
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
            return False if silent else take(state, end)
        if inside and (state.env["is_strict"] or any(side.isdigit() for side in around)):
            return False if silent else take(state, end)
        return rule(state, silent)

    return emphasis


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
    return take(state, match.end())

"""Find emphasis, links, code and tags in the text of one block, with markdown-it, and where each of them is.

markdown-it keeps no places inside a block. Each rule is wrapped to note them. In strict mode a sign counts only if it
is clear: a sign in ordinary prose, code or arithmetic stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def parse_inline(text: str, is_strict: bool, in_line: bool = False) -> Iterator[Span]:
    """Yield the tokens of the text of one block in order. Nothing is lost: what is no markup is a token of text."""
    parser = _parser(is_strict)
    state = _PlacedState(text, parser, {"is_strict": is_strict, "in_line": in_line}, [])
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)
    yield from _join_text(Span(token, *token.meta["span"]) for token in state.tokens if token.type != "silent")


def _join_text(spans: Iterable[Span]) -> Iterator[Span]:
    """Join the tokens of text that follow each other. Each sign that might be markup is a token of its own."""
    run: list[Span] = []
    for span in spans:
        is_literal = span.token.type == "text" and len(span.token.content) == span.end - span.start
        if run and not (is_literal and run[-1].end == span.start):
            yield _as_one(run)
            run = []
        if is_literal:
            run.append(span)
        else:
            yield span
    if run:
        yield _as_one(run)


def _as_one(run: Sequence[Span]) -> Span:
    first = run[0]
    first.token.content = "".join(span.token.content for span in run)
    return Span(first.token, first.start, run[-1].end)


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
    known = dict(zip(ruler.get_active_rules(), ruler.getRules(""), strict=True))
    ruler.push("signs", _by_sign(_rules(known)))
    ruler.enableOnly(["text", "signs"])
    parser.inline.ruler2.disable("fragments_join")
    return parser


def _rules(known: Mapping[str, Rule]) -> Sequence[tuple[str, Rule]]:
    """Return the rules in order, each with the signs that it begins with. `known`: markdown-it's rules."""
    return (
        ("\n", _newline),
        ("$\\", _tex),
        ("\\", _escape(known["escape"])),
        ("`", _backticks(known["backticks"])),
        ("~", known["strikethrough"]),
        ("*_", _emphasis(known["emphasis"])),
        ("![", brackets),
        ("![", reference),
        ("]", reference_end),
        ("[", link_rule(known["link"])),
        ("!", image_rule(known["image"])),
        ("<", known["autolink"]),
        ("<", html),
        ("&", known["entity"]),
    )


def _by_sign(rules: Sequence[tuple[str, Rule]]) -> Rule:
    """Return one rule that tries the rules of the sign at the current position.

    markdown-it tries every rule at every sign, which takes most of its time in a text of many signs.
    """
    table = {sign: [rule for signs, rule in rules if sign in signs] for sign in "".join(signs for signs, _ in rules)}

    def by_sign(state: StateInline, silent: bool) -> bool:
        return any(_place(rule, state, silent) for rule in table.get(state.src[state.pos], ()))

    return by_sign


def _place(rule: Rule, state: StateInline, silent: bool) -> bool:
    """Run a rule, and note the places of its tokens."""
    if silent:
        return rule(state, True)
    if state.pending:
        state.pushPending()
    start, count = state.pos, len(state.tokens)
    found = rule(state, False)
    added = state.tokens[count:]
    if all(token.type == "text" for token in added):  # signs that may prove to be a pair, token by token
        for token in added:
            token.meta["span"] = (start, start + len(token.content))
            start += len(token.content)
    for token in added:
        token.meta.setdefault("span", (start, state.pos))
    return found


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

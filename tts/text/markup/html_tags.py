"""HTML tags: find them in a text, and read their attributes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

# html.parser reads single tags here, and does not search for them: its search takes quadratic time for tags without an
# end in Python 3.10 to 3.13. selectolax and lxml do not tell where in the source an element is.
TAG = re.compile(
    r"""<(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9:_-]{0,40})(?P<attributes>[\s/][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*)?>"""
)
"""A whole tag. Quoted values may contain angle brackets."""
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""A character reference."""

PARAGRAPHS = frozenset(
    """p div h1 h2 h3 h4 h5 h6 blockquote section article header footer main nav aside figure figcaption table caption
    ul ol dl pre hr form fieldset details summary address body html dialog hgroup search legend center""".split()
)
"""Elements that are paragraphs of their own."""
SENTENCES = frozenset("li dt dd tr option optgroup".split())
"""Elements that are sentences of their own."""
CELLS = frozenset("td th".split())
EMPHASES = frozenset("em strong b i mark".split())
SILENT = frozenset("head script style template svg noscript iframe object rt rp annotation annotation-xml".split())
"""Elements whose content is not read."""
RAW = frozenset("script style".split())
"""Elements whose content is no markup."""
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
"""Elements without content."""
_PHRASES = frozenset(
    """a abbr acronym address area audio base bdi bdo big button canvas cite code col colgroup data datalist del dfn
    embed font input ins kbd label link map meta meter output param picture progress q ruby s samp select small source
    span strike sub sup textarea tbody tfoot thead time title track tt u var video wbr br img math""".split()
)
KNOWN = PARAGRAPHS | SENTENCES | CELLS | EMPHASES | SILENT | VOID | _PHRASES
"""Names of HTML's elements."""


class Tag(NamedTuple):
    """A start tag or an end tag in the source."""

    name: str
    is_end: bool
    source: str
    start: int
    end: int

    def attributes(self) -> dict[str, str]:
        """Return the attributes; the value of an attribute without one is empty."""
        reader = _AttributeReader()
        reader.feed(self.source)
        return reader.attributes


def read_tag(match: re.Match[str], start: int) -> Tag:
    """Return the tag that matches `TAG` in a text that begins at `start` of the source."""
    return Tag(match["name"].lower(), match["close"] is not None, match[0], start + match.start(), start + match.end())


class _AttributeReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.attributes: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes = {name: value or "" for name, value in attrs}

    handle_startendtag = handle_starttag

"""At a number, all rules that can read it are tried, and few others."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.text.normalize.table import read_table
from tts.text.normalize import quantities

_PIECES = st.sampled_from(
    "0 1 2 5 12 31 99 357 555 1984 2000 101101 , . : / - — ' \" $ £ € ¢ % ‰ ° + * × x X ÷ · = ^ ² ( ) s st th pm a.m. "
    "k m M bn zł EUR km km/h sq.ft in. lb F °C h min BC A.D. St. Elm March of million caliber thousand 10⁻³ ⁻³".split()
)
NUMBERS = st.lists(st.one_of(_PIECES, _PIECES, st.just(" ")), max_size=12).map("".join)


def left_out(text: str) -> list[str]:
    """Return the classes of rules that would match the text but are not tried."""
    return [
        rule.semiotic
        for position in range(len(text))
        if quantities._START.match(text, position)
        for rule in set(quantities.RULES) - set(quantities._rules_at(text, position))
        if (match := rule.pattern.match(text, position)) and rule.verbalize(match)
    ]


@settings(max_examples=150, deadline=None)
@given(NUMBERS)
def test_no_rule_that_reads_something_is_left_out(text: str) -> None:
    assert left_out(text) == []


def test_no_rule_that_reads_something_in_the_table_is_left_out() -> None:
    assert [pair.written for pair in read_table() if left_out(pair.written)] == []


def test_a_plain_number_is_spared_most_rules() -> None:
    assert len(quantities._rules_at("1-1-1", 0)) < len(quantities.RULES) / 2

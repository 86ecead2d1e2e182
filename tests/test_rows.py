"""The check of a table names every row that fails."""

from __future__ import annotations

import pytest

from tests.rows import check_each


def test_every_row_that_fails_is_named_with_its_error() -> None:
    checked = []

    def check(number: int) -> None:
        checked.append(number)
        assert 6 // number == 3

    with pytest.raises(AssertionError) as caught:
        check_each([2, 3, 0, 2], check)
    assert checked == [2, 3, 0, 2]
    message = str(caught.value)
    assert message.startswith("2 of 4 rows fail:\n3: AssertionError: assert (6 // 3) == 3")
    assert "\n0: ZeroDivisionError: " in message
    assert "\n2: " not in message


def test_a_table_without_rows_fails() -> None:
    with pytest.raises(AssertionError):
        check_each([], lambda row: None)


def test_a_table_whose_rows_pass_passes() -> None:
    check_each("ab", lambda row: None)

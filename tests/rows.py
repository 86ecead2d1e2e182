"""Check the rows of a table in one test: as thousands of tests they would take longer to count than to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")


def check_each(rows: Iterable[Row], check: Callable[[Row], None]) -> None:
    """Check every row, also after one that fails. Fail with all rows that do, each with its error."""
    failures, n_rows = [], 0
    for row in rows:
        n_rows += 1
        try:
            check(row)
        except Exception as error:
            failures.append(f"{row!r}: {type(error).__name__}: {error}")
    assert n_rows > 0
    assert not failures, f"{len(failures)} of {n_rows} rows fail:\n" + "\n".join(failures)

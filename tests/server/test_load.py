"""Short runs of the load test and the fuzz test in `scripts/checks`."""

from __future__ import annotations

import asyncio

import pytest
from fuzz_server import fuzz
from load_server import SENTENCES, expected, load
from serving import Served


@pytest.mark.parametrize("clients", [1, 16])
def test_nothing_is_lost_or_mixed_up(server: Served, clients: int) -> None:
    tally = asyncio.run(load(server.url, clients, 2, expected(SENTENCES[:12])))
    assert len(tally.first_audio) >= clients
    assert (tally.refused, tally.lost, tally.wrong) == (0, 0, 0)


def test_odd_requests_do_no_harm(server: Served) -> None:
    assert len(asyncio.run(fuzz(server, 300, 1, report=lambda line: None))) == 10

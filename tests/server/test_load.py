"""Short runs of the load test and the fuzz test in `scripts/checks`."""

from __future__ import annotations

import asyncio

import pytest
from fuzz_server import fuzz
from load_server import FORMS, MOST_MEMORY, PAUSES, SENTENCES, expected, load, memory_of_requests, talk
from serving import Served


@pytest.mark.parametrize("clients", [1, 16])
def test_nothing_is_lost_or_mixed_up(server: Served, clients: int) -> None:
    truth = expected(SENTENCES[:12])
    tally = asyncio.run(load(server.url, clients, 0.5, truth))
    assert len(tally.first_audio) >= clients
    assert (tally.refused, tally.lost, tally.wrong) == (0, 0, 0)
    asyncio.run(talk(server.url, clients, 0.5, truth, tally))
    assert len(tally.after_text) >= clients
    assert min(tally.after_text) > 0
    assert tally.wrong == 0
    assert tally.row(clients, 1.0).count("|") == 13


def test_odd_requests_do_no_harm(server: Served) -> None:
    assert len(asyncio.run(fuzz(server, 100, 1, report=lambda line: None))) == 10


def test_a_request_for_half_an_hour_of_sound_takes_little_memory(server: Served) -> None:
    """Base64 of the whole file in one JSON object took 627 MiB."""
    forms = [(path, fields) for path, fields in FORMS if path.endswith("timestamps")][:1]
    ((_, size, memory),) = memory_of_requests(server, 2, forms)
    assert len(PAUSES) < 500
    assert size > 2 * 90  # the answers were whole
    assert memory < MOST_MEMORY

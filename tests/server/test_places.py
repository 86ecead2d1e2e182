"""Places are shared: one address cannot take them all, and the address with the fewest is next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tts.server.places import NoPlaceError, Places, share_key


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))  # type: ignore[arg-type]


async def refusal(places: Places, client: str | None, seconds: float = 5.0) -> str:
    with pytest.raises(NoPlaceError) as caught:
        await places.take(client, seconds)
    return caught.value.reason


def test_one_address_leaves_places_for_the_others() -> None:
    async def test() -> None:
        places = Places(16)
        for _ in range(12):
            await places.take("greedy", 5)
        assert await refusal(places, "greedy") == "share"
        for other in "abcd":
            await places.take(other, 5)
        assert await refusal(places, "e") == "full"
        assert (places.n_taken, dict(places.refused)) == (16, {"share": 1, "full": 1})

    run(test)


def test_one_address_leaves_room_in_the_queue() -> None:
    async def test() -> None:
        places = Places(4, 8)
        for _ in range(3):
            await places.take("greedy", 5)
        greedy = [asyncio.ensure_future(places.take("greedy", 5)) for _ in range(6)]
        await asyncio.sleep(0)
        assert await refusal(places, "greedy") == "share"
        await places.take("modest", 5)  # the last place is not for the one that waits
        later = asyncio.ensure_future(places.take("modest", 5))
        await asyncio.sleep(0)
        assert places.n_waiting == 7
        places.release("greedy")
        await asyncio.wait([later], timeout=5)
        assert later.done()  # it has one place, the greedy one has two
        for task in greedy:
            task.cancel()
        await asyncio.gather(*greedy, return_exceptions=True)
        assert places.n_waiting == 0

    run(test)


def test_a_place_given_to_one_who_leaves_at_that_moment_is_not_lost() -> None:
    async def test() -> None:
        places = Places(1, 4)
        await places.take("a", 5)
        leaving = asyncio.ensure_future(places.take("b", 5))
        staying = asyncio.ensure_future(places.take("c", 5))
        await asyncio.sleep(0)
        places.release("a")
        leaving.cancel()
        await asyncio.wait([leaving, staying], timeout=5)
        assert leaving.cancelled()
        assert staying.done()
        assert (places.n_taken, places.n_waiting) == (1, 0)

    run(test)


def test_waiting_has_an_end() -> None:
    async def test() -> None:
        places = Places(1, 1)
        await places.take(None, 5)
        assert await refusal(places, None, 0.01) == "late"
        places.release(None)
        assert (places.n_taken, places.n_waiting) == (0, 0)

    run(test)


def test_a_unix_socket_is_not_limited() -> None:
    async def test() -> None:
        places = Places(4)
        for _ in range(4):
            places.take_at_once(None)
        with pytest.raises(NoPlaceError, match="full"):
            places.take_at_once("a")

    run(test)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", None),
        (None, None),
    ],
)
def test_a_client_of_ipv6_is_its_network(host: str | None, key: str | None) -> None:
    assert share_key(host) == key

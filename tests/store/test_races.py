"""What two clients do at the same moment, over a real Valkey; all trials in `make soak`."""

import asyncio
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from characters.errors import CharacterChanged, RosterFull, UnknownCharacter
from characters.model import Character
from characters.store.characters import CharacterStore
from tests.soak import trials

USER, LIMIT = 7, 5


@pytest.mark.soak
async def test_a_deleted_character_is_not_brought_back_by_one_who_activates_it(
    valkey: Redis,
) -> None:
    store, other = CharacterStore(valkey), CharacterStore(valkey)
    for _ in range(trials(100, 10_000)):
        ana = await store.create(USER, Character.new("Ana", ""), LIMIT)

        async def activate(char_id: str = ana.char_id) -> None:
            with suppress(UnknownCharacter, CharacterChanged):
                await other.activate(USER, char_id)

        async def delete(char_id: str = ana.char_id) -> bool:
            with suppress(CharacterChanged):
                await store.delete(USER, char_id)
                return True
            return False

        _, deleted = await asyncio.gather(activate(), delete())
        if deleted:
            assert await store.get(USER, ana.char_id) is None
        else:
            await store.erase(USER, ana.char_id)
    await store.forget(USER)


@pytest.mark.soak
async def test_creations_at_once_never_pass_the_limit(valkey: Redis) -> None:
    stores = [CharacterStore(valkey) for _ in range(8)]

    async def create(store: CharacterStore) -> bool:
        with suppress(RosterFull):
            await store.create(USER, Character.new("Ana", ""), LIMIT)
            return True
        return False

    for _ in range(trials(10, 500)):
        created = await asyncio.gather(*map(create, stores))
        assert sum(created) == LIMIT
        assert await valkey.hlen(f"game:characters:{USER}") == LIMIT
        await stores[0].forget(USER)

"""What players, imports and a main bot do to one user's characters at the same moment."""

import asyncio
import random
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from characters.errors import CharacterError
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.transfer.exporter import CollectionFormat
from characters.transfer.plan import Plan
from tests.soak import trials
from tests.transfer.imports import USER, exported, planned, run

LIMIT = 4


@pytest.fixture
def others(valkey: Redis, assets: FolderAssets) -> list[Registry]:
    """The same characters as other processes see them, and a low limit."""
    return [Registry(CharacterStore(valkey), assets, roster_limit=LIMIT) for _ in range(3)]


async def some_steps() -> None:
    for _ in range(random.randrange(12)):
        await asyncio.sleep(0)


async def ids(valkey: Redis, kind: str) -> set[bytes]:
    return set(await valkey.hkeys(f"game:{kind}:{USER}"))


@pytest.mark.soak
async def test_erasing_beside_delete_and_undo_answers_what_it_did(
    others: list[Registry], assets: FolderAssets, valkey: Redis
) -> None:
    player, twice, main_bot = others

    async def delete_and_undo(registry: Registry, char_id: str) -> None:
        with suppress(CharacterError):
            await some_steps()
            await registry.delete(USER, char_id)
            await some_steps()
            await registry.restore(USER, char_id)

    async def erase(char_id: str) -> bool:
        await some_steps()
        return await main_bot.erase(USER, char_id)

    for _ in range(trials(30, 4_000)):
        portrait = await assets.save(b"portrait", b"thumbnail")
        char_id = (await player.create(USER, "Ana", "", portrait)).char_id
        _, _, erased = await asyncio.gather(
            delete_and_undo(player, char_id), delete_and_undo(twice, char_id), erase(char_id)
        )
        roster, trash = await ids(valkey, "characters"), await ids(valkey, "trash")
        assert erased == (char_id.encode() not in roster | trash)
        assert not roster & trash
        assert await assets.read(portrait.path) == [None if erased else b"portrait"]
        await valkey.delete(f"game:characters:{USER}", f"game:trash:{USER}")


@pytest.mark.soak
async def test_an_import_twice_beside_create_and_delete_leaves_each_id_in_one_place(
    others: list[Registry], valkey: Redis
) -> None:
    archives = [
        await exported(others[0], [Character.new(f"n{n}", "") for n in range(3)], form)
        for form in (CollectionFormat.ARCHIVE, CollectionFormat.TUPPERBOX)
    ]
    contents = [part.data for (part,) in archives]

    async def import_(registry: Registry, plan: Plan) -> None:
        await asyncio.sleep(random.random() / 100)
        await run(registry, plan)

    async def delete_and_restore(registry: Registry) -> None:
        for _ in range(5):
            await asyncio.sleep(random.random() / 200)
            with suppress(CharacterError):
                for each in (await registry.trash(USER))[2:]:
                    await registry.restore(USER, each.char_id)
                for each in (await registry.roster(USER)).characters[:2]:
                    await registry.delete(USER, each.char_id)

    async def create(registry: Registry) -> None:
        for _ in range(3):
            with suppress(CharacterError):
                await some_steps()
                await registry.create(USER, "Ana")

    for number in range(trials(8, 500)):
        plans = [await planned(each, contents[number % len(contents)]) for each in others[:2]]
        await asyncio.gather(
            *map(import_, others, plans),
            create(others[2]),
            delete_and_restore(others[2]),
        )
        roster, trash = await ids(valkey, "characters"), await ids(valkey, "trash")
        assert len(roster) <= LIMIT
        assert not roster & trash
        await valkey.delete(f"game:characters:{USER}", f"game:trash:{USER}")


async def test_a_creation_that_comes_late_leaves_a_deleted_character_in_the_trash(
    registry: Registry, valkey: Redis
) -> None:
    """Its first answer was lost, and the player has seen and deleted the character since."""
    store = CharacterStore(valkey)
    ana = await store.create(USER, Character.new("Ana", ""), LIMIT)
    await registry.delete(USER, ana.char_id)
    with pytest.raises(CharacterError, match="in the trash"):
        await store.create(USER, ana, LIMIT)
    assert not await ids(valkey, "characters")
    assert await registry.restore(USER, ana.char_id) == ana

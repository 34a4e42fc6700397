"""What other programs' files said of a character lies in a key of its own, within limits."""

import json
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store import characters as store
from characters.store.client import StoreClient
from characters.transfer.exporter import CollectionFormat
from characters.transfer.formats.losses import LossKind
from tests.transfer.imports import USER, exported, foreign, imported, planned, tuppers

KEY = f"game:foreign:{USER}"


def member(name: str, size: int = 10) -> dict[str, Any]:
    return {"name": name, "brackets": ["[", "]"], "note": "x" * size}


async def test_it_is_no_part_of_the_record_and_comes_back_in_an_export(
    registry: Registry, valkey: Redis
) -> None:
    (ana,) = (await imported(registry, tuppers(member("Ana")))).created
    assert await foreign(registry, ana) == {"tupperbox": {"brackets": ["[", "]"], "note": "x" * 10}}
    record = await valkey.hget(f"game:characters:{USER}", ana.char_id)
    assert record
    assert b"brackets" not in record
    (file,) = await exported(registry, [ana], CollectionFormat.TUPPERBOX)
    assert json.loads(file.data)["tuppers"][0]["note"] == "x" * 10


async def test_a_deleted_character_keeps_it_until_it_can_not_be_restored_any_more(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ana,) = (await imported(registry, tuppers(member("Ana")))).created
    await registry.delete(USER, ana.char_id)
    restored = await registry.restore(USER, ana.char_id)
    assert await foreign(registry, restored)
    await registry.delete(USER, ana.char_id)
    monkeypatch.setattr(store, "TRASH_ENTRIES", 1)
    bob = await registry.create(USER, "Bob")
    await registry.delete(USER, bob.char_id)
    assert await foreign(registry, ana) is None


async def test_erasing_and_forgetting_remove_it(registry: Registry, valkey: Redis) -> None:
    data = tuppers(member("Ana"), member("Bob"))
    ana, _ = (await imported(registry, data)).created
    await registry.erase(USER, ana.char_id)
    assert await valkey.hlen(KEY) == 1
    await registry.forget(USER)
    assert await valkey.exists(KEY) == 0


async def test_the_sweep_removes_it_with_trash_that_has_ended(
    registry: Registry, valkey: Redis, assets: FolderAssets
) -> None:
    data = tuppers(member("Ana"), member("Bob"))
    ana, bob = (await imported(registry, data)).created
    await registry.delete(USER, ana.char_id)
    await valkey.delete(f"game:trash:{USER}")  # as Redis does after seven days
    await sweep(Workspace(StoreClient(valkey), assets, None))
    assert await valkey.hkeys(KEY) == [bob.char_id.encode()]


async def test_a_player_has_four_mib_of_it_and_what_is_left_out_is_said(
    registry: Registry, valkey: Redis
) -> None:
    data = tuppers(*[member(f"Ana {number}", 200_000) for number in range(30)])
    plan = await planned(registry, data)
    losses = [loss for step in plan.steps for loss in step.portable.losses]
    assert [(loss.kind, loss.what) for loss in losses] == [(LossKind.TOO_LARGE, "foreign")] * 10
    outcome = await imported(registry, data)
    assert len(outcome.created) == 30
    kept = await valkey.hvals(KEY)
    assert len(kept) == 20
    assert sum(map(len, kept)) <= store.FOREIGN_BYTES


async def test_two_imports_at_once_never_pass_the_limit(
    registry: Registry, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store itself counts the bytes, since each import has planned with the same room."""
    monkeypatch.setattr(store, "FOREIGN_BYTES", 1000)
    for name in ("Ana", "Bob"):
        await imported(registry, tuppers(member(name, 400)))
    (cleo,) = (await imported(registry, tuppers(member("Cleo", 600)))).created
    assert await foreign(registry, cleo) is None
    assert await valkey.hlen(KEY) == 2


async def test_a_field_of_that_name_in_another_programs_record_stays(
    registry: Registry, valkey: Redis
) -> None:
    ana = await registry.create(USER, "Ana")
    theirs = ana.with_fields(foreign={"their": "own"})
    await valkey.hset(f"game:characters:{USER}", ana.char_id, theirs.to_json())
    await imported(registry, tuppers(member("Ana")), update=True)
    assert (await registry.get(USER, ana.char_id)).record["foreign"] == {"their": "own"}

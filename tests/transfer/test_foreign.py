"""What other programs' files said of a character lies in a key of its own, within limits."""

import json
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store import limits
from characters.store.client import StoreClient
from characters.transfer.exporter import CollectionFormat
from characters.transfer.formats.losses import Loss, LossKind
from tests.limits import SetLimit
from tests.transfer.imports import (
    OTHER,
    USER,
    exported,
    fates,
    foreign,
    imported,
    planned,
    run,
    tuppers,
)

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
    registry: Registry, set_limit: SetLimit
) -> None:
    (ana,) = (await imported(registry, tuppers(member("Ana")))).created
    await registry.delete(USER, ana.char_id)
    restored = await registry.restore(USER, ana.char_id)
    assert await foreign(registry, restored)
    await registry.delete(USER, ana.char_id)
    set_limit("TRASH_ENTRIES", 1)
    bob = await registry.create(USER, "Bob")
    await registry.delete(USER, bob.char_id)
    assert await foreign(registry, ana) == {}


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
    assert [loss.kind for loss in losses] == [LossKind.NO_ROOM] * 10
    outcome = await imported(registry, data)
    assert len(outcome.created) == 30
    kept = await valkey.hvals(KEY)
    assert len(kept) == 20
    assert sum(map(len, kept)) <= limits.FOREIGN_BYTES


async def test_two_imports_at_once_never_pass_the_limit_and_say_so(
    registry: Registry, valkey: Redis, set_limit: SetLimit
) -> None:
    """The store itself counts the bytes, since each import has planned with the same room."""
    set_limit("FOREIGN_BYTES", 1000)
    plans = [await planned(registry, tuppers(member(name, 600))) for name in ("Ana", "Bob")]
    first, second = [await run(registry, plan) for plan in plans]
    assert (len(first.created), first.losses) == (1, [])
    assert (len(second.created), second.losses) == (1, [Loss(LossKind.NO_ROOM, "Bob")])
    assert await valkey.hlen(KEY) == 1


async def test_an_update_without_room_leaves_what_is_there_and_says_so(
    registry: Registry, set_limit: SetLimit
) -> None:
    set_limit("FOREIGN_BYTES", 1000)
    (ana, _) = (await imported(registry, tuppers(member("Ana", 300), member("Bob", 300)))).created
    before = await foreign(registry, ana)
    larger = tuppers({**member("Ana", 900), "description": "Tall."})
    (step,) = (await planned(registry, larger)).steps
    assert (step.fate, step.portable.losses) == ("changed", (Loss(LossKind.NO_ROOM, "Ana"),))
    outcome = await imported(registry, larger, update=True)
    assert [each.description for each in outcome.updated] == ["Tall."]
    assert outcome.losses == [Loss(LossKind.NO_ROOM, "Ana")]
    assert await foreign(registry, ana) == before
    assert fates(await planned(registry, larger)) == ["same"]


async def test_an_update_whose_room_is_taken_meanwhile_leaves_what_is_there_and_says_so(
    registry: Registry, set_limit: SetLimit
) -> None:
    set_limit("FOREIGN_BYTES", 1000)
    (ana,) = (await imported(registry, tuppers(member("Ana", 300)))).created
    before = await foreign(registry, ana)
    plan = await planned(registry, tuppers(member("Ana", 600)), update=True)
    await imported(registry, tuppers(member("Bob", 300)))
    outcome = await run(registry, plan)
    assert (len(outcome.updated), outcome.losses) == (1, [Loss(LossKind.NO_ROOM, "Ana")])
    assert await foreign(registry, ana) == before


async def test_two_updates_at_once_keep_what_each_file_says(registry: Registry) -> None:
    (ana,) = (await imported(registry, tuppers({"name": "Ana"}))).created
    card = json.dumps({"data": {"name": "Ana", "description": "", "scenario": "At sea."}})
    plans = [
        await planned(registry, data, update=True)
        for data in (tuppers(member("Ana")), card.encode())
    ]
    for plan in plans:
        assert len((await run(registry, plan)).updated) == 1
    assert set(await foreign(registry, ana)) == {"tupperbox", "card"}


async def test_corrupt_data_is_skipped_and_stays(
    registry: Registry, valkey: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    data = tuppers(member("Ana"), member("Bob"))
    ana, bob = (await imported(registry, data)).created
    await valkey.hset(KEY, ana.char_id, b"{")
    (file,) = await exported(registry, [ana, bob], CollectionFormat.TUPPERBOX)
    assert [each.get("note") for each in json.loads(file.data)["tuppers"]] == [None, "x" * 10]
    assert fates(await planned(registry, data)) == ["changed", "same"]
    assert await valkey.hget(KEY, ana.char_id) == b"{"
    assert "Skipping corrupt foreign data" in caplog.text


@pytest.mark.parametrize("form", [*CollectionFormat])
async def test_a_field_of_that_name_in_another_programs_record_is_a_field_like_any_other(
    registry: Registry, valkey: Redis, form: CollectionFormat
) -> None:
    (ana,) = (await imported(registry, tuppers(member("Ana")))).created
    theirs = ana.with_fields(foreign={"their": "own"})
    await valkey.hset(f"game:characters:{USER}", ana.char_id, theirs.to_json())
    await imported(registry, tuppers({**member("Ana"), "note": "new"}), update=True)
    (ana,) = (await registry.roster(USER)).characters
    assert ana.record["foreign"] == {"their": "own"}
    (file,) = await exported(registry, [ana], form)
    (again,) = (await imported(registry, file.data, OTHER)).created
    assert "foreign" not in again.record
    kept = await valkey.hget(f"game:foreign:{OTHER}", again.char_id)
    if form is CollectionFormat.PLURALKIT:
        assert kept is None
    else:
        assert json.loads(kept or b"") == {"tupperbox": {"brackets": ["[", "]"], "note": "new"}}

"""What an import does, over a real Valkey and real files."""

import asyncio
import json
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from characters.errors import ImportFailed, NotAnImage, StorageUnavailable, UnusableLink
from characters.maintenance.sweep import sweep
from characters.maintenance.workspace import Workspace
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests import images, player_input
from tests.limits import SetLimit
from tests.player_input import changes
from tests.transfer.imports import (
    LINKS,
    OTHER,
    USER,
    archive,
    fates,
    fetch,
    files,
    foreign,
    imported,
    names,
    pixels,
    planned,
    run,
    tuppers,
    with_portrait,
)


async def test_an_import_says_how_far_it_is(registry: Registry) -> None:
    plan = await planned(registry, tuppers(*({"name": f"n{number}"} for number in range(30))))
    steps = registry.importer.run(USER, plan, fetch)
    seen = [(step.done, step.total) async for step in steps]
    assert seen == [(number, 30) for number in range(31)]
    assert await names(registry) == [f"n{number}" for number in range(30)]


async def test_a_dead_link_or_a_refused_image_loses_only_the_portrait(
    registry: Registry, assets: FolderAssets
) -> None:
    links = (
        "https://example.org/a.png",
        "https://example.org/text",
        "https://example.org/gone",
        "ftp:x",
        None,
    )
    outcome = await imported(
        registry, tuppers(*({"name": f"n{n}", "avatar_url": link} for n, link in enumerate(links)))
    )
    assert len(outcome.created) == 5
    reasons = {each.name: type(each.reason) for each in outcome.without_portrait}
    assert reasons == {"n1": NotAnImage, "n2": UnusableLink, "n3": UnusableLink}
    assert files(assets) == 2
    assert outcome.failures == []


async def test_a_portrait_that_failed_comes_with_the_next_update(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tuppers({"name": "Ana", "avatar_url": "https://example.org/late.png"})
    await imported(registry, data)
    assert fates(await planned(registry, data)) == ["changed"]
    monkeypatch.setitem(LINKS, "https://example.org/late.png", images.png())
    (ana,) = (await imported(registry, data, update=True)).updated
    assert await registry.portraits.portrait(ana)
    assert fates(await planned(registry, data)) == ["same"]


async def test_the_active_character_stays(registry: Registry, valkey: Redis) -> None:
    ana = await registry.create(USER, "Ana")
    await valkey.delete(
        f"game:active_char:{USER}"
    )  # the most recently used one is, and the newcomers are newer
    await imported(registry, tuppers({"name": "Bob"}, {"name": "Cid"}))
    assert await registry.active(USER) == ana
    assert (await registry.roster(USER)).active_id == ana.char_id


async def test_a_player_without_characters_plays_the_one_that_was_played_last(
    registry: Registry,
) -> None:
    await registry.create(OTHER, "Zed")
    await registry.create(OTHER, "Yan")
    data = await archive(registry, *reversed((await registry.roster(OTHER)).characters))
    await imported(registry, data)
    active = await registry.active(USER)
    assert active
    assert active.name == "Yan"


async def test_importing_twice_even_at_once_is_harmless(
    registry: Registry, assets: FolderAssets
) -> None:
    data = tuppers(
        *(
            {"name": f"n{number % 2}", "avatar_url": "https://example.org/a.png"}
            for number in range(4)
        )
    )
    plans = [await planned(registry, data) for _ in range(3)]
    await asyncio.gather(*(run(registry, plan) for plan in plans))
    roster = await registry.roster(USER)
    assert len(roster.characters) == 4
    assert files(assets) == 8
    assert all([await registry.portraits.portrait(each) for each in roster.characters])
    assert fates(await planned(registry, data)) == ["same"] * 4
    outcome = await imported(registry, data, update=True)
    assert (len(outcome.unchanged), outcome.created, outcome.updated, files(assets)) == (
        4,
        [],
        [],
        8,
    )


async def test_an_import_can_be_stopped_and_started_again(registry: Registry) -> None:
    data = tuppers(
        *({"name": f"n{number}", "avatar_url": "https://example.org/a.png"} for number in range(12))
    )
    progress = registry.importer.run(USER, await planned(registry, data), fetch)
    async for step in progress:
        if step.done == 3:
            break
    await progress.aclose()
    assert 3 <= len(await names(registry)) < 12
    await imported(registry, data)
    assert len(await names(registry)) == 12
    assert all(
        [
            await registry.portraits.portrait(each)
            for each in (await registry.roster(USER)).characters
        ]
    )


async def test_an_update_keeps_what_the_file_does_not_know(
    registry: Registry, valkey: Redis
) -> None:
    await imported(registry, tuppers({"name": "Ana", "tag": "x"}))
    (ana,) = (await registry.roster(USER)).characters
    await valkey.hset(
        f"game:characters:{USER}", ana.char_id, ana.with_fields(theirs=[], last_used=5.0).to_json()
    )
    card = {"data": {"name": "ana", "description": "Tall.", "tags": ["kind"]}}
    (changed,) = (await imported(registry, json.dumps(card).encode(), update=True)).updated
    assert (changed.char_id, changed.name, changed.description, changed.last_used) == (
        ana.char_id,
        "ana",
        "Tall.",
        5.0,
    )
    assert changed.record["theirs"] == []
    assert await foreign(registry, changed) == {
        "tupperbox": {"tag": "x"},
        "card": {"data": {"tags": ["kind"]}},
    }


async def test_an_update_replaces_the_portrait_and_the_trash_keeps_the_old_one(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry, "Ana", images.png(color="blue"))
    blue = await pixels(registry, ana)
    data = tuppers(
        {"name": "Ana", "description": "Ana.", "avatar_url": "https://example.org/a.png"}
    )
    (changed,) = (await imported(registry, data, update=True)).updated
    assert changed.image_path != ana.image_path
    assert images.decode(await registry.portraits.portrait(changed) or b"").getpixel((0, 0)) == (
        255,
        0,
        0,
    )
    assert fates(await planned(registry, data)) == ["same"]
    (earlier,) = await registry.trash(USER)
    assert earlier.image_path == ana.image_path
    assert files(assets) == 4
    await sweep(Workspace(registry.importer._store.client, assets), force=True)
    restored = await registry.restore(USER, earlier.char_id)
    assert await pixels(registry, restored) == blue


async def test_portraits_of_earlier_versions_go_when_the_trash_has_no_more_room(
    registry: Registry, assets: FolderAssets, monkeypatch: pytest.MonkeyPatch, set_limit: SetLimit
) -> None:
    set_limit("TRASH_ENTRIES", 1)
    await with_portrait(registry, "Ana", images.png(color="blue"))
    for url in ("https://example.org/a.png", "https://example.org/b.png"):
        monkeypatch.setitem(LINKS, url, images.png())
        data = tuppers({"name": "Ana", "description": "Ana.", "avatar_url": url})
        await imported(registry, data, update=True)
    assert len(await registry.trash(USER)) == 1
    assert files(assets) == 4


async def test_what_changed_since_the_plan_is_not_overwritten(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await registry.create(USER, "Ana")
    data = tuppers(
        {"name": "Ana", "description": "Tall.", "avatar_url": "https://example.org/a.png"}
    )
    plan = await planned(registry, data, update=True)
    edited = (await registry.save(USER, changes(ana, "Ana", "Mine."), player_input.fetch)).character
    outcome = await run(registry, plan)
    assert outcome.updated == []
    assert [each.name for each in outcome.failures] == ["Ana"]
    assert await registry.get(USER, ana.char_id) == edited
    assert files(assets) == 0


async def test_a_store_that_fails_is_named_for_each_character(
    valkey: Redis, assets: FolderAssets
) -> None:
    registry = Registry(CharacterStore(valkey, deadline=0.5), assets)
    plan = await planned(registry, tuppers({"name": "Ana"}, {"name": "Bob"}))
    await valkey.config_set("maxmemory", 1)
    outcome = await run(registry, plan)
    await valkey.config_set("maxmemory", 0)
    assert {each.name for each in outcome.failures} == {"Ana", "Bob"}
    assert all(isinstance(each.reason, StorageUnavailable) for each in outcome.failures)
    assert (await imported(registry, tuppers({"name": "Ana"}, {"name": "Bob"}))).failures == []


async def test_an_empty_description_of_another_program_replaces_none(registry: Registry) -> None:
    zed = await registry.create(USER, "Zed", "A long story.")
    outcome = await imported(
        registry, tuppers({"name": "Zed", "description": None, "tag": "t"}), update=True
    )
    assert outcome.updated
    assert (await registry.get(USER, zed.char_id)).description == "A long story."


async def test_a_player_without_characters_plays_the_first_of_the_file(registry: Registry) -> None:
    await imported(registry, tuppers(*({"name": f"T{number}"} for number in range(6))))
    active = await registry.active(USER)
    assert active
    assert active.name == "T0"


async def test_a_character_that_could_not_be_created_does_not_become_active(
    registry: Registry, valkey: Redis
) -> None:
    plan = await planned(registry, tuppers({"name": "T0"}, {"name": "T1"}))
    steps = [
        replace(plan.steps[0], portable=replace(plan.steps[0].portable, fields={"x": object()})),
        plan.steps[1],
    ]
    outcome = await run(registry, replace(plan, steps=steps))
    assert [failure.name for failure in outcome.failures] == ["T0"]
    assert isinstance(outcome.failures[0].reason, ImportFailed)
    marked = await valkey.get(f"game:active_char:{USER}")
    assert marked is None or await valkey.hexists(f"game:characters:{USER}", marked)
    active = await registry.active(USER)
    assert active
    assert active.name == "T1"

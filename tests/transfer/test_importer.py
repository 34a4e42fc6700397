"""An import: what it would do, and what it does, over a real Valkey and real files."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.errors import UnusableLink
from characters.model import Character
from characters.portraits.assets import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.drafts import Draft
from characters.transfer.exporter import CardFormat, CollectionFormat, export_all, export_card
from characters.transfer.formats.portable import Failure
from characters.transfer.importer import ImportRunning, Outcome
from characters.transfer.plan import Fate, Plan
from tests import images

USER, OTHER = 42, 43
LINKS = {"https://example.org/a.png": images.png(), "https://example.org/text": b"hello"}


async def fetch(url: str) -> bytes:
    if url not in LINKS:
        raise UnusableLink("Nobody answers behind that link.")
    return LINKS[url]


def tuppers(*members: dict[str, Any]) -> bytes:
    return json.dumps({"tuppers": members}).encode()


async def planned(
    registry: Registry, data: bytes, user_id: int = USER, *, update: bool = False
) -> Plan:
    return await registry.importer.plan(user_id, await registry.importer.read(data), update=update)


async def run(registry: Registry, plan: Plan, user_id: int = USER) -> Outcome:
    outcome = Outcome()
    async for _, _, each in registry.importer.run(user_id, plan, fetch):
        outcome = each
    return outcome


async def imported(
    registry: Registry, data: bytes, user_id: int = USER, *, update: bool = False
) -> Outcome:
    return await run(registry, await planned(registry, data, user_id, update=update), user_id)


async def with_portrait(registry: Registry, name: str, image: bytes) -> Character:
    async def source() -> bytes:
        return image

    portrait, refusal = await registry.portraits.keep(source)
    assert refusal is None
    return await registry.create(USER, name, f"{name}.", portrait)


async def names(registry: Registry, user_id: int = USER) -> list[str]:
    return [each.name for each in (await registry.roster(user_id)).characters]


def fates(plan: Plan) -> list[str]:
    return [step.fate.value for step in plan.steps]


def files(assets: FolderAssets) -> int:
    return len(list(assets.root.glob("*")))


async def pixels(registry: Registry, character: Character) -> Any:
    image = images.decode(await registry.portraits.portrait(character) or b"")
    return image.mode, image.size, image.tobytes()


async def archive(registry: Registry, *characters: Character) -> bytes:
    (part,) = [
        each async for each in export_all(registry.portraits, characters, CollectionFormat.ARCHIVE)
    ]
    return part.file.data


async def test_a_plan_says_what_would_happen_and_changes_nothing(
    registry: Registry, assets: FolderAssets
) -> None:
    registry.importer._limit = 3
    await imported(registry, tuppers({"name": "Ana"}, {"name": "Bob"}))
    before = await registry.roster(USER)
    data = tuppers(
        {"name": "Ana"},
        {"name": "BOB", "tag": 1},
        {"name": "\u200b"},
        {"name": "Cid"},
        {"name": "Dan"},
        {},
    )
    plan = await planned(registry, data)
    assert fates(plan) == ["same", "changed", "skipped", "new", "over"]
    assert "can't be seen" in plan.of(Fate.SKIPPED)[0].reason
    assert [each.name for each in plan.failures] == ["number 6"]
    assert await registry.roster(USER) == before
    assert files(assets) == 0
    outcome = await run(registry, plan)
    assert [each.name for each in outcome.created] == ["Cid"]
    assert [each.name for each in outcome.unchanged] == ["Ana"]
    assert [each.name for each in outcome.left] == ["Bob"]
    assert {each.name for each in outcome.failures} == {"\u200b", "Dan", "number 6"}


async def test_a_description_that_is_too_long_is_skipped_by_name(registry: Registry) -> None:
    (step,) = (await planned(registry, tuppers({"name": "Ana", "description": "x" * 20_001}))).steps
    assert step.fate is Fate.SKIPPED
    assert "20,001" in step.reason


async def test_an_import_says_how_far_it_is(registry: Registry) -> None:
    plan = await planned(registry, tuppers(*({"name": f"n{number}"} for number in range(30))))
    seen = [(done, total) async for done, total, _ in registry.importer.run(USER, plan, fetch)]
    assert seen == [(number, 30) for number in range(31)]
    assert await names(registry) == [f"n{number}" for number in range(30)]


async def test_a_dead_link_or_a_refused_image_costs_only_the_portrait(
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
    assert sorted(each.name for each in outcome.portraits) == ["n1", "n2", "n3"]
    assert Failure("n2", "Nobody answers behind that link.") in outcome.portraits
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


async def test_who_had_nobody_plays_who_was_played_last(registry: Registry) -> None:
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


async def test_an_import_can_be_given_up_and_taken_up_again(registry: Registry) -> None:
    data = tuppers(
        *({"name": f"n{number}", "avatar_url": "https://example.org/a.png"} for number in range(12))
    )
    progress = registry.importer.run(USER, await planned(registry, data), fetch)
    async for done, _, _ in progress:
        if done == 3:
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
    card = {"data": {"name": "ana", "description": "Tall.", "personality": "Kind."}}
    (changed,) = (await imported(registry, json.dumps(card).encode(), update=True)).updated
    assert (changed.char_id, changed.name, changed.description, changed.last_used) == (
        ana.char_id,
        "ana",
        "Tall.",
        5.0,
    )
    assert changed.record["theirs"] == []
    assert changed.record["foreign"] == {
        "tupperbox": {"tag": "x"},
        "card": {"data": {"personality": "Kind."}},
    }


async def test_an_update_replaces_the_portrait_and_removes_the_old_one(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry, "Ana", images.png(color="blue"))
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
    assert files(assets) == 2
    assert fates(await planned(registry, data)) == ["same"]


async def test_a_portrait_that_the_player_changed_since_differs_from_the_file(
    registry: Registry,
) -> None:
    data = tuppers({"name": "Ana", "avatar_url": "https://example.org/a.png"})
    (ana,) = (await imported(registry, data)).created
    await registry.edit(USER, Draft(ana.char_id, ana.version, ana.name, remove_portrait=True))
    assert fates(await planned(registry, data)) == ["changed"]


async def test_what_changed_since_the_plan_is_not_overwritten(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await registry.create(USER, "Ana")
    data = tuppers(
        {"name": "Ana", "description": "Tall.", "avatar_url": "https://example.org/a.png"}
    )
    plan = await planned(registry, data, update=True)
    edited = await registry.edit(USER, Draft(ana.char_id, ana.version, "Ana", "Mine."))
    outcome = await run(registry, plan)
    assert outcome.updated == []
    assert [each.name for each in outcome.failures] == ["Ana"]
    assert await registry.get(USER, ana.char_id) == edited
    assert files(assets) == 0


async def test_a_plan_for_thousands_is_made_in_seconds(registry: Registry) -> None:
    contents = await registry.importer.read(tuppers(*[{"name": "Ana"}] * 9000))
    plan = await asyncio.wait_for(registry.importer.plan(USER, contents), 5)
    assert (len(plan.of(Fate.NEW)), len(plan.of(Fate.OVER))) == (100, 8900)
    assert len({step.char_id for step in plan.steps}) == 9000


async def test_of_several_namesakes_none_is_overwritten(registry: Registry) -> None:
    await registry.create(USER, "Ana", "one")
    await registry.create(USER, "ana", "two")
    (step,) = (await planned(registry, tuppers({"name": "Ana"}), update=True)).steps
    assert step.fate is Fate.SKIPPED
    assert "2 characters" in step.reason


async def test_a_backup_is_equal_and_nothing_to_do_where_it_came_from(
    registry: Registry, assets: FolderAssets
) -> None:
    ana = await with_portrait(registry, "Ana", images.jpeg((300, 200)))
    bob = await registry.create(USER, "Bob")
    data = await archive(registry, ana, bob)
    assert fates(await planned(registry, data)) == ["same", "same"]
    await registry.forget(USER)
    assert files(assets) == 0
    outcome = await imported(registry, data)
    assert {each.char_id for each in outcome.created} == {ana.char_id, bob.char_id}
    for before in (ana, bob):
        after = await registry.get(USER, before.char_id)
        pictures = {"image_path", "image_url", "image_source"}
        assert {k: v for k, v in after.record.items() if k not in pictures} == {
            k: v for k, v in before.record.items() if k not in pictures
        }
    assert fates(await planned(registry, data)) == ["same", "same"]


async def test_a_deleted_character_comes_back_beside_the_one_in_the_trash(
    registry: Registry,
) -> None:
    ana = await registry.create(USER, "Ana")
    data = await archive(registry, ana)
    await registry.delete(USER, ana.char_id)
    (again,) = (await imported(registry, data)).created
    assert again.char_id != ana.char_id
    assert await registry.restore(USER, ana.char_id) == ana
    assert fates(await planned(registry, data)) == ["same"]


@pytest.mark.parametrize("form", ["archive", "charx", "png"])
@pytest.mark.parametrize(
    "image",
    [
        pytest.param(images.encode(images.noise((90, 60)), "JPEG"), id="JPEG"),
        pytest.param(images.encode(images.noise((60, 60), "RGBA"), "PNG"), id="PNG with alpha"),
        pytest.param(
            images.encode(images.noise((60, 60), "RGBA"), "WEBP", quality=50),
            id="lossy WebP with alpha",
        ),
    ],
)
async def test_a_portrait_has_every_pixel_after_a_round_trip(
    registry: Registry, form: str, image: bytes
) -> None:
    ana = await with_portrait(registry, "Ana", image)
    if form == "archive":
        data = await archive(registry, ana)
    else:
        data = (await export_card(registry.portraits, ana, CardFormat(form))).file.data
    assert fates(await planned(registry, data)) == ["same"]
    (again,) = (await imported(registry, data, OTHER)).created
    assert await pixels(registry, again) == await pixels(registry, ana)
    assert (again.created_at, again.last_used) == (ana.created_at, ana.last_used)


async def test_a_store_that_fails_is_named_for_each_character(
    valkey: Redis, assets: FolderAssets
) -> None:
    registry = Registry(CharacterStore(valkey, deadline=0.5), assets)
    plan = await planned(registry, tuppers({"name": "Ana"}, {"name": "Bob"}))
    await valkey.config_set("maxmemory", 1)
    outcome = await run(registry, plan)
    await valkey.config_set("maxmemory", 0)
    assert [(each.name, "storage" in each.reason) for each in outcome.failures] == [
        ("Ana", True),
        ("Bob", True),
    ]
    assert (await imported(registry, tuppers({"name": "Ana"}, {"name": "Bob"}))).failures == []


async def test_another_programs_empty_description_erases_none(registry: Registry) -> None:
    zed = await registry.create(USER, "Zed", "A long story.")
    outcome = await imported(
        registry, tuppers({"name": "Zed", "description": None, "tag": "t"}), update=True
    )
    assert outcome.updated
    assert (await registry.get(USER, zed.char_id)).description == "A long story."


async def test_of_two_with_one_name_each_is_taken_for_itself(registry: Registry) -> None:
    a, b = {"name": "Zed", "description": "a"}, {"name": "Zed", "description": "b"}
    await imported(registry, tuppers(b))
    plan = await planned(registry, tuppers(a, b))
    assert [(step.fate, step.portable.description) for step in plan.steps] == [
        ("new", "a"),
        ("same", "b"),
    ]


async def test_the_first_of_the_file_is_played_by_who_had_nobody(registry: Registry) -> None:
    await imported(registry, tuppers(*({"name": f"T{number}"} for number in range(6))))
    active = await registry.active(USER)
    assert active
    assert active.name == "T0"


async def test_who_could_not_be_made_is_not_marked(registry: Registry, valkey: Redis) -> None:
    plan = await planned(registry, tuppers({"name": "T0"}, {"name": "T1"}))
    steps = [
        plan.steps[0]._replace(portable=replace(plan.steps[0].portable, fields={"x": object()})),
        plan.steps[1],
    ]
    outcome = await run(registry, plan._replace(steps=steps))
    assert [failure.name for failure in outcome.failures] == ["T0"]
    assert "Something went wrong on my side" in outcome.failures[0].reason
    marked = await valkey.get(f"game:active_char:{USER}")
    assert marked is None or await valkey.hexists(f"game:characters:{USER}", marked)
    active = await registry.active(USER)
    assert active
    assert active.name == "T1"


async def test_a_field_may_have_any_name(registry: Registry) -> None:
    zed = await registry.create(USER, "Zed", "A.")
    exported = await export_card(
        registry.portraits, zed.with_fields(self=1, change=2), CardFormat.JSON
    )
    outcome = await imported(registry, exported.file.data, update=True)
    assert outcome.failures == []
    assert (await registry.get(USER, zed.char_id)).record["self"] == 1


async def test_the_plan_has_another_signature_where_it_would_do_something_else(
    registry: Registry,
) -> None:
    zed = await registry.create(USER, "Zed", "A.")
    file = tuppers({"name": "Zed", "description": "B."}, {"name": "Yan"})
    first = await planned(registry, file)
    await registry.activate(USER, zed.char_id)
    assert (await planned(registry, file)).signature == first.signature
    assert (await planned(registry, file, update=True)).signature == first.signature
    await registry.create(USER, "Yan")
    assert (await planned(registry, file)).signature != first.signature


async def test_one_file_of_a_user_at_a_time(registry: Registry) -> None:
    async with registry.importer.turn(USER):
        with pytest.raises(ImportRunning):
            async with registry.importer.turn(USER):
                pass
        with pytest.raises(ImportRunning):
            await registry.forget(USER)
        async with registry.importer.turn(USER + 1):
            pass
    await registry.forget(USER)

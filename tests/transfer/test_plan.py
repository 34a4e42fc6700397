"""Plans: what an import would do."""

import asyncio

from characters.errors import AmbiguousName, DescriptionTooLong, InvalidName
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.transfer.plan import Fate
from tests import player_input
from tests.player_input import changes
from tests.transfer.imports import (
    USER,
    fates,
    files,
    imported,
    planned,
    run,
    tuppers,
)


async def test_a_plan_says_what_would_happen_and_changes_nothing(
    registry: Registry, assets: FolderAssets
) -> None:
    registry.importer._roster_limit = 3
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
    assert fates(plan) == ["same", "changed", "skipped", "new", "no room"]
    failure = plan.of(Fate.SKIPPED)[0].failure
    assert failure
    assert isinstance(failure.reason, InvalidName)
    assert [each.number for each in plan.failures] == [6]
    assert await registry.roster(USER) == before
    assert files(assets) == 0
    outcome = await run(registry, plan)
    assert [each.name for each in outcome.created] == ["Cid"]
    assert [each.name for each in outcome.unchanged] == ["Ana"]
    assert [each.name for each in outcome.left] == ["Bob"]
    assert {each.name for each in outcome.failures} == {"\u200b", "Dan", ""}


async def test_a_description_that_is_too_long_is_skipped_by_name(registry: Registry) -> None:
    (step,) = (await planned(registry, tuppers({"name": "Ana", "description": "x" * 20_001}))).steps
    assert step.fate is Fate.SKIPPED
    assert step.failure
    assert isinstance(step.failure.reason, DescriptionTooLong)
    assert step.failure.reason.length == 20_001


async def test_a_portrait_that_the_player_changed_since_differs_from_the_file(
    registry: Registry,
) -> None:
    data = tuppers({"name": "Ana", "avatar_url": "https://example.org/a.png"})
    (ana,) = (await imported(registry, data)).created
    await registry.save(USER, changes(ana, remove_portrait=True), player_input.fetch)
    assert fates(await planned(registry, data)) == ["changed"]


async def test_a_plan_for_thousands_is_made_in_seconds(registry: Registry) -> None:
    contents = await registry.importer.read(tuppers(*[{"name": "Ana"}] * 4000))
    plan = await asyncio.wait_for(registry.importer.plan(USER, contents), 5)
    assert (len(plan.of(Fate.NEW)), len(plan.of(Fate.NO_ROOM))) == (100, 3900)
    assert len({step.char_id for step in plan.steps}) == 4000


async def test_of_several_characters_with_the_name_none_is_overwritten(registry: Registry) -> None:
    await registry.create(USER, "Ana", "one")
    await registry.create(USER, "ana", "two")
    (step,) = (await planned(registry, tuppers({"name": "Ana"}), update=True)).steps
    assert step.fate is Fate.SKIPPED
    assert step.failure
    assert isinstance(step.failure.reason, AmbiguousName)
    assert step.failure.reason.count == 2


async def test_two_characters_of_one_name_match_by_their_ids(registry: Registry) -> None:
    a, b = {"name": "Zed", "description": "a"}, {"name": "Zed", "description": "b"}
    await imported(registry, tuppers(b))
    plan = await planned(registry, tuppers(a, b))
    assert [(step.fate, step.portable.description) for step in plan.steps] == [
        ("new", "a"),
        ("same", "b"),
    ]


async def test_the_signature_changes_if_the_plan_would_do_something_else(
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

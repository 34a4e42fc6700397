"""Plans: what an import would do."""

import asyncio
import json

import pytest

from characters.errors import AmbiguousName, InvalidName
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.transfer.formats.losses import Loss, LossKind
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


@pytest.mark.parametrize(
    ("name", "mended"),
    [
        ("Ve\u200bra", "Vera"),
        ("Vera\u202e", "Vera"),
        ("x" * 80 + "y", "x" * 80),
        ("x" * 5000, "x" * 80),
        ("x" * 79 + " yz", "x" * 79),
        ("Z\u0300\u0301\u0302\u0303", "Z\u0300\u0301"),
        ("A\ud800B", "AB"),
    ],
)
async def test_a_name_with_a_symbol_too_much_is_mended_and_said(
    registry: Registry, name: str, mended: str
) -> None:
    plan = await planned(registry, tuppers({"name": name}))
    (step,) = plan.steps
    assert (step.fate, step.portable.name) == (Fate.NEW, mended)
    assert step.portable.losses == (Loss(LossKind.NAME_CHANGED, mended, what=name[:80]),)
    await run(registry, plan)
    (again,) = (await planned(registry, tuppers({"name": name}))).steps
    assert again.fate is Fate.SAME


async def test_a_name_without_a_visible_symbol_is_skipped(registry: Registry) -> None:
    (step,) = (await planned(registry, tuppers({"name": "\u200b\u200b"}))).steps
    assert step.fate is Fate.SKIPPED


async def test_a_description_that_is_too_long_is_shortened_and_said(registry: Registry) -> None:
    fits, long = "x" * 20_000, "x" * 20_001
    steps = (
        await planned(
            registry,
            tuppers({"name": "Ana", "description": fits}, {"name": "Bob", "description": long}),
        )
    ).steps
    assert [step.portable.description for step in steps] == [fits, fits]
    assert [step.portable.losses for step in steps] == [
        (),
        (Loss(LossKind.SHORTENED, "Bob", count=20_001),),
    ]


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


async def test_a_plan_of_a_file_from_the_future_stays_the_same(registry: Registry) -> None:
    data = tuppers({"name": "Ana", "created_at": "2990-01-01T00:00:00Z"})
    first, second = [await planned(registry, data) for _ in range(2)]
    assert first.signature == second.signature


def system(*members: dict[str, object]) -> bytes:
    return json.dumps({"version": 2, "switches": [], "members": members}).encode()


async def test_a_later_export_finds_its_members_by_their_ids(registry: Registry) -> None:
    twins = [{"id": "aaaaa", "name": "Twin"}, {"id": "bbbbb", "name": "Twin"}]
    solo = {"id": "ccccc", "name": "Solo"}
    await imported(registry, system(*twins, solo))
    (mine,) = [each for each in (await registry.roster(USER)).characters if each.name == "Solo"]
    await registry.save(USER, changes(mine, "Renamed"), player_input.fetch)
    later = system(*({**each, "message_count": 7} for each in (*twins, solo)))
    steps = (await planned(registry, later, update=True)).steps
    assert [step.fate for step in steps] == [Fate.CHANGED] * 3
    assert len({step.char_id for step in steps}) == 3
    assert steps[2].char_id == mine.char_id

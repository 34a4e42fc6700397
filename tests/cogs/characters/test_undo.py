"""What an edit replaced comes back: at once, and from the trash."""

from typing import Any

import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.registry import Registry
from tests import images
from tests.cogs.characters.test_contexts import assert_fits
from tests.people import Press, answer, at_once, buttons, menu, pictures, press_everything, read

UNDO = "Undo this change"


async def edit(ana: Any, channel: Any, name: str, **fields: Any) -> Any:
    shown = await ana.slash(channel, "character edit", name=name)
    return await ana.submit_modal(shown, {"name": name, **fields})


@pytest.mark.parametrize("restart", [False, True])
async def test_undo_brings_name_description_and_portrait_back_into_the_same_character(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, *, restart: bool
) -> None:
    await ana.slash(
        channel,
        "character create",
        name="Zed",
        description="Tall.",
        portrait=("a.png", images.png((30, 20))),
    )
    before = await registry.active(ana.id)
    assert before
    shown = await ana.slash(channel, "character edit", name="Zed")
    edited = await ana.submit_modal(
        shown, {"name": "Zedd", "description": "Small.", "shown": ["remove"]}
    )
    assert "Undo or `/character restore` brings back" in read(edited)
    assert not pictures(answer(edited))
    if restart:
        await world.restart_bot(CharacterBot(registry, shard_count=1))
    undone = await ana.click(answer(edited).message, label=UNDO)
    assert "## Zed\n" in f"{read(undone)}\n"
    assert "Tall." in read(undone)
    assert pictures(answer(undone))
    assert answer(undone).id == answer(edited).id
    assert (await registry.roster(ana.id)).characters == [before]
    assert UNDO not in buttons(answer(undone))


async def test_an_undo_pressed_twice_undoes_once(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    edited = answer(await edit(ana, channel, "Zed", description="Small."))
    press = Press(ana, edited, buttons(edited)[UNDO]["custom_id"])
    await at_once(world, press, press)
    assert "Tall." in read(edited)
    (zed,) = (await registry.roster(ana.id)).characters
    assert zed.description == "Tall."


async def test_an_undo_after_another_edit_says_where_the_versions_are(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    first = answer(await edit(ana, channel, "Zed", description="Small."))
    await edit(ana, channel, "Zed", description="Huge.")
    told = await ana.click(first.message, label=UNDO)
    assert "was changed again since then. `/character restore`" in read(told)
    active = await registry.active(ana.id)
    assert active
    assert active.description == "Huge."


async def test_an_undo_of_a_deleted_character_says_so(
    ana: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed", "Tall.")
    edited = answer(await edit(ana, channel, "Zed", description="Small."))
    await registry.delete(ana.id, zed.char_id)
    assert "can't be undone any more" in read(await ana.click(edited.message, label=UNDO))


async def test_nobody_else_can_undo(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    edited = answer(await edit(ana, channel, "Zed", description="Small."))
    answers = await press_everything(bob, world.bot.get_channel(channel.id), edited)
    assert "belong to somebody else" in answers["undo-edit"]


async def test_saving_without_a_change_and_a_new_character_offer_no_undo(
    ana: Any, channel: Any, registry: Registry
) -> None:
    created = await ana.slash(channel, "character create", name="Zed", description="Tall.")
    same = await edit(ana, channel, "Zed", description="Tall.")
    for each in (created, same):
        assert UNDO not in buttons(answer(each))
    assert await registry.trash(ana.id) == []


async def test_the_trash_says_what_it_was_before_and_brings_it_back_into_its_character(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await ana.slash(
        channel, "character create", name="Zed", portrait=("a.png", images.png((30, 20)))
    )
    await edit(ana, channel, "Zed", description="Tall.", shown=["remove"])
    shown = await ana.slash(channel, "character edit", name="Zed")
    await ana.submit_modal(
        shown,
        {"name": "Zedd", "description": "Small.", "portrait": ("b.png", images.png((9, 9)))},
    )
    trash = answer(await ana.slash(channel, "character restore"))
    lines = [line.split(" · until")[0] for line in read(trash).splitlines()]
    assert lines[:4] == [
        "## Your trash",
        "### Before a change",
        r"1. **Zed** · before an edit · now **Zedd** · without a portrait · “Tall\.”",
        "2. **Zed** · before an edit · now **Zedd** · another portrait",
    ]
    options = {each["label"]: each for each in menu(trash)["options"]}
    assert options["1. Zed"]["description"] == "before an edit · Tall."
    back = await ana.select(trash.message, [options["2. Zed"]["value"]])
    assert pictures(answer(back))
    (zed,) = (await registry.roster(ana.id)).characters
    assert (zed.name, zed.description) == ("Zed", "")
    trash = answer(await ana.slash(channel, "character restore"))
    assert "1. **Zedd** · before a restore · now **Zed**" in read(trash)


async def test_two_deleted_of_one_name_are_told_apart_and_stand_before_versions(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Yan", "Old.")
    for text in ("A witch.", "A cat."):
        luna = await registry.create(ana.id, "Luna", text)
        await registry.delete(ana.id, luna.char_id)
    await edit(ana, channel, "Yan", description="New.")
    trash = answer(await ana.slash(channel, "character restore"))
    described = [(each["label"], each["description"]) for each in menu(trash)["options"]]
    assert described == [
        ("1. Luna", "A cat."),
        ("2. Luna", "A witch."),
        ("3. Yan", "before an edit · Old."),
    ]
    assert read(trash).index("### Deleted") < read(trash).index("### Before a change")


async def test_the_longest_lines_of_the_trash_fit(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for number in range(10):
        name = f"{number}{'*' * 79}"
        await registry.create(ana.id, name, "*a" * 2000)
        await ana.slash(channel, "character show", name=name)
        shown = await ana.slash(channel, "character edit", name=name)
        await ana.submit_modal(shown, {"name": f"x{number}{'*' * 78}", "description": "b" * 99})
    trash = answer(await ana.slash(channel, "character restore"))
    assert_fits(trash)
    assert len(menu(trash)["options"]) == 10


async def test_a_name_twice_is_said(ana: Any, channel: Any) -> None:
    twice = "You have another character called “Zed”"
    created = await ana.slash(channel, "character create", name="ZED")
    assert twice not in read(created)
    assert twice in read(await ana.slash(channel, "character create", name="Zed"))
    yan = await ana.slash(channel, "character create", name="Yan")
    assert twice not in read(yan)
    shown = await ana.slash(channel, "character edit", name="Yan")
    assert twice in read(await ana.submit_modal(shown, {"name": "Zed"}))


async def test_a_version_that_is_gone_is_told(
    ana: Any, channel: Any, registry: Registry, valkey: Redis
) -> None:
    await registry.create(ana.id, "Zed")
    form = await ana.slash(channel, "character edit", name="Zed")
    edited = answer(await ana.submit_modal(form, {"name": "Zedd"}))
    await valkey.delete(f"game:trash:{ana.id}")
    told = await ana.click(edited.message, label="Undo this change")
    assert "can't be undone any more" in read(told)
    assert (await registry.roster(ana.id)).characters[0].name == "Zedd"

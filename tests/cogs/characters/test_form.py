"""Forms and drafts, as players use them in a simulated Discord."""

from typing import Any

import aiohttp
import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.registry import Registry
from tests import images
from tests.operator import files
from tests.people import answer, buttons, pictures, press_everything, read

BLANK = "\u2800"  # a name that can't be seen is refused
TYPED = {"name": BLANK, "description": "Line one\n**Line** two"}


def fields(shown: Any) -> dict[str, dict[str, Any]]:
    """The inputs of an open form, by their custom_id."""
    inputs = (label["component"] for label in shown.modal["components"] if "component" in label)
    return {field["custom_id"]: field for field in inputs}


async def active(registry: Registry, player: Any) -> Any:
    return await registry.active(player.id)


# -- edit ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["command", "button"])
async def test_edit_opens_a_form_filled_with_what_is_there(
    ana: Any, channel: Any, registry: Registry, way: str
) -> None:
    await registry.create(ana.id, "Zed", "Tall.\nThin.")
    if way == "command":
        shown = await ana.slash(channel, "character edit", name="zed")
    else:
        sheet = answer(await ana.slash(channel, "character show"))
        shown = await ana.click(sheet.message, label="Edit")
    assert shown.modal["title"] == "Edit Zed"
    assert fields(shown)["name"]["value"] == "Zed"
    assert fields(shown)["description"]["value"] == "Tall.\nThin."
    assert "shown" not in fields(shown)  # the menu for a portrait that is there
    result = await ana.submit_modal(shown, {"name": "Zedd", "description": "Small."})
    assert "## Zedd" in read(result)
    assert "Small." in read(result)
    assert (await active(registry, ana)).name == "Zedd"


async def test_a_new_portrait_replaces_the_old_one(
    ana: Any, channel: Any, registry: Registry, assets: Any
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    shown = await ana.slash(channel, "character edit", name="Zed")
    result = await ana.submit_modal(
        shown, {"name": "Zed", "portrait": ("b.png", images.png((30, 20)))}
    )
    assert pictures(answer(result))
    assert images.decode(
        await registry.portraits.portrait(await active(registry, ana)) or b""
    ).size == (30, 20)
    assert len(files(assets.root)) == 4  # the trash keeps the old one


async def test_a_choice_removes_the_portrait(
    ana: Any, channel: Any, registry: Registry, assets: Any
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    shown = await ana.slash(channel, "character edit", name="Zed")
    result = await ana.submit_modal(shown, {"name": "Zed", "shown": ["remove"]})
    assert not pictures(answer(result))
    assert (await active(registry, ana)).image_path is None
    assert len(files(assets.root)) == 2  # the trash keeps it


async def test_a_refused_new_portrait_keeps_the_old_one_and_the_text(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    shown = await ana.slash(channel, "character edit", name="Zed")
    result = await ana.submit_modal(shown, {"name": "Zedd", "portrait": ("b.png", b"no image")})
    assert "is saved, with the portrait it had" in read(result)
    assert pictures(answer(result))
    assert (await active(registry, ana)).name == "Zedd"


async def test_one_form_sent_twice_makes_one_character(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await ana.slash(channel, "character create")
    for _ in range(2):
        shown._interaction.modal_consumed = False
        assert "## Zed" in read(await ana.submit_modal(shown, {"name": "Zed"}))
    assert len((await registry.roster(ana.id)).characters) == 1


async def test_a_file_that_discord_does_not_hand_over_leaves_the_character(
    world: simcord.Env, ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_: str) -> bytes:
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(world.bot.http, "get_from_cdn", gone)
    result = await ana.slash(
        channel, "character create", name="Zed", portrait=("a.png", images.png())
    )
    assert "is saved, without a portrait" in read(result)


async def test_the_later_of_two_edits_is_shown_both_and_decides(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    first = await ana.slash(channel, "character edit", name="Zed")
    second = await ana.slash(channel, "character edit", name="Zed")
    await ana.submit_modal(first, {"name": "Zed", "description": "Small."})
    told = await ana.submit_modal(second, {"name": "Zed", "description": "Huge."})
    assert "changed while you were editing" in read(told)
    assert "Small." in read(told)
    assert "Huge." in read(told)
    assert (await active(registry, ana)).description == "Small."
    again = await ana.click(answer(told).message, label="Open the form again")
    assert fields(again)["description"]["value"] == "Huge."
    await ana.submit_modal(again, {"name": "Zed", "description": "Huge."})
    assert (await active(registry, ana)).description == "Huge."


async def test_an_edit_of_what_was_deleted_meanwhile_can_become_a_new_character(
    ana: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed")
    shown = await ana.slash(channel, "character edit", name="Zed")
    await registry.delete(ana.id, zed.char_id)
    told = await ana.submit_modal(shown, {"name": "Zed", "description": "Huge."})
    assert "not among yours" in read(told)
    again = await ana.click(answer(told).message, label="Open the form again")
    await ana.submit_modal(again, {"name": "Zed", "description": "Huge."})
    assert (await active(registry, ana)).description == "Huge."


async def test_an_open_form_survives_a_restart(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    created, edited = (
        await ana.slash(channel, "character create"),
        await ana.slash(channel, "character edit", name="Zed"),
    )
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    await ana.submit_modal(edited, {"name": "Zedd", "description": "Tall."})
    await ana.submit_modal(created, {"name": "Yan"})
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Yan", "Zedd"]


async def test_a_stranger_can_not_edit_through_a_form_of_ones_own(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed", "Tall.")
    shown = await bob.slash(channel, "character create")
    shown._interaction.modal["custom_id"] = f"gchr:form:{zed.char_id}:{zed.version}:"
    told = await bob.submit_modal(shown, {"name": "Mine now"})
    assert "not among yours" in read(told)
    assert (await active(registry, ana)).name == "Zed"


# -- drafts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("restart", [False, True])
async def test_a_refused_form_opens_again_with_everything_typed(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, *, restart: bool
) -> None:
    shown = await ana.slash(channel, "character create")
    told = await ana.submit_modal(shown, {**TYPED, "portrait": ("a.png", images.png((30, 20)))})
    assert "that name can't be seen" in read(told)
    assert told.ephemeral
    if restart:
        await world.restart_bot(CharacterBot(registry, shard_count=1))
    again = await ana.click(answer(told).message, label="Open the form again")
    assert {name: fields(again)[name]["value"] for name in TYPED} == TYPED
    (portrait,) = [each for each in again.modal["components"] if each["label"] == "Portrait"]
    assert portrait["description"] == "Leave empty to keep the one that you chose before."
    result = await ana.submit_modal(again, {**TYPED, "name": "Zed"})
    assert "## Zed" in read(result)
    assert images.decode(
        await registry.portraits.portrait(await active(registry, ana)) or b""
    ).size == (30, 20)


async def test_a_refused_picture_is_named_beside_a_refused_name(ana: Any, channel: Any) -> None:
    shown = await ana.slash(channel, "character create")
    told = await ana.submit_modal(shown, {**TYPED, "portrait": ("a.png", b"no image")})
    assert "that name can't be seen" in read(told)
    assert "That file is not an image I can read" in read(told)


async def test_a_refused_command_offers_the_form_as_well(ana: Any, channel: Any) -> None:
    told = await ana.slash(channel, "character create", name=BLANK, description="x" * 5000)
    again = await ana.click(answer(told).message, label="Open the form again")
    assert fields(again)["name"]["value"] == BLANK
    (second,) = fields(again).keys() - {"name", "description", "portrait"}
    typed = {each: fields(again)[each]["value"] for each in ("description", second)}
    result = await ana.submit_modal(again, {"name": "Zed", **typed})
    assert "the file has all of its 5,000 letters" in read(result)


async def test_a_full_roster_keeps_what_was_typed_until_there_is_room(
    ana: Any, channel: Any, room_for_one: Registry
) -> None:
    zed = await room_for_one.create(ana.id, "Zed")
    told = await ana.submit_modal(await ana.slash(channel, "character create"), {"name": "Yan"})
    assert "and that is the most" in read(told)
    await room_for_one.delete(ana.id, zed.char_id)
    again = await ana.click(answer(told).message, label="Open the form again")
    assert "## Yan" in read(await ana.submit_modal(again, {"name": "Yan"}))


async def test_while_the_storage_is_down_what_was_typed_is_kept_as_long_as_the_bot_lives(
    ana: Any, channel: Any, valkey: Redis
) -> None:
    shown = await ana.slash(channel, "character create")
    await valkey.config_set("maxmemory", 1)
    told = await ana.submit_modal(
        shown, {"name": "Zed", "description": "Tall.", "portrait": ("a.png", images.png())}
    )
    assert "My storage refuses that" in read(told)
    again = await ana.click(answer(told).message, label="Open the form again")
    assert fields(again)["description"]["value"] == "Tall."
    await valkey.config_set("maxmemory", 0)
    result = await ana.submit_modal(again, {"name": "Zed", "description": "Tall."})
    assert pictures(answer(result))


async def test_a_draft_that_is_gone_says_so(ana: Any, channel: Any, valkey: Redis) -> None:
    told = await ana.submit_modal(await ana.slash(channel, "character create"), TYPED)
    await valkey.delete(f"game:drafts:{ana.id}")
    result = await ana.click(answer(told).message, label="Open the form again")
    assert "kept for fifteen minutes and is gone now" in read(result)


async def test_a_refused_picture_given_with_the_command_is_named_when_the_form_is_sent(
    ana: Any, channel: Any
) -> None:
    shown = await ana.slash(channel, "character create", portrait=("a.png", b"no image"))
    result = await ana.submit_modal(shown, {"name": "Zed"})
    assert "is saved, without a portrait" in read(result)
    assert "not an image" in read(result)


async def test_portraits_show_that_they_take_a_moment(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    requests = [str(entry.json) for entry in world.http_requests]
    waiting = next(
        number for number, request in enumerate(requests) if "Preparing the portrait…" in request
    )
    done = next(number for number, request in enumerate(requests) if "## Zed" in request)
    assert waiting < done


async def test_too_many_creations_say_how_long_to_wait_and_keep_the_text(
    ana: Any, channel: Any, valkey: Redis
) -> None:
    await valkey.hset(f"game:rates:{ana.id}", "create", "10")
    told = await ana.submit_modal(await ana.slash(channel, "character create"), {"name": "Zed"})
    assert "Please try again in 60 seconds" in read(told)
    assert list(buttons(answer(told))) == ["Open the form again", "Back to the list"]


async def test_nobody_else_can_open_what_was_typed(
    world: simcord.Env, ana: Any, bob: Any, channel: Any
) -> None:
    told = answer(await ana.submit_modal(await ana.slash(channel, "character create"), TYPED))
    answers = await press_everything(bob, world.bot.get_channel(channel.id), told)
    assert list(answers) == ["again", "list"]
    assert all("belong to somebody else" in each for each in answers.values())


# -- share, export ---------------------------------------------------------------------------------


async def test_the_share_button_shows_the_channel(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    shared = await ana.click(sheet.message, label="Share")
    assert not shared.ephemeral
    assert list(buttons(answer(shared))) == ["Take back"]
    assert channel.history(viewer=bob)[-1].id == answer(shared).id


async def test_a_choice_for_the_portrait_can_be_taken_back_in_the_reopened_form(
    ana: Any, channel: Any, registry: Registry
) -> None:
    portrait = ("a.png", images.png((150, 400)))
    await ana.slash(channel, "character create", name="Zed", portrait=portrait)
    form = await ana.slash(channel, "character edit", name="Zed")
    refused = await ana.submit_modal(form, {"name": "\u200b", "shown": ["bottom"]})
    again = await ana.click(answer(refused).message, label="Open the form again")
    await ana.submit_modal(again, {"name": "Zed", "shown": ["as_it_is"]})
    assert (await active(registry, ana)).focus == ""


async def test_no_part_is_offered_of_a_portrait_that_lists_do_not_show(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", image_url="https://example.org/zed.png")
    form = await ana.slash(channel, "character edit", name="Zed")
    (menu,) = (
        each["component"] for each in form.modal["components"] if each["component"]["type"] == 3
    )
    assert [each["value"] for each in menu["options"]] == ["as_it_is", "remove"]

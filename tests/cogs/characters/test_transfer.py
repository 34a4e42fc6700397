"""`/character import` and `/character export`, as players use them in a simulated Discord."""

import asyncio
import json
from functools import partial
from typing import Any

import aiohttp
import discord
import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.transfer.exporter import CardFormat
from characters.transfer.formats.png_text import with_texts
from tests import images
from tests.people import (
    Press,
    answer,
    at_once,
    buttons,
    components,
    menu,
    press_everything,
    read,
)

BACK = "Back to the list"


def tuppers(*members: dict[str, Any]) -> tuple[str, bytes]:
    return "tuppers.json", json.dumps({"tuppers": members, "groups": []}).encode()


async def send(player: Any, channel: Any, file: tuple[str, bytes]) -> Any:
    return answer(await player.slash(channel, "character import", file=file))


async def names(registry: Registry, player: Any) -> list[str]:
    return [each.name for each in (await registry.roster(player.id)).characters]


def said(world: simcord.Env, text: str) -> list[str]:
    """All messages that had this text at some time."""
    bodies = [
        json.dumps(entry.json, ensure_ascii=False) for entry in world.http_requests if entry.json
    ]
    return [body for body in bodies if text in body]


# -- import ----------------------------------------------------------------------------------------


async def test_an_import_first_shows_what_would_happen(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Old.")
    plan = await send(
        ana,
        channel,
        tuppers(
            {"name": "Yan", "description": "New."},
            {"name": "zed", "description": "Changed."},
            {"name": "\u3164"},
            {"name": 7},
        ),
    )
    text = read(plan)
    assert "**1 new**: Yan" in text
    assert (
        "**1 different from yours**\n- zed (yours: Zed): the name, 1 line of the description"
        in text
    )
    assert "**2 that can't be imported**" in text
    assert "”: That name can\\'t be seen" in text
    assert list(buttons(plan)) == ["Import 1 new", "Import 1 new, replace 1", BACK]
    assert await names(registry, ana) == ["Zed"]


async def test_a_button_imports_what_is_new_and_leaves_what_is_there(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Old.")
    plan = await send(
        ana, channel, tuppers({"name": "Yan"}, {"name": "Zed", "description": "Changed."})
    )
    done = await ana.click(plan.message, label="Import 1 new")
    assert answer(done).id == plan.id
    assert "**1** imported · **1** left as they are" in read(plan)
    assert list(buttons(plan)) == [BACK]
    roster = await registry.roster(ana.id)
    assert {each.name: each.description for each in roster.characters} == {"Zed": "Old.", "Yan": ""}
    assert roster.active.name == "Zed"


async def test_what_is_there_changes_only_where_the_player_says_so(
    ana: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed", "Old.")
    plan = await send(ana, channel, tuppers({"name": "Zed", "description": "Changed."}))
    await ana.click(plan.message, label="Replace 1")
    assert "**1** replaced" in read(plan)
    assert (await registry.get(ana.id, zed.char_id)).description == "Changed."
    again = await send(ana, channel, tuppers({"name": "Zed", "description": "Changed."}))
    assert "**1 the same as yours**" in read(again)
    assert "There is nothing to do" in read(again)
    assert list(buttons(again)) == [BACK]


async def test_the_plan_says_of_each_character_what_differs(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for name in ("Zed", "Yan", "Xia"):
        await registry.create(ana.id, name, "One.\nTwo.\nThree.")
    plan = await send(
        ana,
        channel,
        tuppers(
            {"name": "Zed", "description": "One.\n2.\n3.\n4."},
            {"name": "Yan", "avatar_url": "https://example.org/a.png"},
            {"name": "xia", "description": "Three.\nTwo.\nOne.", "tag": "x"},
        ),
    )
    lines = read(plan).splitlines()
    assert "- Zed: 3 lines of the description" in lines
    assert "- Yan: the portrait" in lines
    assert "- xia (yours: Xia): the name, 1 line of the description, other data" in lines


async def test_what_is_replaced_is_in_the_trash_and_comes_back(
    ana: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed", "Old.")
    plan = await send(ana, channel, tuppers({"name": "Zed", "description": "Changed."}))
    assert "For seven days, `/character restore` has what was replaced" in read(plan)
    await ana.click(plan.message, label="Replace 1")
    assert "For seven days, `/character restore` has what was replaced" in read(plan)
    trash = answer(await ana.slash(channel, "character restore"))
    assert r"1. **Zed** · before an import · “Old\.” · until <t:" in read(trash)
    assert "comes back into its character" in read(trash)
    (option,) = menu(trash)["options"]
    assert (option["label"], option["description"]) == ("1. Zed", "before an import · Old.")
    await ana.select(trash.message, [option["value"]])
    assert "Old." in read(trash)
    (now,) = (await registry.roster(ana.id)).characters
    assert (now.char_id, now.description) == (zed.char_id, "Old.")
    (replaced,) = await registry.trash(ana.id)
    assert (replaced.description, replaced.replaced_by) == ("Changed.", "revert")


async def test_a_card_comes_with_its_picture(
    world: simcord.Env, ana: Any, bob: Any, channel: Any
) -> None:
    created = await ana.slash(
        channel,
        "character create",
        name="Zed!",
        description="Tall.",
        portrait=("a.png", images.png((30, 20))),
    )
    exported = await ana.click(answer(created).message, label="Export")
    assert answer(exported).id == answer(created).id
    png, text = answer(exported).attachments
    assert (png.filename, text.filename) == ("Zed.png", "Zed.json")
    assert b'"chara_card_v3"' in await text.read()
    plan = await send(bob, channel, ("whatever.bin", await png.read()))
    await bob.click(plan.message, label="Import 1 new")
    registry = world.bot.character_registry
    theirs = await registry.active(bob.id)
    assert (theirs.name, theirs.description) == ("Zed!", "Tall.")
    portrait = images.decode(await registry.portraits.portrait(theirs))
    assert portrait.convert("RGB").tobytes() == images.picture((30, 20)).tobytes()


async def test_a_card_that_another_program_saved_again_is_the_same(
    ana: Any, channel: Any, registry: Registry
) -> None:
    """From a card to a character, to a card, through another program, and back."""
    made = await ana.slash(
        channel, "character create", name="Zed", portrait=("a.png", images.png((30, 20)))
    )
    exported = await ana.click(answer(made).message, label="Export")
    first = await answer(exported).attachments[0].read()
    await registry.forget(ana.id)
    plan = await send(ana, channel, ("card.png", first))
    await ana.click(plan.message, label="Import 1 new")
    (zed,) = (await registry.roster(ana.id)).characters
    second = (await registry.exporter.card(zed, CardFormat.PNG)).data
    picture = images.decode(second)
    texts = {key: picture.text[key].encode() for key in ("chara", "ccv3")}
    again = with_texts(images.encode(picture, "PNG", compress_level=1), texts)
    assert again != second
    told = await send(ana, channel, ("card.png", again))
    assert "**1 the same as yours**: Zed" in read(told)
    assert list(buttons(told)) == [BACK]


async def test_a_dead_link_costs_only_the_portrait_and_is_named(
    ana: Any, channel: Any, registry: Registry
) -> None:
    plan = await send(
        ana, channel, tuppers({"name": "Yan", "avatar_url": "https://127.0.0.1/a.png"})
    )
    await ana.click(plan.message, label="Import 1 new")
    assert "**1** imported" in read(plan)
    reason = "“Yan”: No public web server answered behind that link"
    assert f"**Without the portrait of the file**\n- {reason}" in read(plan)
    assert await names(registry, ana) == ["Yan"]


async def test_thirty_dead_links_are_one_sentence_and_thirty_names(ana: Any, channel: Any) -> None:
    url = "https://127.0.0.1/a.png"
    members = [{"name": f"Yan {number}", "avatar_url": url} for number in range(30)]
    plan = await send(ana, channel, tuppers(*members))
    await ana.click(plan.message, label="Import 30 new")
    assert read(plan).count("No public web server answered behind that link") == 1
    assert read(plan).count("“Yan ") == 12
    assert "” and 18 more" in read(plan)
    (whole,) = plan.attachments
    text = (await whole.read()).decode()
    assert text.count("No public web server answered behind that link") == 1
    assert text.count("“Yan ") == 30


async def test_the_plan_says_each_loss_and_failure_once(ana: Any, channel: Any) -> None:
    members = [{"name": "\u200b" * number} for number in (10, 20, 30)]
    large = [{"name": f"Yan {number}", "tag": "x" * 300_000} for number in range(3)]
    text = read(await send(ana, channel, tuppers(*members, *large)))
    assert text.count("be seen") == 1
    assert "- “tag” is too large to be kept\\.\n  “Yan 0”, “Yan 1”, “Yan 2”" in text


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (("a.txt", b"hello"), "Please send a character card"),
        (("a.jpg", images.jpeg()), "no character card inside"),
        (("a.png", images.png()), "no character card inside"),
        (("a.json", b"[" * 100_000), "can't be read as JSON"),
        (("a.json", b'{"tuppers": ' + b"[" * 100_000), "can't be read as JSON"),
        (("a.zip", b"PK\3\4" + b"x" * 100), "damaged"),
        (("a.json", b" " * (10 * 2**20 + 1)), "at most 10 MiB"),
    ],
)
async def test_a_bad_file_is_one_sentence(
    world: simcord.Env, ana: Any, channel: Any, file: tuple[str, bytes], sentence: str
) -> None:
    told = await send(ana, channel, file)
    assert sentence in read(told)
    assert not buttons(told)
    assert not world.errors


async def test_more_than_there_is_room_for_is_said_before(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for number in range(98):
        await registry.create(ana.id, f"Zed {number}")
    plan = await send(ana, channel, tuppers(*({"name": f"Yan {number}"} for number in range(5))))
    assert "**2 new**: Yan 0, Yan 1" in read(plan)
    assert "**3 more than you have room for**: Yan 2, Yan 3, Yan 4" in read(plan)
    await ana.click(plan.message, label="Import 2 new")
    assert "- You have 100 characters" in read(plan)
    assert "“Yan 2”, “Yan 3”, “Yan 4”" in read(plan)
    assert len(await names(registry, ana)) == 100


async def test_a_file_can_wait_for_its_button_through_a_restart_but_not_for_ever(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, valkey: Redis
) -> None:
    first = await send(ana, channel, tuppers({"name": "Yan"}))
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    await ana.click(first.message, label="Import 1 new")
    assert await names(registry, ana) == ["Yan"]
    second = await send(ana, channel, tuppers({"name": "Xia"}))
    await valkey.delete(f"game:imports:{ana.id}")
    assert "is not kept any more. Please send it again" in read(
        await ana.click(second.message, label="Import 1 new")
    )


async def test_pressing_twice_imports_once(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    plan = await send(ana, channel, tuppers({"name": "Yan"}, {"name": "Xia"}))
    button = buttons(plan)["Import 2 new"]["custom_id"]
    await at_once(world, Press(ana, plan, button), Press(ana, plan, button))
    assert sorted(await names(registry, ana)) == ["Xia", "Yan"]
    assert not world.errors


async def test_somebody_elses_import_is_refused(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "Old.")
    plan = await send(
        ana, channel, tuppers({"name": "Yan"}, {"name": "Zed", "description": "Changed."})
    )
    answers = await press_everything(bob, channel_bot(channel), plan)
    assert answers
    assert all("belong to somebody else" in each for each in answers.values())
    assert await names(registry, ana) == ["Zed"]
    assert await names(registry, bob) == []


def channel_bot(channel: Any) -> Any:
    return channel._env.bot.get_channel(channel.id)


@pytest.mark.parametrize("button", ["Import 1 new", "Import 1 new, replace 1"])
async def test_what_changed_since_the_player_looked_is_shown_and_nothing_done(
    ana: Any, channel: Any, registry: Registry, button: str
) -> None:
    zed = await registry.create(ana.id, "Zed", "Old.")
    plan = await send(
        ana,
        channel,
        tuppers({"name": "Yan", "description": "B."}, {"name": "Zed", "description": "Changed."}),
    )
    await registry.create(ana.id, "Yan", "Written by hand.")
    await ana.click(plan.message, label=button)
    assert "Your characters have changed since you looked" in read(plan)
    assert "**2 different from yours**\n- Yan: 1 line of the description\n- Zed: 1" in read(plan)
    assert (await registry.get(ana.id, zed.char_id)).description == "Old."
    await ana.click(plan.message, label="Replace 2")
    assert "**2** replaced" in read(plan)
    roster = await registry.roster(ana.id)
    assert {each.name: each.description for each in roster.characters} == {
        "Zed": "Changed.",
        "Yan": "B.",
    }


async def test_what_is_deleted_since_the_player_looked_does_not_come_back(
    ana: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed", "Old.")
    plan = await send(ana, channel, tuppers({"name": "Zed", "description": "Changed."}))
    await registry.delete(ana.id, zed.char_id)
    await ana.click(plan.message, label="Replace 1")
    assert "**1 new**: Zed" in read(plan)
    assert await names(registry, ana) == []


async def test_a_store_that_fails_in_between_is_told_with_what_was_done(
    ana: Any, channel: Any, registry: Registry, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await send(ana, channel, tuppers(*({"name": f"T{number}"} for number in range(30))))
    create, made = registry.importer._store.create, list[str]()

    async def failing(*arguments: Any, **options: Any) -> Any:
        if len(made) == 10:
            await valkey.config_set("requirepass", "hunter2")
            await valkey.connection_pool.disconnect()
        made.append("")
        return await create(*arguments, **options)

    monkeypatch.setattr(registry.importer._store, "create", failing)
    await ana.click(plan.message, label="Import 30 new")
    assert "imported" in read(plan)
    assert "not imported" in read(plan)
    assert "Send the same file again to go on" in read(plan)


@pytest.mark.parametrize("error", [aiohttp.ServerDisconnectedError(), OSError()])
async def test_a_report_that_does_not_arrive_stops_no_import(
    ana: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    plan = await send(ana, channel, tuppers(*({"name": f"T{number}"} for number in range(30))))
    edit, failed = discord.Interaction.edit_original_response, list[str]()

    async def failing(self: Any, *arguments: Any, **options: Any) -> Any:
        if len(failed) < 2:
            failed.append("")
            raise error
        return await edit(self, *arguments, **options)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", failing)
    await ana.click(plan.message, label="Import 30 new")
    assert "**30** imported" in read(plan)
    assert len(failed) == 2
    assert len(await names(registry, ana)) == 30


async def test_what_a_file_says_does_not_become_layout(ana: Any, channel: Any) -> None:
    evil = "<@&1> [k](http://e.x) **\n# HEADING"
    plan = await send(
        ana,
        channel,
        tuppers({"name": f"\u200b{evil}"}, {"name": "a" * 81 + evil}, {"name": "<@1> **b**"}),
    )
    text = read(plan)
    assert "\n# HEADING" not in text
    assert "[k](http" not in text
    assert "<@" not in text.replace("\\<", "")


async def test_all_that_would_happen_is_in_a_file_where_the_message_can_not_hold_it(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for number in range(40):
        await registry.create(ana.id, f"Zed {number}", "Old.")
    plan = await send(
        ana, channel, tuppers(*({"name": f"Zed {n}", "description": "New."} for n in range(40)))
    )
    assert "and 28 more" in read(plan)
    (whole,) = plan.attachments
    text = (await whole.read()).decode()
    assert all(f"Zed {number}" in text for number in range(40))


async def test_ten_files_a_minute_are_enough(ana: Any, channel: Any) -> None:
    for _ in range(10):
        await send(ana, channel, tuppers({"name": "Yan"}))
    assert "a lot in a short time" in read(await send(ana, channel, tuppers({"name": "Yan"})))


async def test_a_tupperbox_of_200_shows_how_far_it_is_and_names_every_failure(
    world: simcord.Env,
    ana: Any,
    channel: Any,
    valkey: Redis,
    assets: FolderAssets,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry = Registry(CharacterStore(valkey), assets, roster_limit=250)
    monkeypatch.setattr(registry.importer, "run", partial(registry.importer.run, fetch=portrait_of))
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    members = [
        {
            "name": "\u200b" * 60 if number % 4 == 0 else f"Tupper {number}",
            "avatar_url": f"https://example.org/{number}.png" if number % 20 == 1 else None,
        }
        for number in range(200)
    ]
    plan = await send(ana, channel, tuppers(*members))
    assert "**150 new**: Tupper 1, Tupper 2" in read(plan)
    assert "and 138 more" in read(plan)
    assert "**50 that can't be imported**" in read(plan)
    # simcord's own patience with one press is shorter than this import.
    (done,) = await at_once(world, Press(ana, plan, buttons(plan)["Import 150 new"]["custom_id"]))
    assert done.acknowledged
    assert len(said(world, "of 150 …")) >= 8
    assert "**150** imported · **50** not imported" in read(plan)
    (whole,) = plan.attachments
    text = (await whole.read()).decode()
    assert text.count("be seen") == 1
    assert text.count("“\u200b") == 50
    assert sum(1 for _ in components(plan)) <= 40
    assert len(read(plan)) <= 4000
    roster = await registry.roster(ana.id)
    assert len(roster.characters) == 150
    assert sum(bool(each.image_path) for each in roster.characters) == 10


async def portrait_of(url: str) -> bytes:
    await asyncio.sleep(0)
    return images.png((16, 16), (int(url.rpartition("/")[2].removesuffix(".png")), 80, 80))


# -- export ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["png", "json", "charx"])
async def test_one_character_is_exported_in_a_format_of_cards(
    ana: Any, bob: Any, channel: Any, registry: Registry, form: str
) -> None:
    await registry.create(ana.id, "Zed", "Tall.")
    result = await ana.slash(channel, "character export", name="zed", format=form)
    assert result.ephemeral
    (file,) = answer(result).attachments
    assert file.filename == f"Zed.{form}"
    plan = await send(bob, channel, (file.filename, await file.read()))
    await bob.click(plan.message, label="Import 1 new")
    theirs, mine = await registry.active(bob.id), await registry.active(ana.id)
    assert {**theirs.record, **dict.fromkeys(("image_path", "image_url"))} == mine.record


@pytest.mark.parametrize(
    ("form", "file"), [("archive", "zip"), ("tupperbox", "json"), ("pluralkit", "json")]
)
async def test_all_are_exported_in_a_format_for_many(
    ana: Any, bob: Any, channel: Any, registry: Registry, form: str, file: str
) -> None:
    for name in ("Zed", "Yan", "Xia"):
        await registry.create(ana.id, name, f"{name} is tall.")
    result = await ana.slash(channel, "character export", format=form)
    (message,) = [each for each in [result.response, *result.followups] if each.attachments]
    assert message._message.flags & 64
    (attachment,) = message.attachments
    assert attachment.filename.endswith(f".{file}")
    plan = await send(bob, channel, ("x", await attachment.read()))
    await bob.click(plan.message, label="Import 3 new")
    theirs, mine = await registry.roster(bob.id), await registry.roster(ana.id)
    assert [each.record for each in theirs.characters] == [each.record for each in mine.characters]


async def test_a_roster_larger_than_discord_takes_comes_in_parts(
    ana: Any, bob: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        await registry.create(ana.id, f"Zed {number}", "x" * 20_000)
    monkeypatch.setattr("simcord.interactions.base_payload", with_limit(50_000))
    result = await ana.slash(channel, "character export")
    files = [each.attachments[0] for each in result.followups if each.attachments]
    assert len(files) > 1
    assert all(file.size <= 50_000 for file in files)
    for file in files:
        plan = await send(bob, channel, (file.filename, await file.read()))
        await bob.click(plan.message, label=next(iter(buttons(plan))))
    assert sorted(await names(registry, bob)) == sorted(await names(registry, ana))


def with_limit(size: int) -> Any:
    base = simcord.interactions.base_payload

    def limited(*arguments: Any, **options: Any) -> Any:
        record, payload = base(*arguments, **options)
        return record, payload | {"attachment_size_limit": size}

    return limited


async def test_what_can_not_be_exported_is_one_sentence(
    ana: Any, channel: Any, registry: Registry
) -> None:
    assert "no characters to export" in read(await ana.slash(channel, "character export"))
    for format_ in ("png", "json", "charx", "tupperbox"):
        told = await ana.slash(channel, "character export", format=format_)
        assert "no characters to export" in read(told)
    await registry.create(ana.id, "Zed")
    told = await ana.slash(channel, "character export", name="Nobody")
    assert "no character called “Nobody”" in read(told)


@pytest.mark.parametrize("format_", ["png", "json", "charx"])
async def test_a_card_without_a_name_is_of_the_one_that_is_played(
    ana: Any, channel: Any, registry: Registry, format_: str
) -> None:
    zed = await registry.create(ana.id, "Zed")
    await registry.create(ana.id, "Yan")
    await registry.activate(ana.id, zed.char_id)
    result = await ana.slash(channel, "character export", format=format_)
    assert [each.filename for each in answer(result).attachments] == [f"Zed.{format_}"]


async def test_a_part_that_discord_refuses_is_named_and_the_others_come(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        await registry.create(ana.id, f"Zed {number}", "x" * 20_000)
    monkeypatch.setattr("simcord.interactions.base_payload", with_limit(50_000))
    world.inject_error("POST", "/webhooks/*", status=413, code=40005, message="too large", times=1)
    result = await ana.slash(channel, "character export")
    text = read(result.response).replace("\\", "")
    assert "Discord did not take the file characters-1.zip" in text
    assert [each.attachments[0].filename for each in result.followups if each.attachments]
    assert not world.errors


async def test_a_picture_that_loses_pixels_says_so(
    ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = images.encode(images.noise((400, 400)), "PNG")
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", noise))
    monkeypatch.setattr("simcord.interactions.base_payload", with_limit(200_000))
    result = await ana.slash(channel, "character export", name="Zed")
    assert "is smaller there" in read(result)
    sheet = answer(await ana.slash(channel, "character show"))
    assert "is smaller there" in read(await ana.click(sheet.message, label="Export"))


async def test_what_stays_behind_is_said(ana: Any, channel: Any) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    result = await ana.slash(channel, "character export", format="tupperbox")
    assert "- “Zed”: Its portrait has no public link and is not in the file\\." in read(
        result.response
    )


@pytest.mark.parametrize("form", ["archive", "tupperbox", "pluralkit"])
async def test_an_archive_says_that_it_holds_everything(
    ana: Any, channel: Any, registry: Registry, form: str
) -> None:
    await registry.create(ana.id, "Zed")
    result = await ana.slash(channel, "character export", format=form)
    said = "holds everything that is kept of your characters" in read(result.response)
    assert said == (form == "archive")


async def test_what_another_bot_does_not_take_whole_is_said(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "x" * 1001)
    result = await ana.slash(channel, "character export", format="pluralkit")
    text = read(result.response).replace("\\", "")
    assert "“Zed”: “description” is longer than that bot takes" in text
    assert "the first 1,000 letters" in text

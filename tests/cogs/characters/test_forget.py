"""/character restore and /character forget, as players use them in a simulated Discord."""

import io
import json
import zipfile
from typing import Any

import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.keys import MAINTENANCE, SIZES, STORE_ID, SWEEP, user_keys
from cogs.characters.trash import PER_PAGE
from tests import images
from tests.operator import files
from tests.people import answer, buttons, menu, press_everything, read


async def delete(registry: Registry, player: Any, *names: str) -> list[Character]:
    deleted = [await registry.create(player.id, name) for name in names]
    for each in deleted:
        await registry.delete(player.id, each.char_id)
    return deleted


# -- restore ---------------------------------------------------------------------------------------


async def test_an_empty_trash_says_what_it_is_for(ana: Any, channel: Any) -> None:
    result = await ana.slash(channel, "character restore")
    assert result.ephemeral
    assert "Your trash is empty" in read(result)


async def test_the_trash_lists_what_can_come_back_and_until_when(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await delete(registry, ana, "Zed", "Yan")
    result = await ana.slash(channel, "character restore")
    (until,) = {line.split("<t:")[1] for line in read(result).splitlines() if "Zed" in line}
    expected = (await registry.trash(ana.id))[-1].trashed_at + 7 * 86400
    assert abs(int(until.removesuffix(":f>")) - expected) <= 1
    assert [option["label"] for option in menu(answer(result))["options"]] == [
        "1. Yan",
        "2. Zed",
    ]


@pytest.mark.parametrize("restart", [False, True])
async def test_choosing_in_the_trash_brings_back(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry, *, restart: bool
) -> None:
    (zed,) = await delete(registry, ana, "Zed")
    trash = answer(await ana.slash(channel, "character restore"))
    if restart:
        await world.restart_bot(CharacterBot(registry, shard_count=1))
    result = await ana.select(trash.message, [zed.char_id], custom_id=menu(trash)["custom_id"])
    assert "## Zed" in read(result)
    assert answer(result).id == trash.id
    assert await registry.active(ana.id) == zed
    again = await ana.slash(channel, "character restore")
    assert "Your trash is empty" in read(again)


async def test_restoring_into_a_full_roster_says_so_and_keeps_the_trash(
    ana: Any, channel: Any, room_for_one: Registry
) -> None:
    (zed,) = await delete(room_for_one, ana, "Zed")
    await room_for_one.create(ana.id, "Yan")
    trash = answer(await ana.slash(channel, "character restore"))
    result = await ana.select(trash.message, [zed.char_id], custom_id=menu(trash)["custom_id"])
    assert "and that is the most" in read(result)
    assert len(await room_for_one.trash(ana.id)) == 1


async def test_a_long_trash_has_pages(ana: Any, channel: Any, registry: Registry) -> None:
    await delete(registry, ana, *(f"Hero {number:02}" for number in range(PER_PAGE + 2)))
    first = answer(await ana.slash(channel, "character restore"))
    assert "Page 1 of 2" in read(first)
    second = answer(await ana.click(first.message, label="Next"))
    assert [option["label"] for option in menu(second)["options"]] == ["11. Hero 01", "12. Hero 00"]
    assert "Page 1 of 2" in read(await ana.click(second.message, label="Previous"))


# -- forget ----------------------------------------------------------------------------------------


async def test_forget_says_exactly_what_will_go(ana: Any, channel: Any, registry: Registry) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    await delete(registry, ana, "Yan", "Xi")
    shown = await ana.slash(channel, "character edit", name="Zed")
    await ana.submit_modal(shown, {"name": "Zedd"})
    text = read(await ana.slash(channel, "character forget"))
    lines = "- 2 characters in the trash\n- 1 earlier version of a character\n- 1 portrait\n"
    assert f"- 1 character\n{lines}" in text


async def test_who_has_only_a_draft_or_a_seat_is_not_told_that_nothing_is_kept(
    ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    await ana.slash(channel, "character create", name="\u200b")
    text = read(await ana.slash(channel, "character forget"))
    assert "- 1 form or file that was not saved\n" in text
    assert "0" not in text
    await bob.slash(channel, "lobby open")
    await registry.lobbies.forget_user(ana.id, [])
    text = read(await bob.slash(channel, "character forget"))
    assert "- your name in 1 lobby\n\nMessages that are in channels already stay" in text


async def test_a_forgetting_that_fails_is_told_and_can_be_repeated(
    ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("canary")

    await ana.slash(channel, "character create", name="Zed", portrait=("a.png", images.png()))
    shown = answer(await ana.slash(channel, "character forget"))
    form = await ana.click(shown.message, label="Forget me")
    with monkeypatch.context() as patch:
        patch.setattr(FolderAssets, "remove", broken)
        told = read(await ana.submit_modal(form, {"word": "forget"}))
    assert "Not everything of yours is removed yet" in told
    again = answer(await ana.slash(channel, "character forget"))
    assert "- portraits that could not be removed when you asked before" in read(again)
    form = await ana.click(again.message, label="Forget me")
    assert "Nothing of yours is kept" in read(await ana.submit_modal(form, {"word": "forget"}))


@pytest.mark.parametrize("restart", [False, True])
async def test_forget_leaves_no_key_and_no_file(
    world: simcord.Env,
    ana: Any,
    channel: Any,
    registry: Registry,
    valkey: Redis,
    assets: FolderAssets,
    *,
    restart: bool,
) -> None:
    for name in ("Zed", "Yan"):
        await ana.slash(channel, "character create", name=name, portrait=("a.png", images.png()))
    await ana.slash(channel, "character delete", name="Yan")
    await ana.slash(
        channel, "character create", name="\u200b", portrait=("b.png", images.png((30, 20)))
    )
    confirmation = answer(await ana.slash(channel, "character forget"))
    if restart:
        await world.restart_bot(CharacterBot(registry, shard_count=1))
    form = await ana.click(confirmation.message, label="Forget me")
    result = await ana.submit_modal(form, {"word": " Forget "})
    assert "Nothing of yours is kept here any more" in read(result)
    assert answer(result).id == confirmation.id
    assert not buttons(answer(result))
    of_no_user = {key.encode() for key in (SIZES, SWEEP, MAINTENANCE, STORE_ID)}
    note = user_keys(ana.id, cluster=False).forgotten.encode()
    assert set(await valkey.keys("*")) <= {*of_no_user, note}
    assert files(assets.root) == {}


async def test_another_word_removes_nothing(ana: Any, channel: Any, registry: Registry) -> None:
    zed = await registry.create(ana.id, "Zed")
    confirmation = answer(await ana.slash(channel, "character forget"))
    result = await ana.submit_modal(
        await ana.click(confirmation.message, label="Forget me"), {"word": "remember"}
    )
    assert answer(result).id == confirmation.id
    assert "You typed “remember”, not “forget”, so nothing was removed." in read(result)
    assert await registry.active(ana.id) == zed


async def test_where_nothing_is_kept_there_is_nothing_to_forget(ana: Any, channel: Any) -> None:
    result = await ana.slash(channel, "character forget")
    assert "Nothing of yours is kept here" in read(result)
    assert list(buttons(answer(result))) == ["Back to the list"]


async def test_everything_can_be_taken_along_first(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await ana.slash(
        channel, "character create", name="Zed", portrait=("a.png", images.png((30, 20)))
    )
    await registry.create(ana.id, "Yan", "Tall.")
    await delete(registry, ana, "Xi")
    confirmation = answer(await ana.slash(channel, "character forget"))
    result = await ana.click(confirmation.message, label="Export everything first")
    (archive,) = [each for message in result.followups for each in message.attachments]
    with zipfile.ZipFile(io.BytesIO(await archive.read())) as packed:
        assert packed.namelist() == [
            "manifest.json",
            "001-Yan.json",
            "002-Zed.json",
            "002-Zed.webp",
            "003-Xi.json",
        ]
        assert json.loads(packed.read("001-Yan.json"))["data"]["description"] == "Tall."
        assert images.decode(packed.read("002-Zed.webp")).size == (30, 20)


async def test_nobody_else_can_forget_somebody(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry
) -> None:
    zed = await registry.create(ana.id, "Zed")
    await delete(registry, ana, *(f"Hero {number:02}" for number in range(PER_PAGE + 2)))
    shown = [
        answer(await ana.slash(channel, f"character {command}"))
        for command in ("forget", "restore")
    ]
    answers = await press_everything(bob, world.bot.get_channel(channel.id), *shown)
    assert set(answers) == {"export-all", "forget", "restore", "trash", "list"}
    assert all("belong to somebody else" in each for each in answers.values())
    assert await registry.active(ana.id) == zed
    assert len(await registry.trash(ana.id)) == PER_PAGE + 2

"""What holds for every message: limits, links, places, expired and repeated interactions."""

import logging
from typing import Any

import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.model import Character
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests import images
from tests.people import answer, components, menu, pictures, read

COMMANDS = (
    "activate",
    "create",
    "delete",
    "edit",
    "export",
    "forget",
    "import",
    "list",
    "privacy",
    "restore",
    "show",
)


def worst(number: int) -> dict[str, Any]:
    """A record whose every text is as long as can be, and all punctuation."""
    return {
        "name": "*" * 80,
        "description": "_" * 20_000,
        "created_at": 1.8e9,
        "last_used": 1.8e9 + number,
    }


@pytest.fixture
async def hundred(valkey: Redis, ana: Any) -> list[str]:
    """A hundred such characters with the longest ids, and thirty more in the trash."""
    store = CharacterStore(valkey)
    ids = [f"{number:064}" for number in range(130)]
    for number, char_id in enumerate(ids):
        await store.create(ana.id, Character(char_id, worst(number)), 130)
    for char_id in ids[100:]:
        await store.delete(ana.id, char_id)
    return ids[:100]


def assert_fits(message: Any) -> None:
    assert sum(1 for _ in components(message)) <= 40
    assert len(read(message)) <= 4000


async def test_the_longest_and_the_most_still_fit_into_every_message(
    ana: Any, channel: Any, hundred: list[str]
) -> None:
    roster = answer(await ana.slash(channel, "character list"))
    assert_fits(roster)
    for number in range(1, 4):
        pages = menu(roster, "page")["custom_id"]
        roster = answer(await ana.select(roster.message, [str(number)], custom_id=pages))
        assert_fits(roster)
    assert menu(roster, "page")["placeholder"] == "Page 4 of 4"
    trash = answer(await ana.slash(channel, "character restore"))
    assert_fits(trash)
    assert_fits(answer(await ana.click(trash.message, label="Next")))
    for command, options in [
        ("show", {}),
        ("show", {"share": True}),
        ("activate", {"name": hundred[7]}),
        ("delete", {"name": hundred[9]}),
        ("forget", {}),
    ]:
        assert_fits(answer(await ana.slash(channel, f"character {command}", **options)))
    sheet = answer(await ana.slash(channel, "character show", name=hundred[3]))
    assert_fits(answer(await ana.click(sheet.message, label="Export")))
    sheet = answer(await ana.click(sheet.message, label="Back to the character"))
    shown = await ana.click(sheet.message, label="Edit")
    told = answer(await ana.submit_modal(shown, {"name": "\u200b" * 80}))
    assert (await ana.click(told.message, label="Open the form again")).modal


async def test_the_longest_texts_still_fit_into_a_conflict(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "*" * 80, "_" * 4000)
    first = await ana.slash(channel, "character edit", name="*")
    second = await ana.slash(channel, "character edit", name="*")
    await ana.submit_modal(first, {"name": "*" * 80, "description": "~" * 4000})
    assert_fits(
        answer(await ana.submit_modal(second, {"name": "|" * 80, "description": "#" * 4000}))
    )


async def test_portraits_that_strangers_can_fetch_are_shown_by_url(
    world: simcord.Env, ana: Any, channel: Any, valkey: Redis, assets: FolderAssets
) -> None:
    public = FolderAssets(assets.root, "https://example.org/assets")
    await world.restart_bot(CharacterBot(Registry(CharacterStore(valkey), public), shard_count=1))
    data = images.png((200, 200))
    sheet = answer(
        await ana.slash(channel, "character create", name="Zed", portrait=("a.png", data))
    )
    roster = answer(await ana.slash(channel, "character list"))
    assert not sheet.attachments
    assert not roster.attachments
    (large,), (small,) = pictures(sheet), pictures(roster)
    assert large["media"]["url"].startswith("https://example.org/assets/")
    assert small["media"]["url"] == large["media"]["url"].replace(".webp", "-256.webp")


async def test_every_command_works_in_servers_direct_messages_and_user_installs(
    world: simcord.Env, ana: Any
) -> None:
    (sync,) = (entry.json for entry in world.http_requests if entry.path.endswith("/commands"))
    group = next(command for command in sync if command["name"] == "character")
    assert group["integration_types"] == [0, 1]
    assert group["contexts"] == [0, 1, 2]
    assert sorted(option["name"] for option in group["options"]) == list(COMMANDS)
    assert ana.id


async def test_a_direct_message_works_like_a_server(world: simcord.Env, registry: Registry) -> None:
    user = world.create_user("cy")
    shown = await user.slash("character create")
    await user.submit_modal(shown, {"name": "Zed", "portrait": ("a.png", images.png())})
    assert "## Zed" in read(await user.slash("character show"))
    assert await registry.active(user.id)


@pytest.mark.parametrize("code", [10062, 40060])
async def test_an_expired_or_repeated_interaction_is_no_error(
    world: simcord.Env, ana: Any, channel: Any, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    world.inject_error(
        "POST", "/interactions/*", status=404, code=code, message="Unknown interaction", times=None
    )
    with caplog.at_level(logging.INFO):
        await ana.slash(channel, "character list")
    assert "could not be answered" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_an_error_of_ours_is_one_honest_sentence_and_in_the_log(
    ana: Any, channel: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("canary")

    sheet = answer(await ana.slash(channel, "character create", name="Zed"))
    monkeypatch.setattr(Registry, "activate", broken)
    monkeypatch.setattr(Registry, "get", broken)
    monkeypatch.setattr(Registry, "save", broken)
    shown = await ana.slash(channel, "character create")
    for result in (
        await ana.slash(channel, "character activate", name="Zed"),
        await ana.click(sheet.message, label="Share"),
        await ana.submit_modal(shown, {"name": "Yan"}),
    ):
        assert "Something went wrong on my side" in read(result)
        assert "canary" not in read(result)
    assert caplog.text.count("ZeroDivisionError: canary") >= 3


async def test_a_main_bots_own_error_handler_need_not_answer_as_well(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    reached: list[object] = []

    async def theirs(_: object, error: object) -> None:
        reached.append(error)

    world.bot.tree.error(theirs)
    assert "no character called" in read(await ana.slash(channel, "character activate", name="Zed"))
    assert reached == []


async def test_pressing_twice_has_one_effect(ana: Any, channel: Any, registry: Registry) -> None:
    await registry.create(ana.id, "Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    custom_id = next(
        each["custom_id"] for each in components(sheet) if each.get("label") == "Delete"
    )
    stale = answer(await ana.slash(channel, "character show"))
    deleted = answer(await ana.click(sheet.message, custom_id=custom_id))
    assert "**Zed** is deleted" in read(await ana.click(stale.message, custom_id=custom_id))
    assert len(await registry.trash(ana.id)) == 1
    other = answer(await ana.slash(channel, "character restore"))
    assert "## Zed" in read(await ana.click(deleted.message, label="Undo"))
    zed = (await registry.roster(ana.id)).characters[0]
    assert "## Zed" in read(
        await ana.select(other.message, [zed.char_id], custom_id=menu(other)["custom_id"])
    )
    assert len((await registry.roster(ana.id)).characters) == 1


async def test_a_form_of_another_program_is_none_of_our_business(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    shown = await ana.slash(channel, "character create")
    shown._interaction.modal["custom_id"] = "somebody:else"
    result = await ana.submit_modal(shown, {"name": "Zed"})
    assert not result.acknowledged
    assert not world.errors

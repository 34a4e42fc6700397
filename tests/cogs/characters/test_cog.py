"""The /character commands, as players use them in a simulated Discord."""

import asyncio
from typing import Any

import discord
import pytest
import simcord
from redis.asyncio import Redis

from bot import CharacterBot
from characters.registry import Registry
from cogs.characters.gallery import PER_PAGE
from tests import images
from tests.people import answer, buttons, choose, menu, pictures, press_everything, read


async def create(player: Any, channel: Any, *names: str) -> None:
    for name in names:
        await channel._env.bot.character_registry.create(player.id, name)


# -- create ----------------------------------------------------------------------------------------


async def test_create_with_a_name_saves_at_once_and_shows_the_character(
    ana: Any, channel: Any, registry: Registry
) -> None:
    result = await ana.slash(
        channel, "character create", name="Zed", description="A **bold** pirate."
    )
    assert result.ephemeral
    assert "## Zed" in read(result)
    assert "A **bold** pirate." in read(result)
    active = await registry.active(ana.id)
    assert active
    assert (active.name, active.description) == ("Zed", "A **bold** pirate.")


async def test_create_with_an_attachment_saves_its_bytes_in_the_assets(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    result = await ana.slash(
        channel, "character create", name="Zed", portrait=("me.png", images.png((300, 200)))
    )
    calls = [entry.json for entry in world.http_requests if entry.path.endswith("/callback")]
    assert [call["type"] for call in calls] == [
        discord.InteractionResponseType.deferred_channel_message.value
    ]
    (portrait,) = pictures(answer(result))
    assert portrait["description"] == "Portrait of Zed"
    active = await registry.active(ana.id)
    assert active
    assert images.decode(await registry.portraits.portrait(active) or b"").size == (300, 200)


async def test_create_without_a_name_opens_a_form(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await ana.slash(channel, "character create")
    assert shown.modal["title"] == "Create a character"
    result = await ana.submit_modal(
        shown,
        {"name": "Zed", "description": "Line one\nLine two", "portrait": ("me.jpg", images.jpeg())},
    )
    assert result.ephemeral
    assert "## Zed" in read(result)
    active = await registry.active(ana.id)
    assert active
    assert active.description == "Line one\nLine two"
    assert await registry.portraits.portrait(active)


async def test_the_form_needs_nothing_but_a_name(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await ana.slash(channel, "character create")
    await ana.submit_modal(shown, {"name": "Zed"})
    active = await registry.active(ana.id)
    assert active
    assert (active.name, active.description, active.image_path) == ("Zed", "", None)


async def test_what_was_given_with_the_command_is_in_the_form(
    ana: Any, channel: Any, registry: Registry
) -> None:
    shown = await ana.slash(
        channel,
        "character create",
        description="A pirate.",
        portrait=("me.png", images.png((30, 20))),
    )
    assert "A pirate." in str(shown.modal)
    await ana.submit_modal(shown, {"name": "Zed", "description": "A pirate."})
    active = await registry.active(ana.id)
    assert active
    assert images.decode(await registry.portraits.portrait(active) or b"").size == (30, 20)


async def test_a_refused_portrait_leaves_the_character_and_offers_another(
    ana: Any, channel: Any, registry: Registry
) -> None:
    result = await ana.slash(
        channel, "character create", name="Zed", portrait=("me.png", b"not an image")
    )
    assert "is saved, without a portrait" in read(result)
    assert "PNG, JPEG, WebP, GIF or AVIF" in read(result)
    shown = await ana.click(answer(result).message, label="Edit")
    again = await ana.submit_modal(shown, {"name": "Zed", "portrait": ("me.png", images.png())})
    assert pictures(answer(again))
    active = await registry.active(ana.id)
    assert active
    assert await registry.portraits.portrait(active)


@pytest.mark.parametrize("name", ["\u200b", "\u202e", "\u3164"])
async def test_a_refused_name_is_one_sentence(
    ana: Any, channel: Any, registry: Registry, name: str
) -> None:
    result = await ana.slash(channel, "character create", name=name)
    assert result.ephemeral
    assert read(result)
    assert await registry.active(ana.id) is None


async def test_a_full_roster_is_one_sentence(
    ana: Any, channel: Any, room_for_one: Registry
) -> None:
    await room_for_one.create(ana.id, "Zed")
    result = await ana.slash(channel, "character create", name="Yan")
    assert "and that is the most" in read(result)


# -- list ------------------------------------------------------------------------------------------


async def test_an_empty_roster_invites_to_create(
    ana: Any, channel: Any, registry: Registry
) -> None:
    result = await ana.slash(channel, "character list")
    assert result.ephemeral
    assert "No characters yet" in read(result)
    shown = await ana.click(answer(result).message, label="Create a character")
    await ana.submit_modal(shown, {"name": "Zed"})
    assert (await registry.roster(ana.id)).characters


async def test_the_roster_shows_portraits_and_marks_the_active_one(ana: Any, channel: Any) -> None:
    await ana.slash(channel, "character create", name="Zed", portrait=("me.png", images.png()))
    await ana.slash(channel, "character create", name="Yan", description="Tall.\nAnd thin.")
    result = await ana.slash(channel, "character list")
    text = read(result)
    assert "2 of 100 characters" in text
    assert "You play **Yan**" in text
    assert text.index("### Yan") < text.index("**playing**") < text.index("### Zed")
    assert "Tall" in text
    assert "thin" not in text
    (portrait,) = pictures(answer(result))
    assert portrait["description"] == "Portrait of Zed"
    assert len(answer(result).attachments) == 1
    assert images.decode(await answer(result).attachments[0].read()).format == "WEBP"


async def test_a_full_roster_offers_no_form(ana: Any, channel: Any, room_for_one: Registry) -> None:
    await room_for_one.create(ana.id, "Zed")
    assert buttons(answer(await ana.slash(channel, "character list")))["Create a character"][
        "disabled"
    ]


async def test_a_summary_says_something_without_markdown(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "```\n---\n# **Tall** and thin\n```")
    (option,) = menu(answer(await ana.slash(channel, "character list")))["options"]
    assert option["description"] == "🎭 playing · Tall** and thin …"


async def test_two_of_one_name_are_told_apart_by_their_descriptions(
    ana: Any, channel: Any, registry: Registry
) -> None:
    for description in ("Tall.", "Small."):
        await registry.create(ana.id, "Zed", description)
    choices = await ana.autocomplete(channel, "character show", "name", "zed")
    assert [choice["name"] for choice in choices] == ["Zed · Small.", "Zed · Tall."]


# -- show ------------------------------------------------------------------------------------------


async def test_show_is_the_active_character_by_default(ana: Any, channel: Any) -> None:
    await create(ana, channel, "Zed", "Yan")
    result = await ana.slash(channel, "character show")
    assert result.ephemeral
    assert "## Yan" in read(result)
    expected = ["Edit", "Share", "Export", "Back to the list", "Star", "Delete"]
    assert list(buttons(answer(result))) == expected


async def test_show_finds_by_name_without_case_and_offers_to_play(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await create(ana, channel, "Zed", "Yan")
    result = await ana.slash(channel, "character show", name="zED")
    assert "## Zed" in read(result)
    played = await ana.click(answer(result).message, label="Play")
    assert "**playing**" in read(played)
    active = await registry.active(ana.id)
    assert active
    assert active.name == "Zed"


async def test_show_without_any_character_invites_to_create(ana: Any, channel: Any) -> None:
    assert "No characters yet" in read(await ana.slash(channel, "character show"))


async def test_a_huge_description_is_cut_with_a_note_and_attached_whole(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await registry.create(ana.id, "Zed", "word " * 3900)
    result = await ana.slash(channel, "character show")
    assert "the file has all of its 19,499 letters" in read(result)
    (whole,) = answer(result).attachments
    assert whole.filename == "description.txt"
    assert (await whole.read()).decode() == ("word " * 3900).strip()


# -- activate, delete, undo ------------------------------------------------------------------------


async def test_activate_by_the_suggested_value(ana: Any, channel: Any, registry: Registry) -> None:
    await create(ana, channel, "Zed", "Yan")
    (choice,) = await ana.autocomplete(channel, "character activate", "name", "ZE")
    assert choice["name"] == "Zed"
    result = await ana.slash(channel, "character activate", name=choice["value"])
    assert "**playing**" in read(result)
    active = await registry.active(ana.id)
    assert active
    assert active.char_id == choice["value"]


async def test_suggestions_are_ones_own_most_recent_first_and_at_most_25(
    ana: Any, bob: Any, channel: Any
) -> None:
    await create(bob, channel, "Bob's")
    await create(ana, channel, *(f"Hero {n:02}" for n in range(27)))
    choices = await ana.autocomplete(channel, "character delete", "name", "")
    assert [choice["name"] for choice in choices] == [f"Hero {n:02}" for n in range(26, 1, -1)]


@pytest.mark.parametrize("command", ["show", "activate", "delete"])
async def test_an_unknown_name_is_one_sentence(
    ana: Any, bob: Any, channel: Any, command: str
) -> None:
    await create(bob, channel, "Zed")
    result = await ana.slash(channel, f"character {command}", name="Zed")
    assert result.ephemeral
    assert "You have no character called “Zed”." in read(result)


async def test_a_name_of_several_asks_to_choose(ana: Any, channel: Any) -> None:
    await create(ana, channel, "Zed", "zed")
    assert "2 of your characters match" in read(
        await ana.slash(channel, "character activate", name="Zed")
    )


async def test_delete_offers_undo_which_restores_all_of_it(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await create(ana, channel, "Yan")
    await ana.slash(channel, "character create", name="Zed", portrait=("me.png", images.png()))
    before = await registry.active(ana.id)
    assert before
    deleted = await ana.slash(channel, "character delete", name="zed")
    assert "**Zed** is deleted" in read(deleted)
    assert [each.name for each in (await registry.roster(ana.id)).characters] == ["Yan"]
    undone = await ana.click(answer(deleted).message, label="Undo")
    assert "## Zed" in read(undone)
    assert pictures(answer(undone))
    assert await registry.active(ana.id) == before
    assert await registry.portraits.portrait(before)


async def test_the_delete_button_offers_undo_in_place(
    ana: Any, channel: Any, registry: Registry
) -> None:
    await create(ana, channel, "Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    deleted = answer(await ana.click(sheet.message, label="Delete"))
    assert deleted.id == sheet.id
    assert list(buttons(deleted)) == ["Undo", "Back to the list"]
    assert (await registry.roster(ana.id)).characters == []


async def test_a_button_of_what_is_gone_says_so(ana: Any, channel: Any, registry: Registry) -> None:
    await create(ana, channel, "Zed", "Yan")
    sheet = answer(await ana.slash(channel, "character show", name="Zed"))
    await registry.erase(ana.id, (await registry.roster(ana.id)).find("zed")[0].char_id)
    result = await ana.click(sheet.message, label="Play")
    assert "not among yours" in read(result)


# -- restarts, strangers, storage, hostile names ---------------------------------------------------


async def test_every_button_and_menu_works_after_a_restart(
    world: simcord.Env, ana: Any, channel: Any, registry: Registry
) -> None:
    await create(ana, channel, *(f"Hero {n:02}" for n in range(PER_PAGE + 2)))
    roster = answer(await ana.slash(channel, "character list"))
    sheet = answer(await ana.slash(channel, "character show", name="Hero 03"))
    deleted = answer(await ana.slash(channel, "character delete", name="Hero 04"))
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    assert "Hero 04" in read(await ana.click(deleted.message, label="Undo"))
    assert "**playing**" in read(await ana.click(sheet.message, label="Play"))
    pages = menu(roster, "page")["custom_id"]
    turned = answer(await ana.select(roster.message, ["1"], custom_id=pages))
    assert "Hero 01" in read(turned)
    assert (await ana.click(turned.message, label="Create a character")).modal
    await world.restart_bot(CharacterBot(registry, shard_count=1))
    opened = answer(await choose(ana, turned, "open", "1. Hero 01"))
    assert "## Hero 01" in read(opened)
    assert "Hero 01" in read(await ana.click(opened.message, label="Back to the list"))


async def test_nobody_else_can_use_a_button_or_menu(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, valkey: Redis
) -> None:
    await create(ana, channel, *(f"Hero {n:02}" for n in range(PER_PAGE + 1)))
    await create(bob, channel, "Bob's own")
    shown = [
        answer(await ana.slash(channel, "character list")),
        answer(await ana.slash(channel, "character show", name="Hero 03")),
        answer(await ana.slash(channel, "character delete", name="Hero 04")),
    ]
    before = await _everything(valkey)
    answers = await press_everything(bob, world.bot.get_channel(channel.id), *shown)
    of_the_list = {"open", "page", "sort", "search", "create", "trash"}
    of_a_sheet = {"play", "edit", "share", "export", "star", "list", "delete"}
    assert set(answers) == {*of_the_list, *of_a_sheet, "undo"}
    assert all("belong to somebody else" in each for each in answers.values())
    assert await _everything(valkey) == before


async def test_a_forged_owner_reaches_only_the_forgers_own_characters(
    world: simcord.Env, ana: Any, bob: Any, channel: Any, registry: Registry, valkey: Redis
) -> None:
    await create(ana, channel, "Zed")
    zed = await registry.active(ana.id)
    assert zed
    before = await _everything(valkey)
    place = world.bot.get_channel(channel.id)
    for action in ("play", "edit", "share", "export", "delete", "undo", "show"):
        view = discord.ui.LayoutView(timeout=None)
        forged = f"gchr:{action}:{bob.id}:{zed.char_id}"
        view.add_item(discord.ui.ActionRow(discord.ui.Button(label="Forged", custom_id=forged)))
        view.stop()
        result = await bob.click(await place.send(view=view), label="Forged")
        assert "not among yours" in read(result)
    assert await _everything(valkey) == before


async def _everything(valkey: Redis) -> dict[bytes, bytes | None]:
    """All that is kept, but for how often users have done something."""
    keys = [key for key in await valkey.keys() if not key.startswith(b"game:rates:")]
    return {key: await valkey.dump(key) for key in sorted(keys)}


async def test_a_storage_that_is_down_is_one_sentence_and_works_again(
    ana: Any, channel: Any, valkey: Redis
) -> None:
    await create(ana, channel, "Zed")
    sheet = answer(await ana.slash(channel, "character show"))
    await valkey.config_set("requirepass", "changed")
    await valkey.execute_command("CLIENT KILL TYPE normal SKIPME yes")
    await valkey.connection_pool.disconnect()
    for result in (
        await ana.slash(channel, "character list"),
        await ana.slash(channel, "character create", name="Yan"),
        await ana.click(sheet.message, label="Delete"),
    ):
        assert "My storage refuses that" in read(result)
    assert await ana.autocomplete(channel, "character show", "name", "") == []
    socket = valkey.connection_pool.connection_kwargs["path"]
    async with Redis(unix_socket_path=socket, password="changed") as operator:
        await operator.config_set("requirepass", "")
    assert "## Zed" in read(await ana.slash(channel, "character show"))


HOSTILE_NAMES = [
    *(
        "@everyone",
        "@here",
        "<@1>",
        "<@!1>",
        "<@&1>",
        "<#1>",
        "</character list:1>",
        "<t:0:R>",
        "<:x:1>",
        "<a:x:1>",
    ),
    *(
        "**bold**",
        "__under__",
        "*it*",
        "_it_",
        "~~gone~~",
        "||spoiler||",
        "`code`",
        "```block```",
        "> quote",
        ">>> q",
    ),
    *(
        "# big",
        "## big",
        "-# small",
        "- item",
        "* item",
        "1. item",
        "[text](https://evil.example)",
        "\\",
        "\\*",
        "x\\",
    ),
    *(
        "https://evil.example",
        "http://evil.example",
        "<https://evil.example>",
        "discord.gg/x",
        "a|b",
        "{x}",
        "%s",
    ),
    *("ZZ" * 40, "\U0001d4e9\U0001d4ee\U0001d4ed", "زيد"),
]


async def test_a_hostile_name_is_shown_as_it_is(
    world: simcord.Env, channel: Any, registry: Registry
) -> None:
    for number, name in enumerate(HOSTILE_NAMES):
        player = world.guild.add_member(world.create_user(f"player-{number}"))
        await registry.create(player.id, name, name)
        for result in (
            await player.slash(channel, "character list"),
            await player.slash(channel, "character show", share=True),
            await player.slash(channel, "character delete", name=name),
        ):
            text = read(result)
            plain = text.replace("\\", "")
            unescaped = discord.utils.remove_markdown(text)
            assert name in plain or name.replace("\\", "") in plain, (name, unescaped)
            message = answer(result).message
            assert {each.id for each in message.mentions} <= {player.id}  # as the one who shares
            assert not message.role_mentions, name
            assert not message.mention_everyone, name


def test_there_are_forty_hostile_names() -> None:
    assert len(HOSTILE_NAMES) >= 40


async def test_nothing_is_remembered_of_a_message(
    world: simcord.Env, ana: Any, channel: Any
) -> None:
    await create(ana, channel, "Zed", "Yan")
    for _ in range(3):
        roster = answer(await ana.slash(channel, "character list"))
        await choose(ana, roster, "open", "Zed")
    store = world.bot._connection._view_store
    assert not store._views
    assert not store._synced_message_views


async def test_the_registry_is_opened_where_the_bot_has_none_and_closed_on_unload(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REDIS_URL", raising=False)
    bot = discord.ext.commands.Bot("!", intents=discord.Intents.none())
    async with bot:
        await bot.load_extension("cogs.characters")
        assert (tmp_path / "data" / "valkey").exists()
        registry: Registry = bot.character_registry  # type: ignore[attr-defined] - the cog offers it
        await registry.check_store()
        await bot.unload_extension("cogs.characters")
        assert bot.character_registry is None  # type: ignore[attr-defined] - the cog offers it
        assert len(asyncio.all_tasks()) == 1


async def test_a_registry_of_another_kind_is_named() -> None:
    bot: Any = discord.ext.commands.Bot("!", intents=discord.Intents.none())
    bot.character_registry = {}
    async with bot:
        with pytest.raises(
            discord.ext.commands.ExtensionFailed, match=r"bot\.character_registry is a dict"
        ):
            await bot.load_extension("cogs.characters")

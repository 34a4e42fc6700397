"""Every command, button, menu and form, as an interaction in real time: what it is to do."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from redis.asyncio import Redis

from bot import CharacterBot
from characters.lobby.lobby import Lobby, Player
from characters.model import Character
from characters.opening import DEADLINE
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.connecting import connected
from characters.store.embedded import embedded_valkey
from characters.store.preference_store import Audience
from tests import images
from tests.discord_requests import CHANNEL, Discord, Exchange, Json, components, logged_in, message
from tests.slow_proxy import SlowProxy
from tests.transfer.imports import tuppers

ATTACHMENTS = "cogs.characters.ui.attachments"  # by name: other tests import the cogs anew
MENU = 3  # the type of a component
CONNECTIONS = 90  # a client of redis-py may have 100


class World(NamedTuple):
    """The bot over the slow store, and the same store as it is seen without delay."""

    discord: Discord
    proxy: SlowProxy
    registry: Registry
    bot: CharacterBot


class Case(NamedTuple):
    """`prepare` makes what `act` needs, without delay; `done` says whether the effect is there."""

    prepare: Callable[[World, int], Awaitable[Any]]
    act: Callable[[Discord, int, Any], Awaitable[Exchange]]
    done: Callable[[World, int, Any], Awaitable[bool]] | None = None


@asynccontextmanager
async def opened(folder: Path) -> AsyncGenerator[World, None]:
    """A bot over a store in the folder."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(embedded_valkey(folder / "db"))
        plain = await stack.enter_async_context(Redis.from_url(url))
        proxy = await stack.enter_async_context(SlowProxy(url).running())
        client = await stack.enter_async_context(connected(proxy.url))
        assets = FolderAssets(folder / "assets")
        store = CharacterStore(client, DEADLINE)
        stack.push_async_callback(store.client.close)
        bot = CharacterBot(Registry(store, assets), shard_count=1)
        discord = await stack.enter_async_context(logged_in(bot))
        stack.enter_context(patch(f"{ATTACHMENTS}.SCHEME", "http"))
        stack.enter_context(patch(f"{ATTACHMENTS}.DOMAINS", ("127.0.0.1",)))
        # Nearly all connections that the client may have, as a new one takes several requests.
        await asyncio.gather(*(client.execute_command("PING") for _ in range(CONNECTIONS)))
        yield World(discord, proxy, Registry(CharacterStore(plain), assets), bot)
        proxy.delay = 0


async def nothing(world: World, user: int) -> None:
    pass


async def one(world: World, user: int) -> Character:
    return await world.registry.create(user, "Ana", "Tall.")


async def two(world: World, user: int) -> Character:
    """The first of two, which is not the active one."""
    ana = await one(world, user)
    await world.registry.create(user, "Bob")
    return ana


async def trashed(world: World, user: int) -> Character:
    ana = await one(world, user)
    return await world.registry.delete(user, ana.char_id)


def shown(
    prepare: Callable[[World, int], Awaitable[Any]], command: str, **options: Any
) -> Callable[[World, int], Awaitable[Json]]:
    """The message that a command answers with."""

    async def run(world: World, user: int) -> Json:
        await prepare(world, user)
        return (await world.discord.command(user, command, **options)).message()

    return run


async def exported(world: World, user: int) -> Json:
    return (await world.discord.use(user, await SHEET(world, user), "export")).message()


async def deleted(world: World, user: int) -> Json:
    await one(world, user)
    return (await world.discord.command(user, "character delete", name="Ana")).message()


async def many(world: World, user: int) -> None:
    for number in range(27):
        await world.registry.create(user, f"N{number}")


async def many_trashed(world: World, user: int) -> None:
    for number in range(17):
        character = await world.registry.create(user, f"N{number}")
        await world.registry.delete(user, character.char_id)


async def unsaved(world: World, user: int) -> Json:
    exchange = await world.discord.command(user, "character create", name="\u200b")
    return exchange.message()


async def create_form(world: World, user: int) -> Json:
    exchange = await world.discord.command(user, "character create")
    assert exchange.form
    return exchange.form


async def edit_form(world: World, user: int) -> Json:
    await one(world, user)
    exchange = await world.discord.command(user, "character edit", name="Ana")
    assert exchange.form
    return exchange.form


async def panel_form(world: World, user: int) -> tuple[Json, Json]:
    """The form of a sheet's button, and the message with the sheet."""
    sheet = await SHEET(world, user)
    form = (await world.discord.use(user, sheet, "edit")).form
    assert form
    return form, sheet


async def search_form(world: World, user: int) -> tuple[Json, Json]:
    listed = await PAGES(world, user)
    form = (await world.discord.use(user, listed, "search")).form
    assert form
    return form, listed


async def found(world: World, user: int) -> Json:
    exchange = await world.discord.submit(user, *await search_form(world, user), query="N1")
    return exchange.message()


async def forget_form(world: World, user: int) -> tuple[Json, Json]:
    await one(world, user)
    confirmation = (await world.discord.command(user, "character forget")).message()
    form = (await world.discord.use(user, confirmation, "forget")).form
    assert form
    return form, confirmation


def lobby(
    *players: str, prepare: Callable[[World, int], Awaitable[Any]] = one, host: bool = True
) -> Callable[[World, int], Awaitable[Json]]:
    """The message of a lobby; "me" is the user, "other" another player with a character."""

    async def run(world: World, user: int) -> Json:
        await prepare(world, user)
        other = user + 500
        await world.registry.create(other, "Other")
        await world.registry.lobbies.open(
            Lobby(user, int(CHANNEL), user if host else other, "Ravenloft", 4)
        )
        for each in players:
            player = user if each == "me" else other
            await world.registry.lobbies.join(user, Player(player, each))
        names = ("join", "leave", "change", "look", "start", "close")
        items = [{"type": 2, "style": 2, "custom_id": f"gchr:lobby-{name}"} for name in names]
        rows = [{"type": 1, "components": each} for each in (items[:4], items[4:])]
        return message(str(user), {"components": rows})

    return run


async def picker(world: World, user: int) -> Json:
    shown = await lobby("me", prepare=two)(world, user)
    return (await world.discord.use(user, shown, "lobby-change")).message()


async def question(world: World, user: int) -> Json:
    shown = await lobby("me")(world, user)
    return (await world.discord.use(user, shown, "lobby-close")).message()


async def looking(world: World, user: int) -> Json:
    shown = await lobby("me")(world, user)
    return (await world.discord.use(user, shown, "lobby-look")).message()


def command(name: str, /, **options: Any) -> Callable[[Discord, int, Any], Awaitable[Exchange]]:
    async def run(discord: Discord, user: int, _: Any) -> Exchange:
        return await discord.command(user, name, **options)

    return run


def use(action: str, *values: str) -> Callable[[Discord, int, Any], Awaitable[Exchange]]:
    async def run(discord: Discord, user: int, shown: Json) -> Exchange:
        return await discord.use(user, shown, action, *values)

    return run


def submit(**texts: str) -> Callable[[Discord, int, Any], Awaitable[Exchange]]:
    async def run(discord: Discord, user: int, form: Json) -> Exchange:
        return await discord.submit(user, form, **texts)

    return run


def choose(action: str) -> Callable[[Discord, int, Any], Awaitable[Exchange]]:
    """Chooses the last option in the menu with this action."""

    async def run(discord: Discord, user: int, shown: Json) -> Exchange:
        menus = [each for each in components(shown) if each["type"] == MENU]
        (menu,) = (each for each in menus if f":{action}:" in each["custom_id"])
        return await discord.use(user, shown, action, menu["options"][-1]["value"])

    return run


async def edit_in_place(discord: Discord, user: int, given: tuple[Json, Json]) -> Exchange:
    return await discord.submit(user, *given, name="Zed", description="Tall.")


async def search(discord: Discord, user: int, given: tuple[Json, Json]) -> Exchange:
    return await discord.submit(user, *given, query="N1")


async def forget(discord: Discord, user: int, given: tuple[Json, Json]) -> Exchange:
    return await discord.submit(user, *given, word="forget")


async def autocomplete(discord: Discord, user: int, _: Any) -> Exchange:
    return await discord.autocomplete(user, "character show", name="a")


async def create_with_portrait(discord: Discord, user: int, _: Any) -> Exchange:
    portrait = discord.attachment("a.png", images.png())
    return await discord.command(user, "character create", name="Ana", portrait=portrait)


async def import_(discord: Discord, user: int, _: Any = None) -> Exchange:
    file = discord.attachment("a.json", tuppers({"name": "Ana"}))
    return await discord.command(user, "character import", file=file)


async def planned(world: World, user: int) -> Json:
    return (await import_(world.discord, user)).message()


async def has_one(world: World, user: int, _: Any) -> bool:
    return len((await world.registry.roster(user)).characters) == 1


async def has_none(world: World, user: int, _: Any) -> bool:
    return not (await world.registry.roster(user)).characters


async def plays_ana(world: World, user: int, _: Any) -> bool:
    active = await world.registry.active(user)
    return active is not None and active.name == "Ana"


async def is_edited(world: World, user: int, _: Any) -> bool:
    return [each.name for each in (await world.registry.roster(user)).characters] == ["Zed"]


async def is_favourite(world: World, user: int, _: Any) -> bool:
    return [each.is_favourite for each in (await world.registry.roster(user)).characters] == [True]


async def is_forgotten(world: World, user: int, _: Any) -> bool:
    return not any(await world.registry.kept(user))


async def is_shown(world: World, user: int, _: Any) -> bool:
    return await world.registry.preferences.audience(user) is Audience.SERVERS


async def is_seated(world: World, user: int, _: Any) -> bool:
    return user in (await world.registry.lobbies.get(user)).user_ids


async def is_not_seated(world: World, user: int, _: Any) -> bool:
    return not await is_seated(world, user, _)


async def other_is_not_seated(world: World, user: int, _: Any) -> bool:
    return not (await world.registry.lobbies.get(user)).players


def is_now(state: str) -> Callable[[World, int, Any], Awaitable[bool]]:
    async def check(world: World, user: int, _: Any) -> bool:
        return (await world.registry.lobbies.get(user)).state == state

    return check


async def is_open(world: World, user: int, _: Any) -> bool:
    return await world.registry.lobbies._store.noted(user) != []


SHEET = shown(one, "character show")
OTHER_SHEET = shown(two, "character show", name="Ana")
ROSTER = shown(two, "character list")
PAGES = shown(many, "character list")
TRASH = shown(trashed, "character restore")
CASES: dict[str, Case] = {
    "create with a portrait": Case(nothing, create_with_portrait, has_one),
    "import": Case(nothing, import_),
    "import button": Case(planned, use("import"), has_one),
    "create": Case(nothing, command("character create", name="Ana"), has_one),
    "create with a form": Case(nothing, command("character create")),
    "create form": Case(create_form, submit(name="Ana", description="Tall."), has_one),
    "list": Case(two, command("character list")),
    "show": Case(one, command("character show")),
    "show by name": Case(two, command("character show", name="Ana")),
    "share": Case(one, command("character show", share=True)),
    "activate": Case(two, command("character activate", name="Ana"), plays_ana),
    "edit": Case(one, command("character edit", name="Ana")),
    "edit form": Case(edit_form, submit(name="Zed", description="Tall."), is_edited),
    "delete": Case(one, command("character delete", name="Ana"), has_none),
    "restore": Case(trashed, command("character restore")),
    "export": Case(one, command("character export", name="Ana", format="json")),
    "export all": Case(two, command("character export")),
    "forget": Case(one, command("character forget")),
    "autocomplete": Case(one, autocomplete),
    "open from the list": Case(ROSTER, choose("open")),
    "create button": Case(ROSTER, use("create")),
    "last page": Case(PAGES, choose("page")),
    "sort": Case(PAGES, choose("sort")),
    "search button": Case(PAGES, use("search")),
    "search form": Case(search_form, search),
    "show all": Case(found, use("show-all")),
    "edit in place": Case(panel_form, edit_in_place, is_edited),
    "star": Case(SHEET, use("star"), is_favourite),
    "back to the list": Case(SHEET, use("list")),
    "back to the character": Case(exported, use("show")),
    "play": Case(OTHER_SHEET, use("play"), plays_ana),
    "edit button": Case(SHEET, use("edit")),
    "delete button": Case(SHEET, use("delete"), has_none),
    "share button": Case(SHEET, use("share")),
    "export button": Case(SHEET, use("export")),
    "undo": Case(deleted, use("undo"), has_one),
    "take back": Case(shown(one, "character show", share=True), use("take-back")),
    "restore from the menu": Case(TRASH, choose("restore"), has_one),
    "next page of the trash": Case(shown(many_trashed, "character restore"), use("trash")),
    "open the form again": Case(unsaved, use("again")),
    "privacy": Case(one, command("character privacy", look="servers"), is_shown),
    "privacy button": Case(shown(one, "character privacy"), use("privacy"), is_shown),
    "import from an empty roster": Case(shown(nothing, "character list"), use("import-file")),
    "forget button": Case(shown(one, "character forget"), use("forget")),
    "export everything": Case(shown(one, "character forget"), use("export-all")),
    "forget form": Case(forget_form, forget, is_forgotten),
    "open a lobby": Case(one, command("lobby open"), is_open),
    "join": Case(lobby(), use("lobby-join"), is_seated),
    "join without a character": Case(lobby(prepare=nothing), use("lobby-join")),
    "leave": Case(lobby("me", "other"), use("lobby-leave"), is_not_seated),
    "change": Case(lobby("me"), use("lobby-change")),
    "change without a character": Case(lobby("me", prepare=nothing), use("lobby-change")),
    "start": Case(lobby("me"), use("lobby-start"), is_now("started")),
    "close": Case(lobby("me"), use("lobby-close")),
    "close after the question": Case(question, use("lobby-close-now"), is_now("closed")),
    "keep open": Case(question, use("lobby-keep-open"), is_now("open")),
    "look": Case(lobby("me"), use("lobby-look")),
    "look at somebody": Case(looking, choose("lobby-see")),
    "pick": Case(picker, choose("lobby-choose"), plays_ana),
    "create from the picker": Case(picker, use("lobby-create")),
}

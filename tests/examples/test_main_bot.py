"""The main bot of the examples, from the lobby to the first scene and on, as its players see it."""

import sys
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest
import simcord
from redis.asyncio import Redis

from characters import Registry, open_registry
from characters.lobby.session import GameSession
from game_characters import registries
from tests import images
from tests.people import answer

ROOT = Path(__file__).parents[2]
OWN = {"main", "story", "cogs.storyteller"}
SCENE = "The lamps go out."


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[None, None, None]:
    """The example is where Python looks first, as for `python main.py`."""
    monkeypatch.syspath_prepend(ROOT / "examples" / "main_bot")
    monkeypatch.setenv("ASSETS_DIR", str(tmp_path / "portraits"))
    caches = (registries.assets, registries._settings)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()
    for name in OWN & set(sys.modules):
        del sys.modules[name]


@pytest.fixture
async def valkey(valkey_url: str) -> AsyncGenerator[Redis, None]:
    """The bot's own client, as `main` makes it."""
    async with Redis.from_url(valkey_url, decode_responses=True) as client:
        yield client


@pytest.fixture
async def registry(valkey: Redis, tmp_path: Path) -> AsyncGenerator[Registry, None]:
    async with open_registry(redis=valkey, assets_dir=tmp_path / "portraits") as registry:
        yield registry


@pytest.fixture
def simcord_bot(valkey: Redis, registry: Registry) -> Any:
    """Gets what its intents allow, and no more."""
    from main import MainBot  # noqa: PLC0415 - found by the fixture above

    return MainBot(valkey, registry)


@pytest.fixture
def prompts(world: simcord.Env) -> list[Any]:
    """The prompts of the storyteller, which works as it does without the test."""
    cog: Any = world.bot.get_cog("Storyteller")
    tell, seen = cog.tell, []

    def remembering(prompt: Any) -> str:
        seen.append(prompt)
        return str(tell(prompt))

    cog.tell = remembering
    return seen


async def test_from_the_lobby_to_the_first_scene(
    channel: Any, ana: Any, bob: Any, prompts: list[Any]
) -> None:
    portrait = ("ana.png", images.png((80, 100), "teal"))
    await ana.slash(
        channel,
        "character create",
        name="Ana the Bold",
        description="A retired pirate.",
        portrait=portrait,
    )
    await bob.slash(channel, "character create", name="Old Tom", description="Ferryman.")

    lobby = answer(await ana.slash(channel, "lobby open", title="The Sunken Keep"))
    await ana.click(lobby.message, label="Join")
    await bob.click(lobby.message, label="Join")
    await ana.click(lobby.message, label="Host: start")

    (prompt,) = prompts
    assert "The Sunken Keep" in prompt.text
    assert "Ana the Bold: A retired pirate." in prompt.text
    assert "Old Tom: Ferryman." in prompt.text
    (reference,) = prompt.references
    assert reference.startswith(b"RIFF")
    scene = channel.last_message
    assert scene.content.startswith(SCENE)
    assert [each.filename for each in scene.attachments] == ["scene.webp"]


async def test_a_reply_goes_on_with_the_character_of_the_player(
    world: simcord.Env, channel: Any, ana: Any, prompts: list[Any]
) -> None:
    await ana.slash(channel, "character create", name="Ana the Bold")
    await ana.send(channel, f"<@{world.bot.user.id}> I open the door.")
    assert channel.last_message.content.startswith(SCENE)
    await ana.send(channel, "I listen.", reply_to=channel.last_message)
    assert [prompt.task for prompt in prompts] == [
        "Go on after Ana the Bold does this: I open the door.",
        "Go on after Ana the Bold does this: I listen.",
    ]


async def test_what_players_say_to_each_other_is_not_answered(
    channel: Any, ana: Any, prompts: list[Any]
) -> None:
    await ana.slash(channel, "character create", name="Ana the Bold")
    await ana.send(channel, "What a dark door.")
    assert prompts == []


async def test_a_player_without_a_character_is_told_how_to_make_one(
    world: simcord.Env, channel: Any, ana: Any, prompts: list[Any]
) -> None:
    await ana.send(channel, f"<@{world.bot.user.id}> I open the door.")
    assert "/character create" in channel.last_message.content
    assert prompts == []


async def test_a_start_that_is_sent_again_begins_no_second_game(
    world: simcord.Env, channel: Any, prompts: list[Any]
) -> None:
    session = GameSession(1, channel.id, 2, "The Keep", [{"name": "Ana", "description": ""}])
    cog: Any = world.bot.get_cog("Storyteller")
    for _ in range(2):
        await cog.on_game_session_start(session)
    assert len(prompts) == 1

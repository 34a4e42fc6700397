"""What the README shows is run here."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from redis.asyncio import Redis

from characters.registry import Registry
from tests.people import answer, read

README = (Path(__file__).parents[1] / "README.md").read_text()


def example(defines: str) -> dict[str, Any]:
    """The names in the block of Python that defines one of them."""
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (source,) = (block for block in blocks if defines in block)
    assert len([line for line in source.splitlines() if line]) <= 10
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - our own README
    return names


@pytest.fixture
def main_bot() -> Any:
    return example("class MainBot")["MainBot"]("!", intents=discord.Intents(guilds=True))


async def test_a_main_bot_opens_it(
    main_bot: Any, valkey: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens the registry over its own client, and no settings are read."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDIS_URL", "no URL")

    async def start(token: str) -> None:
        assert token == "the token"
        async with simcord.run(main_bot) as world:
            channel = world.create_guild().create_text_channel("general")
            ana = channel.guild.add_member(world.create_user("ana"))
            assert "Ana" in read(await ana.slash(channel, "character create", name="Ana"))
            assert (await main_bot.character_registry.party([ana.id]))[ana.id].name == "Ana"
            assert await example("def extended")["extended"]("", ana.id, valkey) == "Ana: "
            await main_bot.close()

    main_bot.start = start
    await example("async def run")["run"](main_bot, valkey, "the token")
    assert not (tmp_path / "data").exists()


async def test_a_main_bot_gets_the_session_that_a_host_starts(
    ana: Any, channel: Any, registry: Registry
) -> None:
    bot = channel._env.bot
    await bot.add_cog(example("class Games")["Games"](bot))
    await registry.create(ana.id, "Ana the Bold")
    lobby = answer(await ana.slash(channel, "lobby open", title="The Sunken Keep"))
    await ana.click(lobby.message, label="Join")
    await ana.click(lobby.message, label="Host: start")
    expected = f"**The Sunken Keep** begins, with Ana the Bold (<@{ana.id}>)."
    assert channel.last_message.content == expected


async def test_the_line_for_a_crontab_makes_a_backup(
    registry: Registry, valkey_url: str, tmp_path: Path
) -> None:
    """Cron turns an unescaped % into a new line; an escaped one reaches the shell as %."""
    await registry.create(1, "Ana")
    (line,) = re.findall(r"^0 4 \* \* \* (.*)$", README, re.MULTILINE)
    assert not re.search(r"(?<!\\)%", line)
    command = line.replace("\\%", "%").replace(".venv/bin/python", sys.executable)
    command = command.replace("cd /srv/bot", f"cd {shlex.quote(str(tmp_path))}")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "REDIS_URL": valkey_url,
    }
    await asyncio.to_thread(
        subprocess.run, ["sh", "-c", command], check=True, env=environment, capture_output=True
    )
    (backup,) = tmp_path.glob("backup-*.tar")
    assert re.fullmatch(r"backup-\d{4}-\d\d-\d\d\.tar", backup.name)

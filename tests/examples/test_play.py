"""The main bot of the examples as a program: with a token, and in the playground by `make`."""

import re
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, visit
from tests.gateway import discord_api
from tests.test_bot import TOKEN, running, until

ROOT = Path(__file__).parents[2]
MAIN = f"""
import runpy, sys, discord, yarl
discord.http.Route.BASE = sys.argv[1]
gateway = yarl.URL(sys.argv[1]).with_scheme("ws") / "gateway"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
sys.path.insert(0, {str(ROOT / "examples" / "main_bot")!r})
runpy.run_path({str(ROOT / "examples" / "main_bot" / "main.py")!r}, run_name="__main__")
"""
PLAY = f"""
import runpy, sys
sys.path.insert(0, {str(ROOT / "examples" / "main_bot")!r})
runpy.run_path({str(ROOT / "examples" / "play.py")!r}, run_name="__main__")
"""


async def test_with_a_token_it_connects_to_discord(tmp_path: Path, valkey_url: str) -> None:
    settings = {"REDIS_URL": valkey_url, "ASSETS_DIR": "portraits", "DISCORD_TOKEN": TOKEN}
    async with discord_api(TOKEN) as api, running(tmp_path, api, start=MAIN, **settings) as process:
        await until(process, "has connected to Gateway")
    assert (tmp_path / "portraits").is_dir()


def test_make_starts_what_is_tested_here() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "PYTHONPATH=.:examples/main_bot $(BIN)/python examples/play.py" in makefile


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look with")
async def test_a_game_is_played_in_the_playground(tmp_path: Path) -> None:
    async with running(tmp_path, start=PLAY) as process:
        address = re.search(r"open at (\S+)", await until(process, "open at"))
        assert address
        async with visit(address[1], height=2000) as discord:
            await discord.command("character create")
            await discord.fill("Name", "Ana the Bold")
            await discord.submit()
            await discord.command("lobby open", title="The Sunken Keep")
            await discord.press("Join")
            await discord.press("Host: start")
            await discord.sees("The lamps go out.")
            await discord.sees("Begin the game 'The Sunken Keep'.")

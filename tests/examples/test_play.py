"""The main bot of the examples as a program, with a token."""

from pathlib import Path

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


async def test_with_a_token_it_connects_to_discord(tmp_path: Path, valkey_url: str) -> None:
    settings = {"REDIS_URL": valkey_url, "ASSETS_DIR": "portraits", "DISCORD_TOKEN": TOKEN}
    async with discord_api(TOKEN) as api, running(tmp_path, api, start=MAIN, **settings) as process:
        await until(process, "has connected to Gateway")
    assert (tmp_path / "portraits").is_dir()

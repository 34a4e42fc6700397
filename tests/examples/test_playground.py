"""The main bot of the examples in the playground, as `make example` starts it."""

import re
from pathlib import Path

from playwright.async_api import Browser

from tests.browser import IN_BROWSER, visit
from tests.test_bot import running, until

pytestmark = IN_BROWSER

ROOT = Path(__file__).parents[2]
PLAY = f"""
import runpy, sys
sys.path.insert(0, {str(ROOT / "examples" / "main_bot")!r})
runpy.run_path({str(ROOT / "examples" / "play.py")!r}, run_name="__main__")
"""


async def test_make_starts_what_is_tested_here() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert "PYTHONPATH=.:examples/main_bot $(BIN)/python examples/play.py" in makefile


async def test_a_game_is_played_in_the_playground(tmp_path: Path, chromium: Browser) -> None:
    async with running(tmp_path, start=PLAY) as process:
        address = re.search(r"open at (\S+)", await until(process, "open at"))
        assert address
        async with visit(chromium, address[1], height=2000) as discord:
            await discord.command("character create")
            await discord.fill("Name", "Ana the Bold")
            await discord.submit()
            await discord.command("lobby open", title="The Sunken Keep")
            await discord.press("Join")
            await discord.press("Host: start")
            await discord.sees("The lamps go out.")
            await discord.sees("Begin the game 'The Sunken Keep'.")

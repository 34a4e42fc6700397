"""The playground through a real browser, as someone who has just cloned the project."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests import images
from tests.browser import CHROMIUM, playground, visit

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look with")


async def test_a_character_with_a_portrait_is_created_and_still_there_after_a_restart(tmp_path: Path) -> None:
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character create")
        await discord.fill("Name", "Ana the Bold")
        await discord.fill("Description", "A retired pirate.\nShe hums when she lies.")
        await discord.upload("ana.png", images.png((400, 500), "teal"))
        await discord.submit()
        await discord.sees("Ana the Bold")
        await expect(discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")).to_be_visible()
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character list")
        await discord.sees("Ana the Bold")
        await discord.sees("A retired pirate. …")
        await expect(discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")).to_be_visible()


async def test_each_player_has_a_roster_of_their_own(tmp_path: Path) -> None:
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character create")
        await discord.fill("Name", "Ana the Bold")
        await discord.submit()
        await discord.sees("Ana the Bold")
        await discord.be("Sasha")
        await discord.command("character list")
        await discord.sees("No characters yet")

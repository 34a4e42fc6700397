"""The playground through a real browser, as someone who has just cloned the project."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests import images
from tests.browser import CHROMIUM, playground, visit

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to look with")


async def test_a_character_with_a_portrait_is_created_and_still_there_after_a_restart(
    tmp_path: Path,
) -> None:
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character create")
        await discord.fill("Name", "Ana the Bold")
        await discord.fill("Description", "A retired pirate.\nShe hums when she lies.")
        await discord.upload("ana.png", images.png((400, 500), "teal"))
        await discord.submit()
        await discord.sees("Ana the Bold")
        await expect(
            discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")
        ).to_be_visible()
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character list")
        await discord.sees("Ana the Bold")
        await discord.sees("A retired pirate. …")
        await expect(
            discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")
        ).to_be_visible()


async def test_each_player_has_a_roster_of_their_own(tmp_path: Path) -> None:
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character create")
        await discord.fill("Name", "Ana the Bold")
        await discord.submit()
        await discord.sees("Ana the Bold")
        await discord.be("Sasha")
        await discord.command("character list")
        await discord.sees("No characters yet")


async def test_an_evening_of_a_player(tmp_path: Path) -> None:
    """Switch, edit, delete and undo, restore and share, all by hand."""
    async with playground(tmp_path) as address, visit(address, height=1400) as discord:
        for name in ("Ana the Bold", "Old Tom"):
            await discord.command("character create")
            await discord.fill("Name", name)
            await discord.submit()
            await discord.sees(name)
        await discord.command("character list")
        await expect(discord.newest_message).to_contain_text(
            re.compile("Old Tom.*playing.*Ana the Bold", re.DOTALL)
        )
        await discord.choose("Ana the Bold")
        await discord.press("Play")
        await discord.press("Back to the list")
        await expect(discord.newest_message).to_contain_text(
            re.compile("Ana the Bold.*playing.*Old Tom", re.DOTALL)
        )

        await discord.command("character show")
        await discord.press("Edit")
        await discord.fill("Description", "She hums.")
        await discord.upload("ana.png", images.png((400, 500), "teal"))
        await discord.submit()
        await expect(
            discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")
        ).to_be_visible()
        await expect(discord.newest_message).to_contain_text("She hums.")

        await discord.press("Delete")
        await expect(discord.newest_message).to_contain_text("Ana the Bold is deleted")
        await discord.press("Undo")
        await expect(discord.newest_message).to_contain_text("She hums.")
        await discord.press("Delete")
        await expect(discord.newest_message).to_contain_text("Ana the Bold is deleted")
        await discord.command("character restore")
        await discord.choose("Ana the Bold")
        await expect(discord.newest_message).to_contain_text("She hums.")

        await discord.press("Share")
        await discord.be("Kim")
        await expect(discord.newest_message).to_contain_text("She hums.")
        await expect(
            discord.newest_message.get_by_role("button", name="Edit", exact=True)
        ).to_have_count(0)


async def test_an_evening_in_the_lobby(tmp_path: Path) -> None:
    """Open, join twice, change and start, as two players who take turns at the screen."""
    async with playground(tmp_path) as address, visit(address, height=3000) as discord:
        for name in ("Ana the Bold", "Old Tom"):
            await discord.command("character create")
            await discord.fill("Name", name)
            await discord.upload("portrait.png", images.png((200, 100), "teal"))
            await discord.submit()
            await discord.sees(name)
        await discord.command("lobby open", title="The Sunken Keep", seats="3")
        await expect(discord.newest_message).to_contain_text("0 of 3 seats taken")
        await discord.press("Join")
        await expect(discord.newest_message).to_contain_text("1 of 3 seats taken")
        await expect(discord.newest_message).to_contain_text(
            re.compile("Old Tom.*played by @Robin", re.DOTALL)
        )

        await discord.be("Sasha")
        await discord.press("Join")
        await discord.fill("Name", "Professor Quill")
        await discord.submit()
        await discord.sees("2 of 3 seats taken")
        await discord.sees("played by @Sasha")

        await discord.be("Robin")
        await discord.press("Change character")
        await expect(discord.newest_message).to_contain_text("You play Old Tom")
        await discord.choose("Ana the Bold")
        await expect(discord.newest_message).to_contain_text("You play Ana the Bold")
        await discord.press("Start")
        party = discord.messages.filter(has_text="The session has started")
        await expect(party).to_contain_text(
            re.compile("Ana the Bold, played by @Robin.*Professor Quill", re.DOTALL)
        )
        await expect(party.get_by_role("img", name="Portrait of Ana the Bold")).to_be_visible()

        await discord.be("Kim")
        await discord.sees("The session has started")
        await expect(discord.page.get_by_role("button", name="Join", exact=True)).to_have_count(0)


async def test_characters_come_from_a_file_and_go_into_one(tmp_path: Path) -> None:
    tuppers = json.dumps(
        {"tuppers": [{"name": "Old Tom", "description": "Ferryman."}], "groups": []}
    ).encode()
    async with playground(tmp_path) as address, visit(address) as discord:
        await discord.command("character import", file=("tuppers.json", tuppers))
        await discord.sees("Nothing is imported yet")
        await discord.press("Import 1 new")
        await discord.sees("1 imported")
        await discord.command("character show")
        await discord.sees("Ferryman.")
        await discord.press("Export")
        await discord.sees("Old-Tom.png")
        await discord.sees("Old-Tom.json")

"""The playground through a real browser, as someone who has just cloned the project."""

import json
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests import images
from tests.browser import IN_BROWSER, Discord, playground, visit
from tests.soak import trials

pytestmark = IN_BROWSER


@pytest_asyncio.fixture(loop_scope="session")
async def discord(tmp_path: Path, chromium: Browser) -> AsyncGenerator[Discord, None]:
    """The page of a playground in which nothing has been done."""
    async with playground(tmp_path) as address, visit(chromium, address, height=1400) as page:
        yield page


async def test_a_character_with_a_portrait_is_created_and_still_there_after_a_restart(
    tmp_path: Path, chromium: Browser
) -> None:
    async with playground(tmp_path) as address, visit(chromium, address) as discord:
        await discord.command("character create")
        await discord.fill("Name", "Ana the Bold")
        await discord.fill("Description", "A retired pirate.\nShe hums when she lies.")
        await discord.upload("ana.png", images.png((400, 500), "teal"))
        await discord.submit()
        await discord.sees("Ana the Bold")
        await expect(
            discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")
        ).to_be_visible()
    async with playground(tmp_path) as address, visit(chromium, address) as discord:
        await discord.command("character list")
        await discord.sees("Ana the Bold")
        await discord.sees("A retired pirate. …")
        await expect(
            discord.newest_message.get_by_role("img", name="Portrait of Ana the Bold")
        ).to_be_visible()


async def test_each_player_has_a_roster_of_their_own(discord: Discord) -> None:
    await discord.command("character create")
    await discord.fill("Name", "Ana the Bold")
    await discord.submit()
    await discord.sees("Ana the Bold")
    await discord.be("Sasha")
    await discord.command("character list")
    await discord.sees("No characters yet")


async def test_an_evening_of_a_player(discord: Discord) -> None:
    """Switch, edit, delete and undo, restore and share, all by hand."""
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


@pytest.mark.soak
@pytest.mark.parametrize("width", trials([390], [390, 1000]))
async def test_an_evening_in_the_lobby(discord: Discord, width: int) -> None:
    """Open, join twice, change and start, as two players who take turns at the screen."""
    await discord.resize(width, 3000)
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
    await discord.press("Host: start")
    party = discord.messages.filter(has_text="The session has started")
    await expect(party).to_contain_text(
        re.compile("Ana the Bold, played by @Robin.*Professor Quill", re.DOTALL)
    )
    await expect(party.get_by_role("img", name="Portrait of Ana the Bold")).to_be_visible()

    await discord.be("Kim")
    await discord.sees("The session has started")
    await expect(discord.page.get_by_role("button", name="Join", exact=True)).to_have_count(0)


async def test_characters_come_from_a_file_and_go_into_one(discord: Discord) -> None:
    tuppers = json.dumps(
        {"tuppers": [{"name": "Old Tom", "description": "Ferryman."}], "groups": []}
    ).encode()
    await discord.command("character import", file=("tuppers.json", tuppers))
    await discord.sees("Nothing is imported yet")
    await discord.press("Import 1 new")
    await discord.sees("1 imported")
    await discord.command("character show")
    await discord.sees("Ferryman.")
    await discord.press("Export")
    await discord.sees("Old-Tom.png")
    await discord.sees("Old-Tom.json")


async def test_the_welcome_serves_each_player_for_themselves(discord: Discord) -> None:
    await discord.sees("Welcome to the playground")
    for player in ("Robin", "Sasha"):
        await discord.be(player)
        await discord.press("Create a character")
        await discord.fill("Name", f"Hero of {player}")
        await discord.submit()
        await discord.sees(f"Hero of {player}")
    await discord.press("Your characters")
    await discord.sees("1 of 100 characters")
    await expect(discord.newest_message).to_contain_text("Hero of Sasha")


@pytest.mark.soak
async def test_menus_open_and_stay_open_at_any_width(tmp_path: Path, chromium: Browser) -> None:
    """Below pictures, of which each has another height, and without a second try.

    Found: a menu closed at once, as the page forgot the size of the picture above it.
    """
    sizes = {"Robin": (500, 1500), "Sasha": (64, 64), "Kim": (900, 300)}
    async with playground(tmp_path) as address:
        async with visit(chromium, address) as discord:
            await discord.command("lobby open", title="The Sunken Keep")
            for player, size in sizes.items():
                await discord.be(player)
                await discord.press("Join")
                await discord.fill("Name", f"Hero of {player}")
                await discord.upload("portrait.png", images.png(size, "teal"))
                await discord.submit()
                await discord.sees(f"played by @{player}")
        for width in trials((390,), (390, 1000, 1400, 1920)):
            async with visit(chromium, address, width) as discord:
                await look_at_heroes(discord)


async def look_at_heroes(discord: Discord) -> None:
    await discord.press("Look at…")
    for player in ("Robin", "Sasha", "Kim", "Robin"):
        await discord.choose(f"Hero of {player}")
        await discord.sees(f"@{player} plays:")
        portrait = discord.newest_message.get_by_role("img", name="Portrait of")
        await expect(portrait).to_be_visible()
        height = 256 if player == "Sasha" else 350  # pixel art is shown larger
        box = await portrait.bounding_box()
        assert box
        assert box["height"] <= height
    menu = discord.timeline.get_by_role("combobox").last
    before = await menu.bounding_box()
    await menu.click()
    await discord.page.wait_for_timeout(500)  # until the page has drawn its pictures anew
    assert await menu.bounding_box() == before
    await expect(menu).to_have_attribute("aria-expanded", "true")


async def test_a_character_is_looked_at_in_the_lobby_and_in_the_session(discord: Discord) -> None:
    await discord.press("Create a character")
    await discord.fill("Name", "Ana the Bold")
    await discord.fill("Description", "She hums.")
    await discord.submit()
    await discord.sees("She hums.")
    await discord.command("lobby open", title="The Sunken Keep")
    await discord.press("Join")
    await discord.sees("1 of 8 seats taken")
    await discord.be("Kim")
    await discord.press("Look at…")
    await discord.choose("Ana the Bold")
    await discord.sees("She hums.")
    await discord.be("Robin")
    await discord.press("Host: start")
    await discord.sees("The session has started")
    await discord.be("Sasha")
    await discord.press("Look at…")
    await discord.choose("Ana the Bold")
    await discord.sees("plays in this session:")
    await discord.sees("She hums.")


async def test_it_prints_its_address_and_nothing_else(tmp_path: Path, chromium: Browser) -> None:
    """No warning of Python's or of a library, whatever a player does."""
    printed: list[str] = []
    async with playground(tmp_path, printed) as address, visit(chromium, address) as discord:
        await discord.press("Create a character")
        await discord.fill("Name", "Ana the Bold")
        await discord.upload("ana.png", images.png((400, 500), "teal"))
        await discord.submit()
        await discord.sees("Ana the Bold")
        await discord.command("lobby open")
        await discord.press("Join")
        await discord.sees("1 of 8 seats taken")
    lines = [line for line in printed[0].splitlines() if line and "INFO  " not in line]
    assert [line.partition(" http")[0] for line in lines] == [
        "There is no DISCORD_TOKEN, so this is the playground: a simulated Discord.",
        "The playground is open at",
        "Ctrl-C ends it.",
    ]

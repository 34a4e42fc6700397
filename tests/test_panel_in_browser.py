"""The list and its panel through a real browser, on a phone; `make soak` adds a desktop."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from redis.asyncio import Redis

from characters.model import PortraitFile
from characters.portraits.folder import FolderAssets
from characters.registry import Registry
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from tests import images
from tests.browser import IN_BROWSER, ROBIN, Discord, playground, visit
from tests.soak import trials

pytestmark = [*IN_BROWSER, pytest.mark.soak]

WIDTHS = trials((390,), (1000, 390))
HEIGHT = 1600


async def fill_roster(data_dir: Path, count: int) -> None:
    """Gives Robin so many characters, two of three with a portrait; the last one is played."""
    async with embedded_valkey(data_dir) as url, Redis.from_url(url) as redis:
        registry = Registry(CharacterStore(redis), FolderAssets(data_dir / "assets"))
        portraits: list[PortraitFile | None] = [None]
        for colour in ("teal", "gold"):

            async def image(colour: str = colour) -> bytes:
                return images.png((300, 400), colour)

            portraits.append((await registry.portraits.keep(image)).saved)
        for number in range(count):
            portrait = portraits[number % 3]
            await registry.create(ROBIN, f"Hero {number:02}", "Tall.", portrait)


@asynccontextmanager
async def visited(chromium: Browser, data_dir: Path, count: int) -> AsyncGenerator[Discord, None]:
    """The playground of a player with so many characters."""
    await fill_roster(data_dir, count)
    async with playground(data_dir) as address, visit(chromium, address) as discord:
        yield discord


async def show_list(discord: Discord, width: int) -> None:
    await discord.resize(width, HEIGHT)
    await discord.command("character list")
    await discord.sees("Your characters")


async def messages_beside(discord: Discord) -> int:
    """How many messages there are beside the panel."""
    return await discord.messages.count() - 1


@pytest.mark.parametrize("count", trials([7, 100], [1, 6, 7, 30, 100]))
async def test_anyone_is_opened_and_the_list_is_back_in_the_same_message(
    tmp_path: Path, chromium: Browser, count: int
) -> None:
    async with visited(chromium, tmp_path, count) as discord:
        for width in WIDTHS:
            await show_list(discord, width)
            beside = await messages_beside(discord)
            panel = discord.newest_message
            if count > 6:
                await expect(panel.get_by_role("img", name=re.compile("Portraits"))).to_have_count(
                    1
                )
            pages = -(-count // 25)
            if pages > 1:
                await discord.choose(f"{pages}: ", "Page 1")
                await expect(panel).to_contain_text(re.compile("Hero.00"))
            await discord.choose("Hero 00", "Open a character")
            await expect(panel.get_by_role("heading", name="Hero 00")).to_be_visible()
            playing = count == 1
            await expect(panel.get_by_text("playing")).to_have_count(int(playing))
            await discord.press("Back to the list")
            await expect(panel).to_contain_text(f"You play Hero {count - 1:02}")
            if pages > 1:
                await expect(panel).to_contain_text(re.compile("Hero.00"))
            await expect(panel.get_by_role("combobox", name="Open a character")).to_be_visible()
            assert await messages_beside(discord) == beside


async def test_an_edit_and_the_way_back_are_one_message(tmp_path: Path, chromium: Browser) -> None:
    async with visited(chromium, tmp_path, 6) as discord:
        for width in WIDTHS:
            await show_list(discord, width)
            beside = await messages_beside(discord)
            panel = discord.newest_message
            await discord.choose("Hero 02", "Open a character")
            await expect(panel.get_by_role("img", name="Portrait of Hero 02")).to_be_visible()
            await discord.press("Edit")
            await discord.fill("Description", f"Seen at {width}.")
            await discord.upload("hero.png", images.png((400, 500), "purple"))
            await discord.submit()
            await expect(panel).to_contain_text(f"Seen at {width}.")
            await expect(panel.get_by_role("img", name="Portrait of Hero 02")).to_be_visible()
            await discord.press("Back to the list")
            await expect(panel).to_contain_text(f"Seen at {width}.")
            await expect(panel.get_by_role("img", name="Portrait of Hero 02")).to_be_visible()
            assert await messages_beside(discord) == beside


async def test_a_search_is_kept_while_a_character_is_played(
    tmp_path: Path, chromium: Browser
) -> None:
    async with visited(chromium, tmp_path, 30) as discord:
        for number, width in enumerate(WIDTHS, start=11):
            await show_list(discord, width)
            panel = discord.newest_message
            await discord.press("Search")
            await discord.fill("Part of the name", "hero 1")
            await discord.submit()
            await expect(panel).to_contain_text("10 of your 30 characters")
            await discord.choose(f"Hero {number}", "Open a character")
            await discord.press("Play")
            await expect(panel).to_contain_text("playing")
            await discord.press("Back to the list")
            await expect(panel).to_contain_text("10 of your 30 characters")
            await discord.press("Show all")
            await expect(panel).to_contain_text(f"You play Hero {number}")


async def test_orders_are_chosen_one_after_the_other(tmp_path: Path, chromium: Browser) -> None:
    """A menu that was redrawn shows no choice of an earlier drawing."""
    async with visited(chromium, tmp_path, 7) as discord:
        for width in WIDTHS:
            await show_list(discord, width)
            panel = discord.newest_message
            for order, shown in (
                ("By name", "Sorted: by name"),
                ("Newest first", "Sorted: newest first"),
                ("By name", "Sorted: by name"),
            ):
                await discord.choose(order, "Sorted")
                await expect(panel.get_by_text(shown)).to_be_visible()
            first = panel.get_by_text(re.compile("1.Hero 00"))
            await expect(first.first).to_be_visible()

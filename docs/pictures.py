"""Takes the README's pictures in the playground: `make pictures`."""

import asyncio
import tempfile
from pathlib import Path

from docs.portraits import portrait
from tests.browser import Discord, playground, visit

IMAGES = Path(__file__).with_name("images")

CAST = {
    "Ana the Bold": "A retired pirate with one glass eye.\nShe hums when she lies, and she never stops humming.",
    "Professor Quill": "Studies dragons from a safe distance, which he keeps misjudging.",
    "Mirelle of the Marsh": "A witch who sells weather by the bottle.",
    "Old Tom": "Ferryman. Speaks only in questions.",
}


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with playground(Path(folder)) as address, visit(address, width=1000, height=1400) as discord:
            await _create_everyone(discord)
            await discord.command("character list")
            await _take(discord, "roster")


async def _create_everyone(discord: Discord) -> None:
    for number, (name, description) in enumerate(CAST.items()):
        await discord.command("character create")
        await discord.fill("Name", name)
        await discord.fill("Description", description)
        await discord.upload("portrait.png", portrait(0.55 + number / len(CAST)))
        await discord.submit()
        await discord.sees(name)


async def _take(discord: Discord, name: str) -> None:
    """A picture of the newest message."""
    await discord.newest_message.scroll_into_view_if_needed()
    await discord.page.mouse.move(0, 0)
    await discord.page.wait_for_timeout(2000)  # the page fetches its images and fades its buttons in
    await discord.newest_message.screenshot(path=IMAGES / f"{name}.png")


asyncio.run(main())

"""Takes pictures of the screens in a language, to look at: `make screens LOCALE=de`.

They are written to `dist/screens`, each as wide as a computer shows it and as a phone does.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from cogs.characters.ui.language import _, in_language
from docs.pictures import CAST, TUPPERS
from docs.portraits import portrait
from tests.browser import Discord, browser, playground, visit
from tests.transfer.formats.samples import as_json

FOLDER = Path("dist/screens")
WIDTHS = (1000, 390)
HEIGHT = 1400


class Screens:
    """A visit in one language."""

    def __init__(self, discord: Discord, locale: str) -> None:
        self._discord = discord
        self._locale = locale

    async def take(self, name: str, *, form: bool = False) -> None:
        """The newest message, or the open form, in all widths."""
        discord = self._discord
        for width in WIDTHS:
            await discord.page.set_viewport_size({"width": width, "height": HEIGHT})
            await discord.page.mouse.move(0, 0)
            await discord.page.wait_for_timeout(1500)  # the page fetches its images
            shown = discord.form if form else discord.newest_message
            await shown.screenshot(path=FOLDER / f"{self._locale}-{name}-{width}.png")
        await discord.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    async def create(self, number: int) -> None:
        name, description = list(CAST.items())[number]
        await self._discord.command("character create")
        if number == 0:
            await self.take("form", form=True)
        await self._discord.fill(_("Name"), name)
        await self._discord.fill(_("Description"), description)
        await self._discord.upload("portrait.png", portrait(0.55 + number / len(CAST)))
        await self._discord.submit()
        await self._discord.sees(name)

    async def characters(self) -> None:
        discord = self._discord
        await discord.command("character list")
        await self.take("empty")
        for number in range(len(CAST)):
            await self.create(number)
        await self.take("sheet")
        await discord.command("character list")
        await self.take("roster")
        await discord.command("character delete", name="Mirelle")
        await self.take("deleted")
        await discord.command("character restore")
        await self.take("trash")
        await discord.command("character privacy")
        await self.take("privacy")
        await discord.command("character import", file=("tuppers.json", as_json(TUPPERS)))
        await discord.sees(_("-# Nothing is imported yet.").removeprefix("-# "))
        await self.take("import")
        await discord.command("character forget")
        await self.take("forget")
        await discord.press(_("Forget me"))
        await self.take("forget-form", form=True)
        await discord.fill("", "x")
        await discord.submit()

    async def lobby(self) -> None:
        discord = self._discord
        await discord.command("lobby open", title="The Sunken Keep", seats="5")
        await discord.press(_("Join"))
        await discord.sees("@Robin")
        await self.take("lobby")
        await discord.press(_("Host: start"))
        await self.take("party")


async def main(locale: str) -> None:
    with tempfile.TemporaryDirectory() as folder, in_language(locale):
        async with (
            playground(Path(folder), locale=locale) as address,
            browser() as chromium,
            visit(chromium, address, WIDTHS[0], HEIGHT) as discord,
        ):
            screens = Screens(discord, locale)
            await screens.characters()
            await screens.lobby()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1]))

"""Takes the README's pictures in the playground: `make pictures`."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from characters.transfer.formats.card import write_json_card
from characters.transfer.formats.png_card import write_png_card
from characters.transfer.formats.portable import Portable
from docs.portraits import portrait
from tests.browser import Discord, browser, playground, visit
from tests.transfer.formats.samples import as_json, zip_of

IMAGES = Path(__file__).with_name("images")

CAST = {
    "Ana the Bold": "A retired pirate with one glass eye.\n"
    "She hums when she lies, and she never stops humming.",
    "Professor Quill": "Studies dragons from a safe distance, which he keeps misjudging.",
    "Mirelle of the Marsh": "A witch who sells weather by the bottle.",
    "Old Tom": "Ferryman. Speaks only in questions.",
}


CROWD = (
    *("Aldo", "Bryn Ashfoot", "Captain Marrow", "Dame Ysolde", "Esme", "Fenwick", "Grete"),
    *("Hollis", "Ilka of the Pass", "Jory", "Kestrel", "Lune", "Magister Oake", "Nettle"),
    *("Orsolya", "Pip", "Quarrel", "Rook", "Sister Vane", "Tamsin", "Umber", "Vesper", "Yorick"),
)

TUPPERS = {
    "tuppers": [
        {"name": name, "brackets": ["x:", ""], "description": text} for name, text in CAST.items()
    ]
}
PERSONAS = {
    "personas": {f"{number}.png": name for number, name in enumerate(CAST)},
    "persona_descriptions": {
        f"{number}.png": {"description": text, "position": 0}
        for number, text in enumerate([*CAST.values()][:3])
    },
}
MEMBERS = {
    "version": 2,
    "switches": [],
    "members": [
        {"id": f"a{number}", "name": name, "description": text, "avatar_url": "https://127.0.0.1/a"}
        for number, (name, text) in enumerate(CAST.items())
    ],
}


async def main() -> None:
    async with new_playground() as discord:
        await discord.command("character list")
        await take(discord, "empty")
        await create_everyone(discord)
        await discord.command("character list")
        await take(discord, "roster")
        await discord.command("character show")
        await take(discord, "sheet")
        await discord.press("Edit")
        await take_form(discord, "edit")
        await discord.fill("Name", "\u2800")
        await discord.submit()
        await take(discord, "refused")
        await discord.command("character delete", name="Mirelle")
        await take(discord, "deleted")
        await discord.command("character restore")
        await take(discord, "trash")
        await discord.command("character forget")
        await take(discord, "forget")
        await discord.press("Forget me")
        await take_form(discord, "forget-form")
    async with new_playground() as discord:
        await gather(discord)
        await bring_in(discord)
    async with new_playground() as discord:
        await look_at_many(discord)


@asynccontextmanager
async def new_playground() -> AsyncGenerator[Discord, None]:
    """A visit to a playground in which nothing has been done."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            playground(Path(folder)) as address,
            browser() as chromium,
            visit(chromium, address, width=1000, height=1400) as discord,
        ):
            yield discord


async def gather(discord: Discord) -> None:
    """A lobby, and what becomes of it."""
    for number, player in enumerate(("Sasha", "Kim", "Robin")):
        await discord.be(player)
        await create(discord, number)
    await discord.command("lobby open", title="The Sunken Keep", seats="5")
    for player in ("Robin", "Kim", "Sasha"):
        await discord.be(player)
        await discord.press("Join")
        await discord.sees(f"played by @{player}")
    await discord.be("Robin")
    await take(discord, "lobby")
    await discord.press("Host: start")
    await discord.sees("The session has started")
    await take(discord, "party")
    await discord.press("Look at…")
    await discord.choose("Professor Quill")
    await discord.sees("plays in this session:")
    await take(discord, "look")


async def bring_in(discord: Discord) -> None:
    """Files of other programs, before and after the button."""
    await discord.command("character import", file=("tuppers.json", as_json(TUPPERS)))
    await discord.sees("Nothing is imported yet")
    await take(discord, "import")
    await discord.command("character import", file=("personas.json", as_json(PERSONAS)))
    await discord.sees("SillyTavern personas")
    await take(discord, "import-personas")
    await discord.command("character import", file=("cards.zip", zip_of(cards())))
    await discord.sees("Character cards")
    await take(discord, "import-cards")
    await discord.command("character import", file=("system.json", as_json(MEMBERS)))
    await discord.sees("PluralKit export")
    await discord.press("Import 3 new")
    await discord.sees("imported")
    await take(discord, "import-dead-links")


async def look_at_many(discord: Discord) -> None:
    """The gallery of a player with more than a few characters; some have no portrait."""
    await discord.command("character import", file=("cards.zip", zip_of(cards_of_many())))
    await discord.press(f"Import {len(CROWD)} new")
    await discord.sees(f"{len(CROWD)} imported")
    await discord.command("character list")
    await take(discord, "gallery")


def cards_of_many() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for number, name in enumerate(CROWD):
        portable = Portable(name, f"{name} came with the last ferry.", char_id=str(number))
        if number % 6 == 5:  # noqa: PLR2004 - one in six
            files[f"{name}.json"] = write_json_card(portable).data
        else:
            picture = portrait(number * 0.618)
            files[f"{name}.png"] = write_png_card(portable, picture).data
    return files


def cards() -> dict[str, bytes]:
    """A PNG card of each of the cast, and a picture without a card."""
    files = {"holiday.png": portrait(0.3)}
    for number, (name, text) in enumerate(CAST.items()):
        character = Portable(name, text, char_id=str(number))
        picture = portrait(0.55 + number / len(CAST))
        files[f"{name}.png"] = write_png_card(character, picture).data
    return files


async def create_everyone(discord: Discord) -> None:
    for number in range(len(CAST)):
        await create(discord, number)


async def create(discord: Discord, number: int) -> None:
    name, description = list(CAST.items())[number]
    await discord.command("character create")
    await discord.fill("Name", name)
    await discord.fill("Description", description)
    await discord.upload("portrait.png", portrait(0.55 + number / len(CAST)))
    await discord.submit()
    await discord.sees(name)


async def take(discord: Discord, name: str) -> None:
    """A picture of the newest message."""
    await discord.newest_message.scroll_into_view_if_needed()
    await discord.page.mouse.move(0, 0)
    await discord.page.wait_for_timeout(
        2000
    )  # the page fetches its images and fades its buttons in
    await discord.newest_message.screenshot(path=IMAGES / f"{name}.png")


async def take_form(discord: Discord, name: str) -> None:
    """A picture of the open form."""
    await discord.page.wait_for_timeout(500)
    await discord.form.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(main())

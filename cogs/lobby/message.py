"""A lobby's message: the players with their characters; after the start, the party."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.lobby.lobby import Lobby
from characters.model import Character
from characters.registry import Registry
from cogs.characters.texts import PORTRAIT_AWAY, PORTRAITS_AWAY, portrait_named
from cogs.characters.ui.language import _, in_language
from cogs.characters.ui.panels import Notice, Panel
from cogs.characters.ui.pictures import party_pictures, small_pictures
from cogs.lobby import buttons, texts
from cogs.lobby.party import Party, party_of

# Players with a section each; Discord takes 40 components in a message.
SECTIONS = 8
GALLERY = 10  # pictures that Discord takes in one gallery

Items = Sequence[ui.Item[Any]]
Files = Sequence[discord.File | None]


async def lobby_message(registry: Registry, lobby: Lobby, *, pictures: bool = True) -> Panel:
    """The lobby as it is now; once it has started, with the party as it was then.

    It is in the language of the server, whoever has it redrawn.
    """
    with in_language(lobby.locale):
        return await _message(registry, lobby, pictures=pictures)


async def _message(registry: Registry, lobby: Lobby, *, pictures: bool) -> Panel:
    if lobby.state == "closed":
        return Notice(texts.heading(lobby))
    party = await party_of(registry, lobby)
    if lobby.state == "started":
        items, files = await _lines(registry, lobby, party, pictures=pictures)
        return LobbyMessage(lobby, items, files, buttons.party_controls(lobby))
    draw = _sections if len(party) <= SECTIONS else _lines
    items, files = await draw(registry, lobby, party, pictures=pictures)
    return LobbyMessage(lobby, items, files, buttons.controls(lobby))


class LobbyMessage(Panel):
    def __init__(self, lobby: Lobby, middle: Items, files: Files, controls: Items) -> None:
        super().__init__(*files)
        container = ui.Container[Any](accent_colour=discord.Colour.blurple())
        container.add_item(ui.TextDisplay(texts.heading(lobby)))
        container.add_item(ui.Separator())
        for item in middle or [ui.TextDisplay(_(texts.EMPTY))]:
            container.add_item(item)
        self.add_item(container)
        for item in controls:
            self.add_item(item)


async def _sections(
    registry: Registry, lobby: Lobby, party: Party, *, pictures: bool
) -> tuple[Items, Files]:
    """A section for each player, with the portrait beside the name."""
    portraits = await small_pictures(registry, party if pictures else [None] * len(party))
    items: list[ui.Item[Any]] = []
    for player, character, portrait in zip(lobby.players, party, portraits, strict=True):
        text = texts.player(player, character)
        if character and portrait:
            thumbnail = ui.Thumbnail[Any](
                portrait.url, description=portrait_named(character), spoiler=character.has_spoiler
            )
            items.append(ui.Section[Any](text, accessory=thumbnail))
        else:
            away = (
                f"\n{_(PORTRAIT_AWAY)}" if pictures and character and character.image_path else ""
            )
            items.append(ui.TextDisplay(f"{text}{away}"))
    return items, [portrait and portrait.file for portrait in portraits]


async def _lines(
    registry: Registry, lobby: Lobby, party: Party, *, pictures: bool
) -> tuple[Items, Files]:
    """A line for each player, and the portraits in galleries below."""
    items: list[ui.Item[Any]] = [ui.TextDisplay(texts.players(lobby.players, party))]
    if not pictures:
        return items, []
    portraits, collage = await party_pictures(registry, party)
    media: list[discord.MediaGalleryItem] = []
    files: list[discord.File | None] = []
    together: list[tuple[int, Character]] = []
    for number, (portrait, character) in enumerate(zip(portraits, party, strict=True), start=1):
        if portrait and character:
            item = discord.MediaGalleryItem(
                portrait.url, description=portrait_named(character), spoiler=character.has_spoiler
            )
            media.append(item)
            files.append(portrait.file)
        elif character and character.image_path:
            together.append((number, character))
    if collage:
        description = texts.portraits_of(together)
        spoiler = any(character.has_spoiler for _, character in together)
        media.append(
            discord.MediaGalleryItem(collage.url, description=description, spoiler=spoiler)
        )
        files.append(collage.file)
        if registry.portraits.some_away(party):
            items.append(ui.TextDisplay(_(PORTRAITS_AWAY)))
    elif together:
        items.append(ui.TextDisplay(texts.portraits_away(together)))
    starts = range(0, len(media), GALLERY)
    items += [ui.MediaGallery[Any](*media[start : start + GALLERY]) for start in starts]
    return items, files

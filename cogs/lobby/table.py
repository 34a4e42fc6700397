"""A lobby's message: who sits there, with their characters; after the start, the party."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.lobbies import Lobby
from characters.model import Character
from characters.registry import Registry
from cogs.characters.texts import portrait_of
from cogs.lobby import seats, texts
from cogs.pictures import Picture, party_pictures, small_pictures
from cogs.ui import Notice, Panel

ROOMY = 8  # players whose portraits stand beside their names; Discord takes 40 components in a message
GALLERY = 10  # pictures in one gallery

Party = Sequence[Character | None]
Items = Sequence[ui.Item[Any]]
Files = Sequence[discord.File | None]


async def table(registry: Registry, lobby: Lobby) -> Panel:
    """The lobby as it is now; once it has started, the party as it was then."""
    if lobby.state == "closed":
        return Notice(texts.heading(lobby))
    if lobby.state == "started":
        return Table(lobby, *await _dense(registry, lobby, lobby.party))
    found = await registry.party(lobby.user_ids)
    party = [found.get(user_id) for user_id in lobby.user_ids]
    middle = await (_roomy if len(party) <= ROOMY else _dense)(registry, lobby, party)
    return Table(lobby, *middle, seats.controls(lobby))


class Table(Panel):
    def __init__(self, lobby: Lobby, middle: Items, files: Files, controls: Items = ()) -> None:
        super().__init__(*files)
        container = ui.Container[Any](ui.TextDisplay(texts.heading(lobby)), accent_colour=discord.Colour.blurple())
        container.add_item(ui.Separator())
        for item in middle or [ui.TextDisplay(texts.EMPTY)]:
            container.add_item(item)
        self.add_item(container)
        for item in controls:
            self.add_item(item)


async def _roomy(registry: Registry, lobby: Lobby, party: Party) -> tuple[Items, Files]:
    """Each portrait beside its name."""
    pictures = await small_pictures(registry, party)
    items: list[ui.Item[Any]] = []
    for player, character, picture in zip(lobby.players, party, pictures, strict=True):
        text = texts.player(player, character)
        if character and picture:
            thumbnail = ui.Thumbnail[Any](picture.url, description=portrait_of(character))
            items.append(ui.Section[Any](text, accessory=thumbnail))
        else:
            items.append(ui.TextDisplay(text))
    return items, [picture and picture.file for picture in pictures]


async def _dense(registry: Registry, lobby: Lobby, party: Party) -> tuple[Items, Files]:
    """All names, and all portraits below them."""
    pictures = await party_pictures(registry, party)
    if isinstance(pictures, Picture):
        shown = [(pictures, texts.portraits_of(party))]
    else:
        named = zip(pictures, party, strict=True)
        shown = [(picture, portrait_of(character)) for picture, character in named if picture and character]
    items: list[ui.Item[Any]] = [ui.TextDisplay(texts.players(lobby.players, party))]
    for start in range(0, len(shown), GALLERY):
        gallery = ui.MediaGallery[Any]()
        for picture, description in shown[start : start + GALLERY]:
            gallery.add_item(media=picture.url, description=description)
        items.append(gallery)
    return items, [picture.file for picture, _ in shown]

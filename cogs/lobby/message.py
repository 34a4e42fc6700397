"""A lobby's message: who sits there, with their characters; after the start, the party."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from characters.lobby.lobby import Lobby
from characters.model import Character
from characters.registry import Registry
from cogs.characters.texts import portrait_of
from cogs.characters.ui.messages import Notice, Panel
from cogs.characters.ui.pictures import party_pictures, small_pictures
from cogs.lobby import buttons as seats
from cogs.lobby import texts

ROOMY = (
    8  # players whose portraits stand beside their names; Discord takes 40 components in a message
)
GALLERY = 10  # pictures in one gallery

Party = Sequence[Character | None]
Items = Sequence[ui.Item[Any]]
Files = Sequence[discord.File | None]


async def table(registry: Registry, lobby: Lobby, *, pictures: bool = True) -> Panel:
    """The lobby as it is now; once it has started, the party as it was then."""
    if lobby.state == "closed":
        return Notice(texts.heading(lobby))
    if lobby.state == "started":
        controls = () if lobby.announced else seats.start_again()
        return LobbyMessage(
            lobby, *await _dense(registry, lobby, lobby.party, pictures=pictures), controls
        )
    found = await registry.party(lobby.user_ids)
    party = [found.get(user_id) for user_id in lobby.user_ids]
    draw = _roomy if len(party) <= ROOMY else _dense
    return LobbyMessage(
        lobby, *await draw(registry, lobby, party, pictures=pictures), seats.controls(lobby)
    )


class LobbyMessage(Panel):
    def __init__(self, lobby: Lobby, middle: Items, files: Files, controls: Items = ()) -> None:
        super().__init__(*files)
        container = ui.Container[Any](
            ui.TextDisplay(texts.heading(lobby)), accent_colour=discord.Colour.blurple()
        )
        container.add_item(ui.Separator())
        for item in middle or [ui.TextDisplay(texts.EMPTY)]:
            container.add_item(item)
        self.add_item(container)
        for item in controls:
            self.add_item(item)


async def _roomy(
    registry: Registry, lobby: Lobby, party: Party, *, pictures: bool
) -> tuple[Items, Files]:
    """Each portrait beside its name."""
    portraits = await small_pictures(registry, party if pictures else [None] * len(party))
    items: list[ui.Item[Any]] = []
    for player, character, portrait in zip(lobby.players, party, portraits, strict=True):
        text = texts.player(player, character)
        if character and portrait:
            thumbnail = ui.Thumbnail[Any](portrait.url, description=portrait_of(character))
            items.append(ui.Section[Any](text, accessory=thumbnail))
        else:
            items.append(ui.TextDisplay(text))
    return items, [portrait and portrait.file for portrait in portraits]


async def _dense(
    registry: Registry, lobby: Lobby, party: Party, *, pictures: bool
) -> tuple[Items, Files]:
    """All names, and all portraits below them."""
    items: list[ui.Item[Any]] = [ui.TextDisplay(texts.players(lobby.players, party))]
    if not pictures:
        return items, []
    portraits, collage = await party_pictures(registry, party)
    numbered = list(enumerate(zip(portraits, party, strict=True), start=1))
    shown = [
        (portrait, portrait_of(character))
        for _, (portrait, character) in numbered
        if portrait and character
    ]
    if collage:
        inside = [
            (number, each)
            for number, (alone, each) in numbered
            if each and not alone and each.image_path
        ]
        shown.append((collage, texts.portraits_of(inside)))
    for start in range(0, len(shown), GALLERY):
        gallery = ui.MediaGallery[Any]()
        for portrait, description in shown[start : start + GALLERY]:
            gallery.add_item(media=portrait.url, description=description)
        items.append(gallery)
    return items, [portrait.file for portrait, _ in shown]

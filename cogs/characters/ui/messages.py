"""What every message, button, menu and form of ours shares."""

import logging
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import singledispatch
from io import BytesIO
from typing import Any, TypeVar, cast

import aiohttp
import discord
from discord import ui

from characters.errors import CharacterError
from characters.registry import Registry
from characters.store.drafts import Upload

HEAVY = 512 * 1024  # bytes
TEXT_LIMIT = 4000  # characters in a message
REPORT_LIMIT = 3200  # of which so many for a report, which something may follow

UNKNOWN_INTERACTION = 10062  # Discord gave up waiting for the answer
ALREADY_ACKNOWLEDGED = 40060  # the same interaction reached us twice
INVALID_TOKEN = 50027  # an interaction can be answered for 15 minutes
TOO_LATE = {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED, INVALID_TOKEN}
UNREACHABLE = (
    discord.HTTPException,
    aiohttp.ClientError,
    OSError,
)  # what a request to Discord may end in

IN_FILE = "-# The file says all of it."
SOMETHING_WENT_WRONG = (
    "Something went wrong on my side, and I have noted it down. Please try again."
)

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")

NO_PINGS = discord.AllowedMentions.none()

T = TypeVar("T")

log = logging.getLogger(__name__)


def registry_of(interaction: discord.Interaction) -> Registry:
    """The registry that the bot offers, or that our cog opened for it."""
    return cast("Registry", cast("Any", interaction.client).registry)


def line(text: str, limit: int) -> str:
    """The first line of a text, at most `limit` characters long, fit for Discord's labels."""
    first, *rest = sendable(text.strip()[: 10 * limit]).splitlines() or [""]
    return f"{first[: limit - 2]} …" if len(first) > limit or rest else first


def sendable(text: str) -> str:
    """The text without halves of characters, which other programs may record and Discord refuses."""
    return text.encode(errors="replace").decode()


def safe(text: str) -> str:
    """Shows a player's text as it is: Discord takes any punctuation after a backslash literally."""
    return _PUNCTUATION.sub(r"\\\g<0>", text)


class Panel(ui.LayoutView):
    """A message. All of its buttons and menus are LastingItems, so discord.py need not remember it."""

    def __init__(self, *files: discord.File | None) -> None:
        super().__init__(timeout=None)
        self.files = [file for file in files if file]
        self.stop()

    @property
    def is_heavy(self) -> bool:
        """Whether the upload may take longer than Discord waits for an answer (3 s)."""
        return (
            sum(len(file.fp.getbuffer()) for file in self.files if isinstance(file.fp, BytesIO))
            > HEAVY
        )


def row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Buttons side by side, or one menu."""
    action_row = ui.ActionRow[Any]()
    for item in items:
        action_row.add_item(item)
    return action_row


class Notice(Panel):
    """One sentence, with buttons under it where there are any."""

    def __init__(self, sentence: str, *buttons: ui.Item[Any]) -> None:
        super().__init__()
        self.add_item(ui.TextDisplay(sentence[:TEXT_LIMIT]))
        if buttons:
            self.add_item(row(*buttons))


class Report(Panel):
    """Much to say: where a message can't hold the `whole` text, it has the first of it, and a file has all."""

    def __init__(self, text: str, whole: str, file_name: str) -> None:
        cut = len(text) > REPORT_LIMIT
        file = (
            discord.File(BytesIO(whole.encode(errors="replace")), file_name)
            if cut or text != whole
            else None
        )
        super().__init__(file)
        self.add_item(
            ui.Container(ui.TextDisplay(text[:REPORT_LIMIT].rpartition("\n")[0] if cut else text))
        )
        if file:
            self.add_item(ui.TextDisplay(IN_FILE))
            self.add_item(ui.File(file))


async def answer(interaction: discord.Interaction, panel: Panel, *, ephemeral: bool = True) -> None:
    """Sends the panel as the interaction's answer, also where the answer was deferred."""
    response = interaction.response
    if panel.is_heavy and not response.is_done():
        await response.defer(ephemeral=ephemeral, thinking=True)
    if response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(
            view=panel, attachments=panel.files, allowed_mentions=NO_PINGS
        )
    elif response.is_done():
        await interaction.followup.send(
            view=panel, files=panel.files, ephemeral=ephemeral, allowed_mentions=NO_PINGS
        )
    else:
        await response.send_message(
            view=panel, files=panel.files, ephemeral=ephemeral, allowed_mentions=NO_PINGS
        )


async def redraw(interaction: discord.Interaction, panel: Panel) -> None:
    """Puts the panel in the place of the message whose button was pressed."""
    if panel.is_heavy:
        await interaction.response.defer()
        await interaction.edit_original_response(
            view=panel, attachments=panel.files, allowed_mentions=NO_PINGS
        )
    else:
        await interaction.response.edit_message(
            view=panel, attachments=panel.files, allowed_mentions=NO_PINGS
        )


async def working(interaction: discord.Interaction, sentence: str) -> None:
    """Says what takes a while; `answer` puts its outcome in the same place."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(view=Notice(sentence))


@singledispatch
def panel_of(error: CharacterError, user_id: int) -> Panel:
    """What a player sees of an error: its sentence, unless a kind of error has more to offer and says so here."""
    del user_id
    return Notice(str(error))


async def answer_error(interaction: discord.Interaction, error: BaseException) -> None:
    """The one handler: what `panel_of` says of a CharacterError; else an honest sentence, and the error in the log."""
    if isinstance(error, CharacterError):
        panel = panel_of(error, interaction.user.id)
    elif isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.info("An interaction of user %s could not be answered: %s", interaction.user.id, error)
        return
    else:
        log.error(
            "An interaction of user %s failed: %s",
            interaction.user.id,
            type(error).__name__,
            exc_info=error,
        )
        panel = Notice(SOMETHING_WENT_WRONG)
    try:
        await answer(interaction, panel)
    except UNREACHABLE as failure:
        log.info("User %s could not be told: %s", interaction.user.id, failure)


@asynccontextmanager
async def answering(interaction: discord.Interaction) -> AsyncGenerator[None, None]:
    """Whatever goes wrong within is answered; discord.py would only log it, and the player see a dead button."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the one handler takes every kind
        await answer_error(interaction, error)


class Form(ui.Modal):
    """A modal. What comes of it reaches us as a Submission, also in another process than the one that sent it."""

    def __init__(self, title: str, custom_id: str) -> None:
        super().__init__(title=title, timeout=None, custom_id=custom_id)
        self.stop()  # so that discord.py need not remember it


class Submission:
    """What a player filled in: the custom_id of the form, and the fields by theirs."""

    def __init__(self, interaction: discord.Interaction) -> None:
        data = cast("dict[str, Any]", interaction.data)
        self.custom_id: str = data["custom_id"]
        inputs = (label["component"] for label in data["components"] if "component" in label)
        self._fields: dict[str, dict[str, Any]] = {field["custom_id"]: field for field in inputs}
        self._attachments: dict[str, dict[str, Any]] = data.get("resolved", {}).get(
            "attachments", {}
        )

    def text(self, field: str) -> str | None:
        """None where the form had no such field."""
        return self._fields[field]["value"] if field in self._fields else None

    def checked(self, field: str) -> bool:
        return bool(self._fields.get(field, {}).get("value"))

    def upload(self, field: str) -> Upload | None:
        """The first file; None where there is none."""
        for attachment_id in self._fields.get(field, {}).get("values", []):
            attachment = self._attachments[attachment_id]
            return Upload(attachment["url"], attachment["size"])
        return None


def pages_of(items: Sequence[T], per_page: int, page: int) -> tuple[int, int, Sequence[T]]:
    """The page (the nearest one there is, counted from 0), how many there are, and what is on it."""
    pages = max(1, -(-len(items) // per_page))
    page = max(0, min(page, pages - 1))
    return page, pages, items[page * per_page : (page + 1) * per_page]

"""The messages that we send, and pages of long lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Generic, TypeVar

import discord
from discord import ui

from cogs.characters import texts
from cogs.characters.ui.language import _

HEAVY = 512 * 1024  # bytes
TEXT_LIMIT = 4000  # characters that Discord takes in a message
REPORT_LIMIT = 3200  # characters of a report; the rest is left for what stands below it

T = TypeVar("T")


class Panel(ui.LayoutView):
    """A message. All its buttons and menus are LastingItems, so discord.py need not remember it."""

    def __init__(self, *files: discord.File | None) -> None:
        super().__init__(timeout=None)
        self.files = [file for file in files if file]
        self.stop()

    @property
    def is_heavy(self) -> bool:
        """Whether the upload may take longer than Discord waits for an answer (3 seconds)."""
        sizes = [len(each.fp.getbuffer()) for each in self.files if isinstance(each.fp, BytesIO)]
        return sum(sizes) > HEAVY


class Notice(Panel):
    """A text, with buttons under it if there are any."""

    def __init__(self, text: str, *buttons: ui.Item[Any]) -> None:
        super().__init__()
        self.add_item(ui.TextDisplay(text[:TEXT_LIMIT]))
        if buttons:
            self.add_item(row(*buttons))


class Report(Panel):
    """A long text, with buttons under it if there are any.

    A message that can't hold the `whole` of it has the beginning, and a file.
    """

    def __init__(self, text: str, whole: str, file_name: str, *buttons: ui.Item[Any]) -> None:
        shown = text
        if len(text) > REPORT_LIMIT:
            shown = text[:REPORT_LIMIT].rpartition("\n")[0]
        file = None
        if shown != whole:
            file = discord.File(BytesIO(whole.encode(errors="replace")), file_name)
        super().__init__(file)
        self.add_item(ui.Container(ui.TextDisplay(shown)))
        if file:
            self.add_item(ui.TextDisplay(_(texts.WHOLE_LIST)))
            self.add_item(ui.File(file))
        if buttons:
            self.add_item(row(*buttons))


def row(*items: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Buttons side by side, or one menu."""
    action_row = ui.ActionRow[Any]()
    for item in items:
        action_row.add_item(item)
    return action_row


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of a list: its number (from 0), how many pages there are, and what is on it."""

    number: int
    count: int
    items: Sequence[T]


def page_of(items: Sequence[T], per_page: int, number: int) -> Page[T]:
    """The page with this number, or the nearest one that exists."""
    count = max(1, -(-len(items) // per_page))
    number = max(0, min(number, count - 1))
    return Page(number, count, items[number * per_page : (number + 1) * per_page])

"""What of the list of characters a player looks at: page, order and search."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from characters.matching import plain
from characters.model import Character
from characters.roster import Roster

QUERY_BYTES = 39  # of UTF-8: 52 letters in a custom_id, which has at most 100
MOST_PAGES = 1_000_000
# The form of `argument`: page, order and search.
ARGUMENT = r"(?P<page>[0-9]{1,6})(?P<order>[rnc])(?P<query>[A-Za-z0-9_-]{0,52})"

_ARGUMENT = re.compile(ARGUMENT)


class Order(StrEnum):
    """How the list is sorted; the value stands in custom_ids."""

    RECENT = "r"
    NAME = "n"
    CREATED = "c"


@dataclass(frozen=True, slots=True)
class ListView:
    """A page (from 0) of the characters with `query` in their names, or of all, in an order."""

    page: int = 0
    order: Order = Order.RECENT
    query: str = ""

    @property
    def argument(self) -> str:
        """This view in a custom_id: letters of ASCII, whatever was searched for."""
        query = urlsafe_b64encode(self.query.encode()).decode().rstrip("=")
        return f"{min(self.page, MOST_PAGES - 1)}{self.order}{query}"

    @classmethod
    def of(cls, argument: str) -> Self:
        """The view with this argument; the first page of all where it has another form."""
        match = _ARGUMENT.fullmatch(argument)
        if match is None:
            return cls()
        view = cls(int(match["page"]), Order(match["order"]))
        return view.searching(_decoded(match["query"]))

    def at(self, page: int) -> Self:
        return replace(self, page=page)

    def sorted(self, order: Order) -> Self:
        return replace(self, page=0, order=order)

    def searching(self, text: str) -> Self:
        """The same page of what is found with this text, of which the beginning is kept."""
        text = " ".join(text.encode(errors="ignore").decode().split())
        return replace(self, query=text.encode()[:QUERY_BYTES].decode(errors="ignore").strip())

    def of_all(self) -> Self:
        """The first page without a search."""
        return replace(self, page=0, query="")

    def characters(self, roster: Roster) -> list[Character]:
        """What is listed, on all pages.

        The best match of a search comes first unless another order was chosen; without a search,
        favourites do, and of the most recent ones the active character.
        """
        found = roster.matching(self.query) if self.query else list(roster.characters)
        if self.order is Order.NAME:
            found.sort(key=lambda each: plain(each.name))
        elif self.order is Order.CREATED:
            found.sort(key=lambda each: -each.created_at)
        elif self.query:
            return found
        found.sort(key=lambda each: not each.is_favourite)
        if self.order is Order.RECENT:
            found.sort(key=lambda each: each.char_id != roster.active_id)
        return found


START = ListView()


def _decoded(query: str) -> str:
    padded = query + "=" * (-len(query) % 4)
    try:
        return urlsafe_b64decode(padded).decode(errors="ignore")
    except binascii.Error:
        return ""

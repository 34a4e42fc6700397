"""The form in which a player searches the list."""

import re
from typing import Any

from discord import ui

from cogs.characters import roster_texts as texts
from cogs.characters.list_view import ARGUMENT, QUERY_BYTES, ListView
from cogs.characters.ui.items import PREFIX
from cogs.characters.ui.language import _
from cogs.characters.ui.submissions import Form, Submission

LOOKED_AT = 1000  # letters of a forged form


class SearchForm(Form):
    """One field. The custom_id holds the view from which it was opened."""

    ID = re.compile(rf"{PREFIX}:search-form:(?P<view>{ARGUMENT})")

    def __init__(self, view: ListView) -> None:
        super().__init__(_(texts.SEARCH_TITLE), f"{PREFIX}:search-form:{view.argument}")
        text = ui.TextInput[Any](
            custom_id="query", required=False, max_length=QUERY_BYTES, default=view.query
        )
        label, help_text = _(texts.SEARCH_LABEL), _(texts.SEARCH_HELP)
        self.add_item(ui.Label(text=label, description=help_text, component=text))

    @staticmethod
    def read(match: re.Match[str], submission: Submission) -> ListView:
        """What to list now; `match` is that of ID with the custom_id."""
        text = (submission.text("query") or "")[:LOOKED_AT]
        return ListView.of(match["view"]).at(0).searching(text)

"""The menu in the form for what becomes of the portrait: which part lists show, or none of it."""

from typing import Any

import discord
from discord import ui

from characters.portrait_fields import FOCUSES
from characters.portraits.assets import thumbnail_of
from characters.store.drafts import Draft
from cogs.characters import form_texts as texts
from cogs.characters.ui.language import _
from cogs.characters.ui.submissions import Submission

MENU_ID = "shown"
REMOVE = "remove"
_AS_IT_IS = "as_it_is"


def portrait_menu(draft: Draft, portrait_path: str | None) -> ui.Select[Any]:
    """The present portrait has this path; lists show parts of those alone that we made."""
    is_ours = portrait_path is not None and thumbnail_of(portrait_path) != portrait_path
    focuses = {each: _(label) for each, label in texts.FOCUS_LABELS.items()} if is_ours else {}
    chosen = REMOVE if draft.remove_portrait else draft.focus or _AS_IT_IS
    choices = {_AS_IT_IS: _(texts.AS_IT_IS), **focuses, REMOVE: _(texts.REMOVE_LABEL)}
    options = [
        discord.SelectOption(label=label, value=value, default=value == chosen)
        for value, label in choices.items()
    ]
    return ui.Select(custom_id=MENU_ID, options=options, required=False)


def chosen_focus(submission: Submission) -> str:
    """One of FOCUSES; empty where none was chosen, as anybody may send any value."""
    chosen = submission.chosen(MENU_ID)
    return chosen if chosen in FOCUSES else ""

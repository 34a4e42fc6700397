"""What players read where a name that they type fits no character, or several."""

from characters.names import NAME_LIMIT
from cogs.characters.ui.formatting import shown_name
from cogs.characters.ui.language import N_, _, ngettext

# Translators: at most 150 letters.
CHOOSE = N_("Choose who you mean")


def no_character_called(typed: str) -> str:
    return _(
        "You have no character called “{name}”. "
        "`/character list` shows your characters, `/character restore` the deleted ones.",
        name=shown_name(typed, NAME_LIMIT),
    )


def several_match(count: int, shown: int, typed: str) -> str:
    name = shown_name(typed, NAME_LIMIT)
    if count > shown:
        return ngettext(
            "{count} of your characters matches “{name}”. These {shown} match best; with more "
            "letters of the name, others can come.",
            "{count} of your characters match “{name}”. These {shown} match best; with more "
            "letters of the name, others can come.",
            count,
            name=name,
            shown=shown,
        )
    return ngettext(
        "{count} of your characters matches “{name}”.",
        "{count} of your characters match “{name}”.",
        count,
        name=name,
    )

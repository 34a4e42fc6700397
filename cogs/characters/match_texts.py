"""What players read where a name that they type fits no character, or several."""

from characters.names import NAME_LIMIT
from cogs.characters.ui.formatting import shown_name

CHOOSE = "Choose who you mean"


def no_character_called(typed: str) -> str:
    return (
        f"You have no character called “{shown_name(typed, NAME_LIMIT)}”. "
        "`/character list` shows your characters, `/character restore` the deleted ones."
    )


def several_match(count: int, shown: int, typed: str) -> str:
    asked = f"{count} of your characters match “{shown_name(typed, NAME_LIMIT)}”."
    if count > shown:
        return f"{asked} These {shown} match best; with more letters of the name, others can come."
    return asked

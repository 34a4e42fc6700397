"""What players read about who may look at the character they play."""

from characters.store.preference_store import Audience
from cogs.characters.ui.formatting import mention
from cogs.characters.ui.language import N_, _

MENU = "Character"  # in the menu of a member, under Apps: the name of a command, in no catalogue
DECISIONS = {
    # Translators: a button; at most 80 letters.
    Audience.NOBODY: N_("Let nobody look"),
    # Translators: a button; at most 80 letters.
    Audience.SERVERS: N_("Let members of my servers look"),
}
# Translators: Discord calls the menu **Apps**; **Character** stays as it is.
NOBODY_LOOKS = N_(
    "Nobody can look at the character you play, unless you share it or sit in a lobby.\n"
    "-# If you let members of your servers look, they find it in your menu there: "
    "**Apps** → **Character**."
)
# Translators: Discord calls the menu **Apps**; **Character** stays as it is.
SERVERS_LOOK = N_(
    "Members of servers you are in can look at the character you play: in your menu there, "
    "**Apps** → **Character**. They see this:"
)
NOTHING_TO_SEE = N_(
    "Members of servers you are in may look at the character you play, but you have none "
    "yet. `/character create` makes one."
)
NOT_SHOWN = N_("They don't show a character.")


def plays(user_id: int) -> str:
    """Stands above the character."""
    return _("{player} plays:", player=mention(user_id))

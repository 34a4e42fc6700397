"""What players read about who may look at the character they play."""

from characters.store.preference_store import Audience

MENU = "Character"  # in the menu of a member, under Apps; at most 32 letters
AUDIENCES = {
    Audience.NOBODY: "Nobody",
    Audience.SERVERS: "Members of servers you are in",
}
DECISIONS = {
    Audience.NOBODY: "Let nobody look",
    Audience.SERVERS: "Let members of my servers look",
}
NOBODY_LOOKS = (
    "Nobody can look at the character you play, unless you share it or sit in a lobby.\n"
    "-# If you let members of your servers look, they find it in your menu there: "
    "**Apps** → **Character**."
)
SERVERS_LOOK = (
    "Members of servers you are in can look at the character you play: in your menu there, "
    "**Apps** → **Character**. They see this:"
)
NOTHING_TO_SEE = (
    "Members of servers you are in may look at the character you play, but you have none "
    "yet. `/character create` makes one."
)
NOT_SHOWN = "They don't show a character."
PLAYS = "<@{user_id}> plays:"


def plays(user_id: int) -> str:
    """Stands above the character. The mention notifies nobody: our messages allow none."""
    return PLAYS.format(user_id=user_id)

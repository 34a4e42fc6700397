"""What players read in a lobby; sentences about errors are in `cogs.characters.error_texts`."""

from collections.abc import Collection, Iterable, Sequence

from characters.lobby.lobby import Lobby, Player
from characters.model import Character
from cogs.characters.roster_texts import PORTRAITS
from cogs.characters.ui.formatting import line, mention, plain_name, safe, shown_name
from cogs.characters.ui.language import N_, NN_, _, listed, ngettext

TITLE_LIMIT = 100
ZWJ = "\u200d"  # joins emoji
# Translators: the title of a lobby to which its host gives none.
TITLE = N_("Game session")
EMPTY = N_("Nobody is here yet. Press **Join**, and the character you play comes with you.")
# Translators: a button; at most 80 letters.
JOIN = N_("Join")
# Translators: a button; at most 80 letters.
LEAVE = N_("Leave")
# Translators: a button; at most 80 letters.
CHANGE = N_("Change character")
# Translators: a button, and an empty menu: at whose character; at most 80 letters.
LOOK = N_("Look at…")
# Translators: a button for the host alone; starts the session; at most 80 letters.
START = N_("Host: start")
# Translators: a button for the host alone; at most 80 letters.
CLOSE = N_("Host: close")
# Translators: an empty menu for the host alone; at most 150 letters.
REMOVE = N_("Host: remove a player")
# Translators: a button; at most 80 letters.
CLOSE_NOW = N_("Close the lobby")
# Translators: a button; at most 80 letters.
KEEP_OPEN = N_("Keep it open")
LOSES_SEAT = NN_(
    "Close **{title}**? {count} player has a seat. It can't be opened again.",
    "Close **{title}**? {count} players have a seat. It can't be opened again.",
)
CLOSED = N_("The lobby is closed.")
STAYS_OPEN = N_("The lobby stays open.")
HAS_LEFT = NN_(
    "Not started yet: {players} has left this server, so their seat is free again. "
    "Press **Host: start** once more to start with everybody else.",
    "Not started yet: {players} have left this server, so their seats are free again. "
    "Press **Host: start** once more to start with everybody else.",
)
LOOK_QUESTION = N_("Whom do you want to look at?")
# Translators: at most 100 letters.
NO_CHARACTER_YET = N_("No character yet")
NOBODY_PLAYED = N_("That player has no character yet.")
# Translators: at most 150 letters.
CHOOSE = N_("Choose who to play")
GONE = N_("This lobby is over.")
EVERYBODY_LEFT = N_("Everybody has left.")
NOT_ANNOUNCED = N_("-# If the game does not begin, press **Host: start** again.")
NO_CHARACTER = N_("You have no character any more. Create one to play.")
MESSAGE_GONE = N_(
    "The lobby's message is gone, and the lobby with it. A session that has started goes on."
)
MESSAGE_LOCKED = N_(
    "That is done, but I may no longer change the lobby's message. Somebody who manages this "
    "channel can let me view it and attach files; then the next press shows everything."
)
MESSAGE_BEHIND = N_(
    "That is done, but Discord did not take the lobby's message. The next press tries again."
)
MISSING_PERMISSIONS = NN_(
    "A lobby needs this permission for me in this channel: {permissions}. "
    "Somebody who manages the channel can give it.",
    "A lobby needs these permissions for me in this channel: {permissions}. "
    "Somebody who manages the channel can give them.",
)
PERMISSIONS = {
    # Translators: as Discord calls this permission.
    "view_channel": N_("**View Channel**"),
    # Translators: as Discord calls this permission.
    "attach_files": N_("**Attach Files**"),
}

TAKEN = N_("-# Hosted by {host} · {count} of {seats} seats taken")
ALL_TAKEN = N_("-# Hosted by {host} · {count} of {seats} seats taken · full")
_WITHOUT = N_("{player} ⚠️ has no character: press **Change character** to create one.")

_NAME = 80  # letters of a character's name
_NAME_IN_LINE = 45  # letters of it where the lines of 25 players must fit into one message


def heading(lobby: Lobby) -> str:
    return f"## {safe(lobby.title)}\n{_status(lobby)}"


def player(who: Player, character: Character | None) -> str:
    """A player in a section of their own."""
    user = mention(who.user_id)
    if character is None:
        return _(_WITHOUT, player=user)
    return _("### {name}\nplayed by {player}", name=shown_name(character.name, _NAME), player=user)


def players(everyone: Sequence[Player], party: Sequence[Character | None]) -> str:
    """All players, a numbered line each."""
    lines: list[str] = []
    for number, (who, character) in enumerate(zip(everyone, party, strict=True), start=1):
        user = mention(who.user_id)
        if character is None:
            entry = _(_WITHOUT, player=user)
        else:
            name = shown_name(character.name, _NAME_IN_LINE)
            entry = _("**{name}**, played by {player}", name=name, player=user)
        lines.append(f"{number}. {entry}")
    return "\n".join(lines)


def portraits_away(numbered: Iterable[tuple[int, Character]]) -> str:
    """Whose portraits are not there, by the numbers of their lines."""
    numbers = listed(str(number) for number, _character in numbered)
    return _("-# ⚠️ These portraits can't be shown now: {numbers}", numbers=numbers)


def portraits_of(numbered: Iterable[tuple[int, Character]]) -> str:
    """The alt text of many portraits in one picture."""
    names = listed(f"{number} {plain_name(each.name, 30)}" for number, each in numbered)
    return line(_(PORTRAITS, names=names), 1000)


def playing(character: Character | None) -> str:
    if character is None:
        return _(NO_CHARACTER)
    name = shown_name(character.name, _NAME)
    return _("You play **{name}**, in this lobby and everywhere else.", name=name)


def close_question(lobby: Lobby) -> str:
    title = shown_name(lobby.title, TITLE_LIMIT)
    return ngettext(*LOSES_SEAT, len(lobby.players), title=title)


def have_left(lobby: Lobby, user_ids: Collection[int]) -> str:
    """Names the players as they were called when they took their seats."""
    left = [each for each in lobby.players if each.user_id in user_ids]
    players = listed(f"**{shown_name(each.name, _NAME)}**" for each in left)
    return ngettext(*HAS_LEFT, len(left), players=players)


def played_by(lobby: Lobby, user_id: int) -> str:
    """Stands above a character that somebody looks at."""
    if lobby.state == "started":
        return _("{player} plays in this session:", player=mention(user_id))
    return _("{player} plays:", player=mention(user_id))


def player_of(who: Player) -> str:
    # Translators: at most 100 letters, with the name.
    return _("Played by {name}", name=who.name)


def missing_permissions(names: Sequence[str]) -> str:
    permissions = listed(_(PERMISSIONS[name]) for name in names)
    return ngettext(*MISSING_PERMISSIONS, len(names), permissions=permissions)


def title(text: str) -> str:
    """What a host typed, without invisible letters and those that change the direction of text."""
    visible = "".join(each for each in text if each.isprintable() or each == ZWJ)
    return " ".join(visible.split())[:TITLE_LIMIT] or _(TITLE)


def _status(lobby: Lobby) -> str:
    host = mention(lobby.host_id)
    if lobby.state == "closed":
        if lobby.closed_by is None:
            return _(EVERYBODY_LEFT)
        return _("{player} closed this lobby.", player=mention(lobby.closed_by))
    if lobby.state == "started":
        status = _("-# The session has started · hosted by {host}", host=host)
        return status if lobby.announced else f"{status}\n{_(NOT_ANNOUNCED)}"
    sentence = TAKEN if len(lobby.players) < lobby.seats else ALL_TAKEN
    status = _(sentence, host=host, count=len(lobby.players), seats=lobby.seats)
    if lobby.former_host_id not in {None, *lobby.user_ids}:
        former = mention(lobby.former_host_id)
        status += "\n" + _("{former} left, so {host} hosts now.", former=former, host=host)
    return status

"""What players read in a lobby; sentences about errors are in `cogs.characters.error_texts`."""

from collections.abc import Collection, Iterable, Sequence

from characters.lobby.lobby import Lobby, Player
from characters.model import Character
from cogs.characters.ui.formatting import line, plain_name, plural, safe, shown_name

TITLE = "Game session"  # if the host gives none
TITLE_LIMIT = 100
ZWJ = "\u200d"  # joins emoji
EMPTY = "Nobody is here yet. Press **Join**, and the character you play comes with you."
JOIN = "Join"
LEAVE = "Leave"
CHANGE = "Change character"
LOOK = "Look at…"
START = "Host: start"
CLOSE = "Host: close"
REMOVE = "Host: remove a player"
CLOSE_NOW = "Close the lobby"
KEEP_OPEN = "Keep it open"
ONE_LOSES_SEAT = "Close **{title}**? {count} player has a seat. It can't be opened again."
ALL_LOSE_SEATS = "Close **{title}**? {count} players have a seat. It can't be opened again."
CLOSED = "The lobby is closed."
STAYS_OPEN = "The lobby stays open."
ONE_HAS_LEFT = (
    "Not started yet: {players} has left this server, so their seat is free again. "
    "Press **Host: start** once more to start with everybody else."
)
ALL_HAVE_LEFT = (
    "Not started yet: {players} have left this server, so their seats are free again. "
    "Press **Host: start** once more to start with everybody else."
)
LOOK_QUESTION = "Whom do you want to look at?"
NO_CHARACTER_YET = "No character yet"
NOBODY_PLAYED = "That player has no character yet."
PLAYED_NOW = "<@{user_id}> plays:"
PLAYED_THEN = "<@{user_id}> plays in this session:"
PLAYER = "Played by {name}"
CHOOSE = "Choose who to play"
GONE = "This lobby is over."
EVERYBODY_LEFT = "Everybody has left."
NOT_ANNOUNCED = "-# If the game does not begin, press **Host: start** again."
PLAYING = "You play **{name}**, in this lobby and everywhere else."
NO_CHARACTER = "You have no character any more. Create one to play."
MESSAGE_GONE = (
    "The lobby's message is gone, and the lobby with it. A session that has started goes on."
)
MESSAGE_LOCKED = (
    "That is done, but I may no longer change the lobby's message. Somebody who manages this "
    "channel can let me view it and attach files; then the next press shows everything."
)
MESSAGE_BEHIND = (
    "That is done, but Discord did not take the lobby's message. The next press tries again."
)
MISSING_PERMISSION = (
    "A lobby needs this permission for me in this channel: {permissions}. "
    "Somebody who manages the channel can give it."
)
MISSING_PERMISSIONS = (
    "A lobby needs these permissions for me in this channel: {permissions}. "
    "Somebody who manages the channel can give them."
)
PERMISSIONS = {"view_channel": "**View Channel**", "attach_files": "**Attach Files**"}

_NAME = 80  # letters of a character's name
_NAME_IN_LINE = 50  # letters of it where the lines of 25 players must fit into one message


def heading(lobby: Lobby) -> str:
    return f"## {safe(lobby.title)}\n{_status(lobby)}"


def player(who: Player, character: Character | None) -> str:
    """A player in a section of their own."""
    user = _mention(who.user_id)
    if character is None:
        return f"{user} ⚠️ has no character: press **Change character** to create one."
    return f"### {shown_name(character.name, _NAME)}\nplayed by {user}"


def players(everyone: Sequence[Player], party: Sequence[Character | None]) -> str:
    """All players, a numbered line each."""
    lines: list[str] = []
    for number, (who, character) in enumerate(zip(everyone, party, strict=True), start=1):
        user = _mention(who.user_id)
        if character is None:
            lines.append(
                f"{number}. {user} ⚠️ has no character: press **Change character** to create one"
            )
        else:
            name = shown_name(character.name, _NAME_IN_LINE)
            lines.append(f"{number}. **{name}**, played by {user}")
    return "\n".join(lines)


def portraits_away(numbered: Iterable[tuple[int, Character]]) -> str:
    """Whose portraits are not there, by the numbers of their lines."""
    numbers = ", ".join(str(number) for number, _ in numbered)
    return f"-# ⚠️ These portraits can't be shown now: {numbers}"


def portraits_of(numbered: Iterable[tuple[int, Character]]) -> str:
    """The alt text of many portraits in one picture."""
    names = ", ".join(f"{number} {plain_name(each.name, 30)}" for number, each in numbered)
    return line(f"Portraits: {names}", 1000)


def playing(character: Character | None) -> str:
    if character is None:
        return NO_CHARACTER
    return PLAYING.format(name=shown_name(character.name, _NAME))


def close_question(lobby: Lobby) -> str:
    title = shown_name(lobby.title, TITLE_LIMIT)
    return plural(len(lobby.players), ONE_LOSES_SEAT, ALL_LOSE_SEATS, title=title)


def have_left(lobby: Lobby, user_ids: Collection[int]) -> str:
    """Names the players as they were called when they took their seats."""
    names = {each.user_id: f"**{shown_name(each.name, _NAME)}**" for each in lobby.players}
    players = ", ".join(names.get(each, _mention(each)) for each in user_ids)
    return plural(len(user_ids), ONE_HAS_LEFT, ALL_HAVE_LEFT, players=players)


def played_by(lobby: Lobby, user_id: int) -> str:
    """Stands above a character that somebody looks at."""
    template = PLAYED_THEN if lobby.state == "started" else PLAYED_NOW
    return template.format(user_id=user_id)


def player_of(who: Player) -> str:
    return PLAYER.format(name=who.name)


def missing_permissions(names: Sequence[str]) -> str:
    permissions = ", ".join(PERMISSIONS[name] for name in names)
    return plural(len(names), MISSING_PERMISSION, MISSING_PERMISSIONS, permissions=permissions)


def title(text: str) -> str:
    """What a host typed, without invisible letters and those that change the direction of text."""
    visible = "".join(each for each in text if each.isprintable() or each == ZWJ)
    return " ".join(visible.split())[:TITLE_LIMIT] or TITLE


def _status(lobby: Lobby) -> str:
    host = _mention(lobby.host_id)
    if lobby.state == "closed":
        if lobby.closed_by is None:
            return EVERYBODY_LEFT
        return f"{_mention(lobby.closed_by)} closed this lobby."
    if lobby.state == "started":
        status = f"-# The session has started · hosted by {host}"
        return status if lobby.announced else f"{status}\n{NOT_ANNOUNCED}"
    status = f"-# Hosted by {host} · {len(lobby.players)} of {lobby.seats} seats taken"
    if len(lobby.players) >= lobby.seats:
        status += " · full"
    if lobby.former_host_id not in {None, *lobby.user_ids}:
        status += f"\n{_mention(lobby.former_host_id)} left, so {host} hosts now."
    return status


def _mention(user_id: int | None) -> str:
    """Shows a user's name. It notifies nobody: our messages allow no mentions."""
    return f"<@{user_id}>"

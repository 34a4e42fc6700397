"""The words of the lobby, but for the errors (`characters.errors`)."""

from collections.abc import Iterable, Sequence

from characters.lobby.lobby import Lobby, Player
from characters.model import Character
from cogs.characters.ui.messages import line, safe

TITLE = "Game session"  # where the host gives none
TITLE_LIMIT = 100
NAME_SHOWN = 50  # letters of a character's name where 25 must fit into one message
ZWJ = "\u200d"  # joins emoji
EMPTY = "Nobody is here yet. Press **Join**, and your active character comes with you."
JOIN = "Join"
LEAVE = "Leave"
CHANGE = "Change character"
START = "Start"
CLOSE = "Close"
REMOVE = "Host: remove a player"
CHOOSE = "Choose who to play here"
GONE = "This lobby is over."
UNHEARD = "-# If the game does not begin, press Start again."
WITHOUT_CHARACTER = "⚠️ has no character: press **Change character** to make one"


def heading(lobby: Lobby) -> str:
    return f"## {safe(lobby.title)}\n{_status(lobby)}"


def player(who: Player, character: Character | None) -> str:
    """A player with much room."""
    if character is None:
        return f"{_mention(who.user_id)} {WITHOUT_CHARACTER}."
    return f"### {safe(line(character.name, 80))}\nplayed by {_mention(who.user_id)}"


def players(everyone: Sequence[Player], party: Sequence[Character | None]) -> str:
    """All players, a numbered line each."""
    seats = enumerate(zip(everyone, party, strict=True), start=1)
    return "\n".join(f"{number}. {_short(who, character)}" for number, (who, character) in seats)


def portraits_of(numbered: Iterable[tuple[int, Character]]) -> str:
    """The alt text of many portraits in one picture."""
    names = (f"{number} {line(each.name, 30)}" for number, each in numbered)
    return line(f"Portraits: {', '.join(names)}", 1000)


def playing(character: Character | None) -> str:
    if character is None:
        return "You have no character any more. Create one to play."
    return f"You play **{safe(line(character.name, 80))}**."


def lacking(permissions: Sequence[str]) -> str:
    wanted = " and ".join(f"**{each.replace('_', ' ').title()}**" for each in permissions)
    return f"A lobby needs the permission {wanted} for me in this channel. Somebody who manages it can give it."


def title(text: str) -> str:
    """What a host typed, without what can't be seen or turns letters around."""
    visible = "".join(each for each in text if each.isprintable() or each == ZWJ)
    return " ".join(visible.split())[:TITLE_LIMIT] or TITLE


def _status(lobby: Lobby) -> str:
    host = _mention(lobby.host_id)
    match lobby.state:
        case "closed":
            return (
                f"{_mention(lobby.closed_by)} closed this lobby."
                if lobby.closed_by
                else "Everybody has left."
            )
        case "started":
            return f"-# The session has started · hosted by {host}" + (
                "" if lobby.announced else f"\n{UNHEARD}"
            )
        case "open":
            full = " · full" if len(lobby.players) >= lobby.seats else ""
            status = (
                f"-# Hosted by {host} · {len(lobby.players)} of {lobby.seats} seats taken{full}"
            )
            if lobby.former_host_id in {None, *lobby.user_ids}:
                return status
            return f"{status}\n{_mention(lobby.former_host_id)} left, so {host} hosts now."


def _short(who: Player, character: Character | None) -> str:
    if character is None:
        return f"{_mention(who.user_id)} {WITHOUT_CHARACTER}"
    return f"**{safe(line(character.name, NAME_SHOWN))}**, played by {_mention(who.user_id)}"


def _mention(user_id: int | None) -> str:
    """Shows a user as they are called where it is read. It pings nobody, for no message of ours may."""
    return f"<@{user_id}>"

"""What others read of a character that its player shares."""

from collections.abc import Sequence

from characters.model import Character
from cogs.characters.texts import DESCRIPTION_SHOWN, NO_DESCRIPTION_YET
from cogs.characters.ui.formatting import harmless, plural, sendable

TAKE_BACK = "Take back"
SHARED_BY = "<@{user_id}> shares a character they play:"
MAY_NOT_SHARE = (
    "You can't share this here, since you don't have this permission in this channel: "
    "{permissions}. Please share it in another one."
)
MAY_NOT_SHARE_MANY = (
    "You can't share this here, since you don't have these permissions in this channel: "
    "{permissions}. Please share it in another one."
)
PERMISSIONS = {
    "send_messages": "**Send Messages**",
    "send_messages_in_threads": "**Send Messages in Threads**",
    "attach_files": "**Attach Files**",
    "embed_links": "**Embed Links**",
}


def shared_by(user_id: int) -> str:
    """Stands above the character. The mention notifies nobody: our messages allow none."""
    return SHARED_BY.format(user_id=user_id)


def public_description(character: Character) -> str:
    """The description, of which no line can look like one of ours."""
    text = harmless(sendable(character.description[:DESCRIPTION_SHOWN]).strip())
    if len(text) > DESCRIPTION_SHOWN or len(character.description) > DESCRIPTION_SHOWN:
        return text[: DESCRIPTION_SHOWN - 1].rstrip("\\") + "…"
    return text or NO_DESCRIPTION_YET


def may_not_share(missing: Sequence[str]) -> str:
    """`missing` are names of permissions, as discord.py spells them."""
    permissions = ", ".join(PERMISSIONS[each] for each in missing)
    return plural(len(missing), MAY_NOT_SHARE, MAY_NOT_SHARE_MANY, permissions=permissions)

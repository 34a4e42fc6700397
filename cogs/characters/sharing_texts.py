"""What others read of a character that its player shares."""

from collections.abc import Sequence

from characters.model import Character
from cogs.characters.texts import DESCRIPTION_SHOWN, NO_DESCRIPTION_YET
from cogs.characters.ui.formatting import harmless, mention, sendable
from cogs.characters.ui.language import N_, NN_, _, listed, ngettext

# Translators: a button; it deletes the message with the shared character; at most 80 letters.
TAKE_BACK = N_("Take back")
MAY_NOT_SHARE = NN_(
    "You can't share this here, since you don't have this permission in this channel: "
    "{permissions}. Please share it in another one.",
    "You can't share this here, since you don't have these permissions in this channel: "
    "{permissions}. Please share it in another one.",
)
PERMISSIONS = {
    # Translators: as Discord calls this permission.
    "send_messages": N_("**Send Messages**"),
    # Translators: as Discord calls this permission.
    "send_messages_in_threads": N_("**Send Messages in Threads**"),
    # Translators: as Discord calls this permission.
    "attach_files": N_("**Attach Files**"),
    # Translators: as Discord calls this permission.
    "embed_links": N_("**Embed Links**"),
}


def shared_by(user_id: int) -> str:
    """Stands above the character."""
    return _("{player} shares a character they play:", player=mention(user_id))


def public_description(character: Character) -> str:
    """The description, of which no line can look like one of ours."""
    text = harmless(sendable(character.description[:DESCRIPTION_SHOWN]).strip())
    if len(text) > DESCRIPTION_SHOWN or len(character.description) > DESCRIPTION_SHOWN:
        return text[: DESCRIPTION_SHOWN - 1].rstrip("\\") + "…"
    return text or _(NO_DESCRIPTION_YET)


def may_not_share(missing: Sequence[str]) -> str:
    """`missing` are names of permissions, as discord.py spells them."""
    permissions = listed(_(PERMISSIONS[each]) for each in missing)
    return ngettext(*MAY_NOT_SHARE, len(missing), permissions=permissions)

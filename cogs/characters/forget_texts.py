"""What players read before all that is kept of them is removed."""

from characters.forgetting import Kept
from cogs.characters.ui.formatting import plural, safe

EXPORT_ALL = "Export everything first"
FORGET = "Forget me"
TITLE = "Forget me"
WORD = "forget"
LABEL = "Type “forget” to remove everything for good"
HEADING = "## Forget me\nThis removes for good, with no way back:"
DRAFTS = "- {count} forms and files that were not saved"
VERSIONS = "- {count} earlier versions of characters"
PREFERENCES = "- your decision that others may look at who you play"
UNFINISHED = "- portraits that could not be removed when you asked before"
STAYS = (
    "Messages that are in channels already stay, such as a character that you shared: press Take "
    "back below it first. So do backups that this bot's operator made."
)
NOTHING_KEPT = "Nothing of yours is kept here."
FORGOTTEN = "Done. Nothing of yours is kept here any more. Messages in channels stay."


def confirmation(kept: Kept) -> str:
    counts = (
        (kept.characters, "- {count} character", "- {count} characters"),
        (kept.trashed, "- {count} character in the trash", "- {count} characters in the trash"),
        (kept.versions, "- {count} earlier version of a character", VERSIONS),
        (kept.portraits, "- {count} portrait", "- {count} portraits"),
        (kept.drafts, "- {count} form or file that was not saved", DRAFTS),
        (kept.lobbies, "- your name in {count} lobby", "- your name in {count} lobbies"),
        (kept.preferences, PREFERENCES, PREFERENCES),
    )
    lines = [plural(count, one, many) for count, one, many in counts if count]
    if kept.unfinished:
        lines.append(UNFINISHED)
    return "\n".join([HEADING, *lines, STAYS])


def not_confirmed(typed: str) -> str:
    return f"You typed “{safe(typed)}”, not “{WORD}”, so nothing was removed."

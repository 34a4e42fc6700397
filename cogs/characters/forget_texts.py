"""What players read before all that is kept of them is removed."""

from characters.forgetting import Kept
from cogs.characters.ui.formatting import safe
from cogs.characters.ui.language import N_, NN_, _, ngettext

# Translators: at most 80 letters.
EXPORT_ALL = N_("Export everything first")
# Translators: a button; at most 80 letters.
FORGET = N_("Forget me")
# Translators: the title of a form; at most 45 letters.
TITLE = N_("Forget me")
# Translators: what a player types to confirm: one lower-case word; at most 20 letters.
WORD = N_("forget")
# Translators: the label of the field; at most 45 letters, with the word.
LABEL = N_("Type “{word}” to confirm")
HEADING = N_("## Forget me\nThis removes for good, with no way back:")
CHARACTERS = NN_("- {count} character", "- {count} characters")
TRASHED = NN_("- {count} character in the trash", "- {count} characters in the trash")
VERSIONS = NN_(
    "- {count} earlier version of a character", "- {count} earlier versions of characters"
)
PORTRAITS = NN_("- {count} portrait", "- {count} portraits")
DRAFTS = NN_(
    "- {count} form or file that was not saved", "- {count} forms and files that were not saved"
)
LOBBIES = NN_("- your name in {count} lobby", "- your name in {count} lobbies")
PREFERENCES = N_("- your decision that others may look at who you play")
UNFINISHED = N_("- portraits that could not be removed when you asked before")
STAYS = N_(
    "Messages that are in channels already stay, such as a character that you shared: press "
    "**Take back** below it first. So do backups that this bot's operator made."
)
NOTHING_KEPT = N_("Nothing of yours is kept here.")
FORGOTTEN = N_("Done. Nothing of yours is kept here any more. Messages in channels stay.")


def confirmation(kept: Kept) -> str:
    counts = (
        (kept.characters, CHARACTERS),
        (kept.trashed, TRASHED),
        (kept.versions, VERSIONS),
        (kept.portraits, PORTRAITS),
        (kept.drafts, DRAFTS),
        (kept.lobbies, LOBBIES),
    )
    lines = [ngettext(*sentences, count) for count, sentences in counts if count]
    if kept.preferences:
        lines.append(_(PREFERENCES))
    if kept.unfinished:
        lines.append(_(UNFINISHED))
    return "\n".join([_(HEADING), *lines, "", _(STAYS)])  # it is no part of the last point


def is_word(typed: str) -> bool:
    """Whether a player typed the word, in their language or in English."""
    return typed.casefold() in {WORD.casefold(), _(WORD).casefold()}


def not_confirmed(typed: str) -> str:
    return _(
        "You typed “{typed}”, not “{word}”, so nothing was removed.",
        typed=safe(typed),
        word=_(WORD),
    )

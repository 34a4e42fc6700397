"""What players read in the form about the description."""

from cogs.characters.ui.language import N_, ngettext

# Translators: at most 45 letters.
DESCRIPTION_LABEL = N_("Description")
# Translators: at most 100 letters.
DESCRIPTION_HELP = N_("Who they are and what they look like. Games use it.")
# Translators: at most 45 letters.
CONTINUED_LABEL = N_("Description, continued")
# Translators: at most 100 letters.
CONTINUED_HELP = N_("Follows what is above. Together they are one text.")
# Translators: at most 45 letters.
DESCRIPTION_FILE_LABEL = N_("Description as a file (.txt)")
# Translators: at most 100 letters.
DESCRIPTION_FILE_KEPT = N_("The file that you sent is kept unless you choose another one.")


def description_in_file(length: int) -> str:
    # Translators: at most 100 letters.
    return ngettext(
        "It has {count} letter, too many to type here. Leave empty to keep it.",
        "It has {count} letters, too many to type here. Leave empty to keep it.",
        length,
    )

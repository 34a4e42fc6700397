"""What players read in the form for a character."""

from cogs.characters.ui.language import N_, ngettext

# Translators: the title of a form; at most 45 letters.
CREATE_TITLE = N_("Create a character")
# Translators: the title of a form; it is cut at 45 letters, so the name comes last or early.
EDIT_TITLE = N_("Edit {name}")
# Translators: at most 45 letters.
NAME_LABEL = N_("Name")
# Translators: at most 100 letters.
NAME_HELP = N_("At most {limit} letters.")
# Translators: at most 45 letters.
PORTRAIT_LABEL = N_("Portrait")
# Translators: at most 100 letters.
PORTRAIT_HELP = N_("PNG, JPEG, WebP, GIF or AVIF, at most 10 MB.")
# Translators: at most 100 letters.
PORTRAIT_PRESENT = N_("An image of at most 10 MB. Leave empty to keep the present one.")
# Translators: at most 100 letters.
PORTRAIT_KEPT = N_("Leave empty to keep the one that you chose before.")
# Translators: at most 45 letters.
SHOWN_LABEL = N_("What lists show of the portrait")
# Translators: at most 100 letters.
SHOWN_HELP = N_("Lists show a square; the character's own page shows the whole portrait.")
FOCUS_LABELS = {
    # Translators: of a portrait, in a menu; at most 100 letters.
    "top": N_("Its upper part"),
    # Translators: of a portrait, in a menu; at most 100 letters.
    "middle": N_("Its middle"),
    # Translators: of a portrait, in a menu; at most 100 letters.
    "bottom": N_("Its lower part"),
    # Translators: at most 100 letters.
    "whole": N_("The whole portrait, smaller"),
}
# Translators: at most 100 letters.
AS_IT_IS = N_("Leave the portrait as it is")
# Translators: at most 100 letters.
REMOVE_LABEL = N_("Remove the portrait")

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

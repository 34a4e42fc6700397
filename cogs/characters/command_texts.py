"""What Discord's clients show of the commands; the names of commands are the same everywhere.

`locale_str` is discord.py's mark for a text that the bot's translator is asked for.
"""

from discord.app_commands import locale_str

from characters.store.preference_store import Audience
from characters.transfer.exporter import CardFormat, CollectionFormat
from cogs.characters.ui.language import DOMAIN


def command_text(sentence: str) -> locale_str:
    """Marks a text for the catalogues and for the translator of the bot's commands."""
    return locale_str(sentence, domain=DOMAIN)


# Translators: at most 100 letters.
GROUP = command_text("The characters you play.")
# Translators: at most 100 letters.
CREATE = command_text("Create a character and play it.")
# Translators: at most 100 letters.
LIST = command_text("See all your characters: open one to play, edit, share or delete it.")
# Translators: at most 100 letters.
SHOW = command_text("See one of your characters in full.")
# Translators: at most 100 letters.
ACTIVATE = command_text("Choose the character you play.")
# Translators: at most 100 letters.
EDIT = command_text("Change the name, the description or the portrait of a character.")
# Translators: at most 100 letters.
DELETE = command_text("Delete a character; you can undo it for seven days.")
# Translators: at most 100 letters.
RESTORE = command_text("Restore what you deleted or changed in the last seven days.")
# Translators: at most 100 letters.
IMPORT = command_text("Import characters from a file; you see first what would happen.")
# Translators: at most 100 letters.
EXPORT = command_text("Export characters as files that other programs read.")
# Translators: at most 100 letters.
PRIVACY = command_text("Choose who may look at the character you play.")
# Translators: at most 100 letters.
FORGET = command_text("Remove everything that is kept of you; you are asked first.")

# Options of the commands: their names, then what stands below each.
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
NAME_OPTION = command_text("name")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
DESCRIPTION_OPTION = command_text("description")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
PORTRAIT_OPTION = command_text("portrait")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
DESCRIPTION_FILE_OPTION = command_text("description_file")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
SHARE_OPTION = command_text("share")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
FILE_OPTION = command_text("file")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
LINK_OPTION = command_text("link")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
FORMAT_OPTION = command_text("format")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
LOOK_OPTION = command_text("look")
# Translators: at most 100 letters.
NEW_NAME = command_text("What they are called; leave it out to fill in a form")
# Translators: at most 100 letters.
NEW_DESCRIPTION = command_text("Who they are and what they look like")
# Translators: at most 100 letters.
NEW_PORTRAIT = command_text("PNG, JPEG, WebP, GIF or AVIF, at most 10 MB")
# Translators: at most 100 letters.
NEW_DESCRIPTION_FILE = command_text(
    "A long description as a text file (.txt), instead of typing it"
)
# Translators: at most 100 letters.
SHOWN = command_text("Which one; the one you play if you leave it out")
# Translators: at most 100 letters.
SHARE_IT = command_text("Show it to the whole channel")
# Translators: at most 100 letters.
TO_PLAY = command_text("Who you want to play")
# Translators: at most 100 letters.
TO_CHANGE = command_text("Who you want to change")
# Translators: at most 100 letters.
OTHER_DESCRIPTION = command_text("A new description as a text file (.txt), instead of the form")
# Translators: at most 100 letters.
TO_DELETE = command_text("Who you want to delete")
# Translators: at most 100 letters.
FILE_TO_IMPORT = command_text("Cards, exports of Tupperbox, PluralKit and others, archives of mine")
# Translators: at most 100 letters.
LINK_TO_IMPORT = command_text(
    "Instead of a file: a link to one, such as Tupperbox and PluralKit give"
)
# Translators: at most 100 letters.
TO_EXPORT = command_text("Which one; leave it out for all, or for a card of the one you play")
# Translators: at most 100 letters.
FOR_WHOM = command_text("For whom; you can import each again")
# Translators: at most 100 letters.
AUDIENCE = command_text("Who may look; leave it out to see how it is now")

FORMATS = {
    # Translators: one character; at most 100 letters.
    CardFormat.PNG: command_text("One: character card as a picture (PNG)"),
    # Translators: one character; at most 100 letters.
    CardFormat.JSON: command_text("One: character card as text (JSON)"),
    # Translators: one character; at most 100 letters.
    CardFormat.CHARX: command_text("One: character card with files (CHARX)"),
    # Translators: any number of characters; at most 100 letters.
    CollectionFormat.ARCHIVE: command_text("Any number: archive with portraits (ZIP)"),
    # Translators: any number of characters; at most 100 letters.
    CollectionFormat.TUPPERBOX: command_text("Any number: for Tupperbox"),
    # Translators: any number of characters; at most 100 letters.
    CollectionFormat.PLURALKIT: command_text("Any number: for PluralKit"),
}
AUDIENCES = {
    # Translators: who may look; at most 100 letters.
    Audience.NOBODY: command_text("Nobody"),
    # Translators: who may look; at most 100 letters.
    Audience.SERVERS: command_text("Members of servers you are in"),
}

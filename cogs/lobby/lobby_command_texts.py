"""What Discord's clients show of the `/lobby` command."""

from cogs.characters.command_texts import command_text

# Translators: at most 100 letters.
GROUP = command_text("Gather for a game session.")
# Translators: at most 100 letters.
OPEN = command_text("Open a lobby where players join with their characters.")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
TITLE_OPTION = command_text("title")
# Translators: the name of an option: lower case, no spaces; at most 32 letters.
SEATS_OPTION = command_text("seats")
# Translators: at most 100 letters.
TITLE = command_text("What you are going to play")
# Translators: at most 100 letters.
SEATS = command_text("How many can play; 8 if you leave it out")

"""What players read in the form about the description."""

DESCRIPTION_LABEL = "Description"
DESCRIPTION_HELP = "Who they are and what they look like. Games use it."
CONTINUED_LABEL = "Description, continued"
CONTINUED_HELP = "Follows what is above. Together they are one text."
DESCRIPTION_FILE_LABEL = "Description as a text file (.txt)"
DESCRIPTION_FILE_KEPT = "The file that you sent is kept unless you choose another one."


def description_in_file(length: int) -> str:
    return f"It has {length:,} letters, too many to type here. Leave empty to keep it."

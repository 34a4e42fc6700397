"""What players read about their trash."""

from characters.model import TRASH_SECONDS, Character
from cogs.characters.texts import moment, name

TITLE = "## Your trash"
EMPTY = "Your trash is empty. A deleted character stays here for seven days."
CHOOSE = "Choose who to restore"
EARLIER = "before an import"
EARLIER_RESTORED = f"-# What is marked “{EARLIER}” comes back as another character of that name."

_UNTIL = "until <t:{at:.0f}:f>"


def trashed(character: Character) -> str:
    facts = [f"**{name(character)}**"]
    if character.is_earlier_version:
        facts.append(EARLIER)
    return " · ".join([*facts, *moment(_UNTIL, character.trashed_at + TRASH_SECONDS)])

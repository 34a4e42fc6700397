"""What players read about their trash and about undoing an edit."""

from characters.model import TRASH_SECONDS, Character
from characters.versions import ReplacedBy
from cogs.characters.texts import gist, moment
from cogs.characters.ui.formatting import line, shown_name

TITLE = "## Your trash"
EMPTY = "Your trash is empty. A deleted character stays here for seven days."
CHOOSE = "Choose who to restore"
DELETED = "### Deleted"
VERSIONS = "### Before a change"
VERSIONS_RESTORED = (
    "-# What was before a change comes back into its character, and what that is now stays here."
)
UNDO_EDIT = "Undo this change"
EDITED = "-# Saved. For seven days, Undo or `/character restore` brings back what it was before."
NOT_KEPT = (
    "That can't be undone any more: the character, or what it was before, is gone. "
    "`/character restore` shows what can come back."
)
UNDONE = "-# It is as it was before. `/character restore` has the other version for seven days."

_BY = {
    ReplacedBy.EDIT: "before an edit",
    ReplacedBy.IMPORT: "before an import",
    ReplacedBy.UNDO: "before a restore",
    ReplacedBy.REVERT: "before a restore",
}
_NOW = "now **{name}**"
_WITH_PORTRAIT = "with a portrait"
_WITHOUT_PORTRAIT = "without a portrait"
_OTHER_PORTRAIT = "another portrait"
_UNTIL = "until <t:{at:.0f}:f>"
_NAME, _OTHER_NAME, _GIST = 50, 30, 40  # letters in a line
_OPTION = 100  # letters of a label or description that Discord takes in a menu


def trashed(number: int, character: Character, present: Character | None) -> str:
    """One line; `present` is the character of which this is an earlier version, if it is there."""
    facts = [f"{number}. **{shown_name(character.name, _NAME)}**"]
    if character.is_earlier_version:
        facts.append(_replaced_by(character))
    if present and present.name != character.name:
        facts.append(_NOW.format(name=shown_name(present.name, _OTHER_NAME)))
    if present:
        facts += _portrait(character, present)
    about = gist(character)
    if about and not (present and present.description == character.description):
        facts.append(f"“{shown_name(about, _GIST)}”")
    return " · ".join([*facts, *moment(_UNTIL, character.trashed_at + TRASH_SECONDS)])


def option(number: int, character: Character) -> str:
    return line(f"{number}. {character.name}", _OPTION)


def option_description(character: Character) -> str | None:
    """Tells characters of one name apart."""
    facts = [gist(character)]
    if character.is_earlier_version:
        facts.insert(0, _replaced_by(character))
    return line(" · ".join(filter(None, facts)), _OPTION) or None


def _replaced_by(character: Character) -> str:
    return _BY[ReplacedBy(character.replaced_by)]


def _portrait(character: Character, present: Character) -> list[str]:
    then = (character.image_path, character.image_url)
    if then == (present.image_path, present.image_url):
        return []
    if not character.has_portrait:
        return [_WITHOUT_PORTRAIT]
    return [_OTHER_PORTRAIT if present.has_portrait else _WITH_PORTRAIT]

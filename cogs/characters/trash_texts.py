"""What players read about their trash and about undoing an edit."""

from characters.model import TRASH_SECONDS, Character
from characters.versions import ReplacedBy
from cogs.characters.texts import gist, moment
from cogs.characters.ui.formatting import line, shown_name
from cogs.characters.ui.language import N_, _

TITLE = N_("## Your trash")
EMPTY = N_("Your trash is empty. A deleted character stays here for seven days.")
# Translators: at most 150 letters.
CHOOSE = N_("Choose who to restore")
# Translators: heads the deleted characters.
DELETED = N_("### Deleted")
# Translators: heads what characters were before they were changed.
VERSIONS = N_("### Before a change")
VERSIONS_RESTORED = N_(
    "-# What was before a change comes back into its character, and what that is now stays here."
)
# Translators: at most 80 letters.
UNDO_EDIT = N_("Undo this change")
EDITED = N_(
    "-# Saved. For seven days, Undo or `/character restore` brings back what it was before."
)
NOT_KEPT = N_(
    "That can't be undone any more: the character, or what it was before, is gone. "
    "`/character restore` shows what can come back."
)
UNDONE = N_("-# It is as it was before. `/character restore` has the other version for seven days.")

_BY = {
    ReplacedBy.EDIT: N_("before an edit"),
    ReplacedBy.IMPORT: N_("before an import"),
    ReplacedBy.UNDO: N_("before a restore"),
    ReplacedBy.REVERT: N_("before a restore"),
}
# Translators: the name that the character has now.
_NOW = N_("now **{name}**")
_WITH_PORTRAIT = N_("with a portrait")
_WITHOUT_PORTRAIT = N_("without a portrait")
_OTHER_PORTRAIT = N_("another portrait")
# Translators: Discord shows {moment} as “28 November 2026 21:30”.
_UNTIL = N_("until {moment}")
_NAME, _OTHER_NAME, _GIST = 50, 30, 40  # letters in a line
_OPTION = 100  # letters of a label or description that Discord takes in a menu


def trashed(number: int, character: Character, present: Character | None) -> str:
    """One line; `present` is the character of which this is an earlier version, if it is there."""
    facts = [f"{number}. **{shown_name(character.name, _NAME)}**"]
    if character.is_earlier_version:
        facts.append(_replaced_by(character))
    if present and present.name != character.name:
        facts.append(_(_NOW, name=shown_name(present.name, _OTHER_NAME)))
    if present:
        facts += _portrait(character, present)
    about = gist(character)
    if about and not (present and present.description == character.description):
        facts.append(_("“{name}”", name=shown_name(about, _GIST)))
    return " · ".join([*facts, *moment(_UNTIL, character.trashed_at + TRASH_SECONDS, "f")])


def option(number: int, character: Character) -> str:
    return line(f"{number}. {character.name}", _OPTION)


def option_description(character: Character) -> str | None:
    """Tells characters of one name apart."""
    facts = [gist(character)]
    if character.is_earlier_version:
        facts.insert(0, _replaced_by(character))
    return line(" · ".join(filter(None, facts)), _OPTION) or None


def _replaced_by(character: Character) -> str:
    return _(_BY[ReplacedBy(character.replaced_by)])


def _portrait(character: Character, present: Character) -> list[str]:
    then = (character.image_path, character.image_url)
    if then == (present.image_path, present.image_url):
        return []
    if not character.has_portrait:
        return [_(_WITHOUT_PORTRAIT)]
    return [_(_OTHER_PORTRAIT) if present.has_portrait else _(_WITH_PORTRAIT)]

"""The description in a form: one field, two for a long text, a file for a longer one."""

import re
from typing import Any

import discord
from discord import ui

from cogs.characters import form_texts as texts
from cogs.characters.ui.language import _
from cogs.characters.ui.submissions import Submission

TEXT_INPUT_LIMIT = 4000  # characters that Discord takes in one field of a form
ONE_FIELD = 3000  # characters of the longest text in one field: there it can still grow

FILE_FIELD = "description-file"
_NEAR = 1000  # characters from the middle within which a text is divided between words
_SPACES = {"\n": "n", " ": "s", "\t": "t"}  # as the custom_id of the second field has them
_SECOND = re.compile(r"more:(?P<between>[nst]{0,20})")


def description_fields(text: str | None) -> list[ui.Label[Any]]:
    """The fields for a description; None for one in a file that was sent."""
    if text is None:
        return [_file_field(_(texts.DESCRIPTION_FILE_KEPT))]
    if len(text) <= ONE_FIELD:
        return [
            _text_field("description", _(texts.DESCRIPTION_LABEL), _(texts.DESCRIPTION_HELP), text)
        ]
    halves = divided(text)
    if halves is None:
        return [_file_field(texts.description_in_file(len(text)))]
    first, between, second = halves
    code = "".join(_SPACES[each] for each in between)
    return [
        _text_field("description", _(texts.DESCRIPTION_LABEL), _(texts.DESCRIPTION_HELP), first),
        _text_field(f"more:{code}", _(texts.CONTINUED_LABEL), _(texts.CONTINUED_HELP), second),
    ]


def read_description(submission: Submission) -> str | None:
    """The text of the one field or of both; None where the form had none."""
    first = submission.text("description")
    match = submission.field_like(_SECOND)
    if match is None:
        return first
    second = submission.text(match[0]) or ""
    if not first or not second:
        return first or second
    spaces = {code: space for space, code in _SPACES.items()}
    return first + "".join(spaces[code] for code in match["between"]) + second


def fits(text: str) -> bool:
    """Whether the form can hold the text."""
    return len(text) <= ONE_FIELD or divided(text) is not None


def divided(text: str) -> tuple[str, str, str] | None:
    """The text as two parts for a field each, and the white space between them.

    It is divided near its middle: between paragraphs, else lines, else words, else anywhere. None
    where it is too long for two fields.
    """
    middle = len(text) // 2
    for pattern in (r"[ \t]*\n[ \t]*\n[ \t\n]*", r"[ \t]*\n[ \t]*", r"[ \t]+"):
        found = [
            match
            for match in re.finditer(rf"(?<![ \t\n]){pattern}(?=[^ \t\n])", text)
            if abs(match.start() - middle) <= _NEAR and _is_possible(text, match)
        ]
        if found:
            best = min(found, key=lambda each: abs(each.start() - middle))
            return text[: best.start()], best[0], text[best.end() :]
    if len(text) > 2 * TEXT_INPUT_LIMIT:
        return None
    return text[:middle], "", text[middle:]


def _is_possible(text: str, match: re.Match[str]) -> bool:
    longest = max(match.start(), len(text) - match.end())
    return longest <= TEXT_INPUT_LIMIT and len(match[0]) <= 20  # noqa: PLR2004 - see _SECOND


def _text_field(custom_id: str, label: str, help_text: str, text: str) -> ui.Label[Any]:
    field = ui.TextInput[Any](
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=TEXT_INPUT_LIMIT,
        default=text,
    )
    return ui.Label(text=label, description=help_text, component=field)


def _file_field(help_text: str) -> ui.Label[Any]:
    upload = ui.FileUpload[Any](custom_id=FILE_FIELD, required=False, min_values=0, max_values=1)
    return ui.Label(text=_(texts.DESCRIPTION_FILE_LABEL), description=help_text, component=upload)

"""Formats of other programs with one character, a flat JSON object; they are read, not written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.card_assets import file_at
from characters.transfer.formats.joined_text import join_texts
from characters.transfer.formats.json_text import Json
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.name_macros import CHARACTER, USER, with_name
from characters.transfer.formats.portable import Contents, FileKind, Portable

_UNSEEN = {
    **dict.fromkeys(("scenario", "scenarios", "world_scenario"), "scenario"),
    **dict.fromkeys(("greeting", "char_greeting", "first_message"), "first message"),
    **dict.fromkeys(("first_messages", "firstMessage"), "first message"),
    **dict.fromkeys(("sampleChat", "example_dialogue", "example_dialogs"), "example messages"),
    **dict.fromkeys(("systemPrompt", "basePrompt"), "system prompt"),
    **dict.fromkeys(("characterBook", "loreItems"), "lorebook"),
}


@dataclass(frozen=True, slots=True)
class ObjectFormat:
    """One program's format.

    `recognises` tells whether an object is of it. Of `names` and `texts`, the fields of the name
    and the description, the first with a text counts. `parts` are the fields of further texts by
    what `join_texts` calls them, and `as_text` makes a text of such a field's value. `is_user`: it
    is a persona, whose name is in its texts that of the user, and not that of the program's
    character.
    """

    kind: FileKind
    recognises: Callable[[Json], bool]
    names: tuple[str, ...] = ("name",)
    texts: tuple[str, ...] = ("description",)
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    as_text: Callable[[Any], str] = lambda value: value if isinstance(value, str) else ""
    portraits: tuple[str, ...] = ("avatar", "avatar_url")
    is_user: bool = False


def read_object(form: ObjectFormat, item: Json) -> Contents:
    """The character with the portrait that the object holds or links to. Raises UnreadableFile."""
    name_field = _first_text(item, form.names)
    if not name_field:
        raise UnreadableFile(FileProblem.WITHOUT_NAME)
    name, kept = item[name_field], dict(item)
    del kept[name_field]
    text_field = _first_text(item, form.texts)
    text = kept.pop(text_field, "")
    parts: dict[str, str] = {}
    for part, part_field in form.parts.items():
        parts[part] = form.as_text(item.get(part_field))
        if isinstance(item.get(part_field), str):
            del kept[part_field]
    macro = USER if form.is_user else CHARACTER
    description = with_name(macro, name, join_texts(text, parts))
    portraits = {each: kept.pop(each) for each in form.portraits if is_image(kept.get(each))}
    kept = {key: value for key, value in kept.items() if value not in (None, "", [], {})}
    remarks = _remarks(name, description, kept)
    portable = Portable.from_file(form.kind, name, description, kept, {}, remarks)
    if uri := next(iter(portraits.values()), ""):
        portable = with_portrait_at(portable, uri)
    return Contents(form.kind, [portable])


def with_portrait_at(portable: Portable, uri: str) -> Portable:
    """With the portrait behind a link, or inside of a `data:` URI."""
    if uri.startswith("http"):
        return portable.with_portrait(None, uri)
    if image := file_at(uri, lambda _: None):
        return portable.with_portrait(image)
    return portable.with_loss(LossKind.DAMAGED_IMAGE)


def _remarks(name: str, description: str, kept: Json) -> Iterator[Loss]:
    """What a player should know of the texts."""
    unseen = {label for field, label in _UNSEEN.items() if field in kept}
    if unseen:
        yield Loss(LossKind.UNSEEN, name, what=", ".join(sorted(unseen)))
    if count := len(USER.findall(description)):
        yield Loss(LossKind.USER_NAME, name, count=count)


def _first_text(item: Json, fields: tuple[str, ...]) -> str:
    """The first of the fields that has a text; empty if none has."""
    for each in fields:
        value = item.get(each)
        if isinstance(value, str) and value.strip():
            return each
    return ""


def is_image(value: Any) -> bool:
    """Whether it is a link or a `data:` URI."""
    return isinstance(value, str) and value.startswith(("http", "data:"))

"""Files of many characters: Tupperbox's `tuppers.json` and PluralKit's `system.json`.

Field names and what their importers look for: https://tupperbox.app (`tul!export`) and
https://github.com/PluralKit/PluralKit (`PluralKit.Core/Models/*.cs`, `BulkImporter`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from characters.errors import UnreadableFile
from characters.transfer.formats.card import with_portrait
from characters.transfer.formats.portable import (
    OURS,
    Contents,
    Failure,
    Json,
    Portable,
    arrived,
    as_list,
    as_object,
    original,
)

ITEMS_LIMIT = 10_000


class RosterFormat(NamedTuple):
    """A kind of file: where its characters are, and what its program demands of one with this name."""

    family: str
    title: str
    items: str
    portraits: tuple[str, ...]
    recognised_by: tuple[str, ...]
    defaults: Callable[[str], Json]
    document: Json
    left_out: dict[str, str]


def _tupper(name: str) -> Json:
    """Their importer inserts these columns as they are; without brackets a tupper can't speak."""
    return {
        "brackets": [f"{name}:", ""],
        "position": 0,
        "posts": 0,
        "show_brackets": False,
        "birthday": None,
        "tag": None,
        "group_id": None,
        "group_pos": None,
    }


def _member(_name: str) -> Json:
    return {"proxy_tags": []}


TUPPERBOX = RosterFormat(
    family="tupperbox",
    title="Tupperbox export",
    items="tuppers",
    portraits=("avatar_url",),
    recognised_by=("tuppers",),
    defaults=_tupper,
    document={"groups": []},  # their importer reads its length
    left_out={"groups": "Groups are not kept."},
)
PLURALKIT = RosterFormat(
    family="pluralkit",
    title="PluralKit export",
    items="members",
    portraits=("avatar_url", "webhook_avatar_url"),
    recognised_by=("switches", "members"),
    defaults=_member,
    document={
        "version": 2,
        "groups": [],
        "switches": [],
    },  # both bots know the file by its switches
    left_out={"groups": "Groups are not kept.", "switches": "Switches are not kept."},
)
FORMATS = (TUPPERBOX, PLURALKIT)


def write_roster(form: RosterFormat, portables: Iterable[Portable]) -> Json:
    """The characters as a file of this kind; a portrait without a public URL can't be in it."""
    return {**form.document, form.items: [_item(form, each) for each in portables]}


def read_roster(form: RosterFormat, document: Json) -> Contents:
    """One bad item never hides the others. Raises UnreadableFile where there is no list of them."""
    items = document.get(form.items)
    if items is not None and not isinstance(items, list):
        raise UnreadableFile(
            f"That {form.title} has no list of characters. Please export it again."
        )
    if len(as_list(items)) > ITEMS_LIMIT:
        raise UnreadableFile(
            f"That {form.title} has more than {ITEMS_LIMIT:,} characters. Please split it."
        )
    characters: list[Portable] = []
    failures: list[Failure] = []
    for number, item in enumerate(as_list(items), start=1):
        try:
            characters.append(_portable(form, item))
        except UnreadableFile as error:
            failures.append(Failure(f"number {number}", str(error)))
    losses = tuple(sentence for key, sentence in form.left_out.items() if document.get(key))
    return Contents(form.title, characters, failures, losses)


def _item(form: RosterFormat, portable: Portable) -> Json:
    kept = portable.kept(form.family)
    defaults = form.defaults(portable.name)
    item = {**defaults, **kept, "name": portable.name, form.portraits[0]: portable.image_url}
    if portable.description or "description" not in kept:
        item["description"] = portable.description
    return {**item, OURS: portable.note(form.family, [key for key in defaults if key not in kept])}


def _portable(form: RosterFormat, value: Any) -> Portable:
    if not isinstance(value, dict):
        raise UnreadableFile("This is no character.")
    item = as_object(value)
    name, description = item.get("name"), item.get("description")
    if not isinstance(name, str) or not name.strip():
        raise UnreadableFile("It has no name.")
    note = as_object(item.get(OURS))
    kept = {
        key: value
        for key, value in original(item, note, form.defaults(name)).items()
        if key not in {"name", form.portraits[0], OURS}
        and not (key == "description" and isinstance(value, str))
    }
    portable = arrived(
        form.family, name, description if isinstance(description, str) else "", kept, note
    )
    return with_portrait(portable, None, _link(item, form.portraits))


def _link(item: Json, fields: Sequence[str]) -> str | None:
    return next(
        (
            item[field]
            for field in fields
            if isinstance(item.get(field), str) and item[field].strip()
        ),
        None,
    )

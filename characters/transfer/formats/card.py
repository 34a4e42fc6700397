"""Character Cards: read in every version, written in V2 and V3.

V1 and V2: https://github.com/malfoyslastname/character-card-spec-v2,
V3: https://github.com/kwaroran/character-card-spec-v3.

What a card says beyond name and description is kept as
`{"data": …, "top": …, "mirror": […], "texts": …}`: the fields of `data`, the fields beside it, the
names of those beside it that repeat one in `data` (for programs that read V1), and its texts where
they do not follow from the description.
"""

import re
from dataclasses import replace
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.card_assets import (
    Files,
    Icon,
    file_at,
    icon_uri,
    image_suffix,
    is_in_file,
    set_icon,
    unset_icon,
    without_files,
)
from characters.transfer.formats.card_fields import REQUIRED, V1_TEXTS, card_rules
from characters.transfer.formats.card_texts import (
    LITERAL,
    TEXTS,
    card_texts,
    description_of,
    remarks,
    texts_id,
    texts_to_keep,
)
from characters.transfer.formats.field_rules import before_export, fitted, replaced
from characters.transfer.formats.json_text import Json, as_list, as_object, write_json
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.png_text import pixels_id
from characters.transfer.formats.portable import OURS, ExportedFile, Portable, without_texts

FAMILY = "card"
# In our note: the card has no portrait; its image is a placeholder and its links are outdated.
NO_PORTRAIT = "none"

_DIGEST = re.compile("[0-9a-f]{64}")
_BESIDE = {"name", "description", *V1_TEXTS}  # that stand beside `data` too


def write_card(
    portable: Portable,
    icon: Icon | None = None,
    *,
    version: int = 3,
    whole: bool = False,
    **more: Any,
) -> Json:
    """The card, of version 3 or 2; `whole` for our archive. `more` is added to our note."""
    kept = portable.kept(FAMILY)
    theirs = without_texts(as_object(kept.get("data")), *TEXTS)
    dates = {
        "creation_date": portable.date("created_at"),
        "modification_date": portable.date("last_used"),
    }
    kept_texts = as_object(kept.get("texts"))
    texts = card_texts(portable.name, portable.description, kept_texts)
    if texts is not kept_texts:
        more[LITERAL] = texts_id(texts)
    wanted = {**theirs, "name": portable.name, **texts}
    required: Json = {**REQUIRED, **dates}
    taken, originals = fitted(wanted, card_rules(version))
    data = {**required, **taken}
    more["replaced"] = replaced(originals, data)
    if icon:
        data["assets"], more["icon"] = set_icon(data["assets"], icon)
    note = portable.note(FAMILY, required.keys() - wanted.keys(), whole=whole, **more)
    data["extensions"] = {**data["extensions"], OURS: note}
    top = dict(as_object(kept.get("top")))
    both = {**wanted, **data}
    for key in as_list(kept.get("mirror")):
        if key in both:
            top[key] = both[key]
    return {**top, "spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data}


def write_json_card(portable: Portable, *, whole: bool = False) -> ExportedFile:
    """A card as a JSON file: of the portrait, it has only the link. `whole` for our archive."""
    icon, more = None, dict[str, Any]()
    if portable.image_url:
        icon = Icon(portable.image_url, image_suffix(portable.image))
    elif portable.image is None:
        more["portrait"] = NO_PORTRAIT
    data = write_json(write_card(portable, icon, whole=whole, **more))
    return ExportedFile(f"{portable.file_name}.json", data, portable.losses)


def read_card(card: Any, *, whole: bool = False) -> Portable:
    """The character on a card of any version, without its portrait; `whole` in our archive.

    Raises UnreadableFile.
    """
    data = _data_of(card)
    name = data.get("name")
    if not isinstance(name, str) or not name.strip():
        raise UnreadableFile(FileProblem.CARD_WITHOUT_NAME)
    note = read_note(card)
    top: Json = {}
    if data is not card:
        top = {key: card[key] for key in card if key not in {"data", "spec", "spec_version"}}
    before = _before_export(data, note)
    mirror = top.keys() & _BESIDE  # others than those in `data` are outdated
    for each in (data, before):
        mirror |= {key for key in top.keys() & each.keys() if top[key] == each[key]}
    fields, lost = without_files(before)
    kept: Json = {
        "data": without_texts(fields, *TEXTS),
        "top": {key: value for key, value in top.items() if key not in mirror},
        "mirror": sorted(mirror),
        "texts": texts_to_keep(name, fields, note),
    }
    kept = {key: value for key, value in kept.items() if value}
    losses = [Loss(LossKind.OTHER_FILES, name, count=lost)] if lost else []
    description = description_of(name, fields, note)
    portable = Portable.from_file(FAMILY, name, description, kept, note, losses, whole=whole)
    if note:
        return portable
    known = remarks(name, description, as_object(portable.kept(FAMILY).get("data")))
    return replace(portable, losses=(*known, *portable.losses))


def read_with_portrait(
    card: Any, files: Files = lambda _: None, *, whole: bool = False
) -> Portable:
    """The character on a card, with the portrait that it names; `whole` in our archive.

    Raises UnreadableFile.
    """
    portable, note = read_card(card, whole=whole), read_note(card)
    if note.get("portrait") == NO_PORTRAIT:
        return portable
    data = _data_of(card)
    uri = icon_uri(data)
    if is_in_file(uri):
        if image := file_at(uri, files):
            return portable.with_portrait(image, image_id=noted_id(note, image))
        return portable.with_loss(LossKind.DAMAGED_IMAGE)
    links = [uri] if note else [uri, card.get("avatar"), data.get("avatar")]
    for link in links:
        if isinstance(link, str) and link.startswith("http"):
            return portable.with_portrait(None, link)
    return portable


def noted_id(note: Json, image: bytes) -> str:
    """The id of the portrait of which we made this PNG; empty if it is another image."""
    portrait = note.get("portrait")
    if not isinstance(portrait, str) or not _DIGEST.fullmatch(portrait):
        return ""
    return portrait if note.get("pixels") == pixels_id(image) else ""


def read_note(card: Any) -> Json:
    """Our note on a card; empty if we did not write it."""
    return as_object(as_object(_data_of(card).get("extensions")).get(OURS))


def _data_of(card: Any) -> Json:
    """The fields of the character: in V1 the card itself. Raises UnreadableFile.

    Programs that read V1 have texts beside `data`, which count where those in it are empty.
    """
    card = as_object(card)
    if isinstance(card.get("data"), dict):
        data = dict(as_object(card["data"]))
        for key in _BESIDE:
            if data.get(key) in (None, "") and isinstance(card.get(key), str):
                data[key] = card[key]
        return data
    texts = [card[key] for key in ("description", *V1_TEXTS) if key in card]
    if any(text is None or isinstance(text, str) for text in texts):
        return card
    raise UnreadableFile(FileProblem.NOT_A_CARD)


def _before_export(data: Json, note: Json) -> Json:
    """The fields before we wrote the card, without our note, our icon and required fields."""
    fields = dict(data)
    extensions = dict(as_object(data.get("extensions")))
    if OURS in extensions:
        del extensions[OURS]
        fields["extensions"] = extensions
    if not note:
        return fields
    if "icon" in note and isinstance(data.get("assets"), list):
        fields["assets"] = unset_icon(data["assets"], as_object(note["icon"]))
    return before_export(fields, note, REQUIRED)

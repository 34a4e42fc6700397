"""Character Cards, read in every version and written in V2 and V3.

V1 and V2: https://github.com/malfoyslastname/character-card-spec-v2,
V3: https://github.com/kwaroran/character-card-spec-v3.

What a card says beyond ours is kept as `{"data": …, "top": …, "mirror": […]}`: the fields of `data`, what stands beside
it, and the names of the fields there that repeat those within (for programs that read V1).
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, cast

from characters.errors import UnreadableFile
from characters.transfer.formats.portable import (
    OURS,
    Json,
    Portable,
    arrived,
    as_list,
    as_object,
    digest,
    original,
)

FAMILY = "card"
NO_PORTRAIT = (
    "none"  # in our note: the picture of the card is a placeholder, its links are out of date
)

_V1 = ("personality", "scenario", "first_mes", "mes_example")
_V2 = (
    "creator_notes",
    "system_prompt",
    "post_history_instructions",
    "creator",
    "character_version",
)
_LISTS = ("alternate_greetings", "group_only_greetings", "tags")
_DEFAULTS: Json = {
    **dict.fromkeys(_V1 + _V2, ""),
    **{key: [] for key in (*_LISTS, "assets")},
    "extensions": {},
}
_KEPT = {"data": dict, "top": dict, "mirror": list}
_MADE_ANEW = {"extensions": dict, "assets": list}
_INSIDE = ("embeded://", "embedded://", "__asset:")  # spelt so in V3; and in other programs
_UNREADABLE_ICON = "Its portrait inside of the file can't be read."


class Icon(NamedTuple):
    """Where a card says that the portrait lies: a URI after V3, and the suffix of the file."""

    uri: str
    suffix: str


class Source(NamedTuple):
    """What a card lies in: `inside` gives the files of its archive, `image` is the picture that holds the card."""

    inside: Callable[[str], bytes | None] = lambda _: None
    image: bytes | None = None


def write_card(
    portable: Portable, icon: Icon | None = None, *, version: int = 3, **more: Any
) -> Json:
    """The card, of version 3 or 2; `more` goes into our note."""
    kept = portable.kept(FAMILY)
    family = (
        FAMILY if _is_kept(kept) else None
    )  # another program's field of the same name travels as it is
    kept = kept if family else {}
    foreign = as_object(kept.get("data"))
    dates: Json = {
        "creation_date": portable.date("created_at"),
        "modification_date": portable.date("last_used"),
    }
    data: Json = {**_DEFAULTS, **dates, **foreign, "name": portable.name}
    if portable.description or "description" not in foreign:
        data["description"] = portable.description
    more["replaced"] = {
        key: data[key] for key, kind in _MADE_ANEW.items() if not isinstance(data[key], kind)
    }
    if icon:
        more["icon"] = _set_icon(data, icon)
    note = portable.note(
        family, [key for key in (*_DEFAULTS, *dates) if key not in foreign], **more
    )
    data["extensions"] = {**as_object(data["extensions"]), OURS: note}
    top = {
        **as_object(kept.get("top")),
        **{key: data[key] for key in as_list(kept.get("mirror")) if key in data},
    }
    return {**top, "spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data}


def read_card(card: Any, source: Source | None = None) -> Portable:
    """The character on a card of any version. Raises UnreadableFile."""
    card = as_object(card)
    if isinstance(card.get("data"), dict):
        data = as_object(card["data"])
        top = {
            key: value for key, value in card.items() if key not in {"data", "spec", "spec_version"}
        }
    elif any(isinstance(card.get(key), str) for key in ("description", *_V1)):
        data, top = card, {}
    else:
        raise UnreadableFile("That is no character card: a card has a name and a description.")
    name, description = data.get("name"), data.get("description")
    if not isinstance(name, str) or not name.strip():
        raise UnreadableFile("The card has no name. Please give it one, and try again.")
    note = as_object(as_object(data.get("extensions")).get(OURS))
    image, url = _portrait(data, top, note, source or Source())
    mirror = {key for key in top if key in data and top[key] == data[key]}
    rest, lost = _without_files(_as_it_was(data, note))
    kept: Json = {
        "data": {
            key: value
            for key, value in rest.items()
            if key != "name" and not (key == "description" and isinstance(value, str))
        },
        "top": {key: value for key, value in top.items() if key not in mirror},
        "mirror": sorted(mirror),
    }
    losses = (
        [f"Other files of the card are not kept, such as backgrounds ({lost})."] if lost else []
    )
    losses += [_UNREADABLE_ICON] if image == b"" else []
    kept = {key: value for key, value in kept.items() if value}
    portable = arrived(
        FAMILY, name, description if isinstance(description, str) else "", kept, note, losses
    )
    return with_portrait(portable, image or None, url)


def with_portrait(
    portable: Portable, image: bytes | None, url: str | None = None, image_id: str = ""
) -> Portable:
    identity = image_id or (digest(image) if image else digest(url) if url else "")
    return replace(portable, image=image, image_url=url, image_id=identity)


def _portrait(data: Json, top: Json, note: Json, source: Source) -> tuple[bytes | None, str | None]:
    """The portrait or its link; no bytes at all where it should be in the file and is not."""
    if source.image is not None:
        return source.image, None
    if note.get("portrait") == NO_PORTRAIT:
        return None, None
    assets = as_list(data.get("assets"))
    index = _main_icon(assets)
    uri = None if index is None else assets[index].get("uri")
    if isinstance(uri, str) and uri.startswith((*_INSIDE, "data:")):
        return _bytes_in(uri, source), None
    links = [uri] if note else [uri, top.get("avatar"), data.get("avatar")]
    return None, next(
        (link for link in links if isinstance(link, str) and link.startswith("http")), None
    )


def _bytes_in(uri: str, source: Source) -> bytes:
    if uri.startswith(_INSIDE):
        return source.inside(uri.partition("://")[2]) or b""
    try:
        return base64.b64decode(uri.partition(",")[2])
    except (binascii.Error, ValueError):
        return b""


def _set_icon(data: Json, icon: Icon) -> Json | None:
    """Makes the icon the card's main one. Returns the one it had."""
    assets = list(as_list(data["assets"]))
    index = _main_icon(assets)
    before = None if index is None else as_object(assets[index])
    entry = {**(before or {"type": "icon", "name": "main"}), "uri": icon.uri, "ext": icon.suffix}
    at = len(assets) if index is None else index
    data["assets"] = [*assets[:at], entry, *assets[at + 1 :]]
    return before


def _main_icon(assets: list[Any]) -> int | None:
    icons = [index for index, each in enumerate(assets) if as_object(each).get("type") == "icon"]
    return next(
        (index for index in icons if assets[index].get("name") == "main"),
        icons[0] if icons else None,
    )


def _as_it_was(data: Json, note: Json) -> Json:
    """The fields before we wrote the card: without our note, our icon, and what only the format demands."""
    extensions = as_object(data.get("extensions"))
    if OURS in extensions:
        data = {
            **data,
            "extensions": {key: value for key, value in extensions.items() if key != OURS},
        }
    if not note:
        return data
    assets = as_list(data.get("assets"))
    index = _main_icon(assets)
    if "icon" in note and index is not None:
        before = as_object(note["icon"])
        data["assets"] = [*assets[:index], *([before] if before else []), *assets[index + 1 :]]
    replaced = as_object(note.get("replaced"))
    data |= {key: replaced[key] for key in _MADE_ANEW if key in replaced and not data.get(key)}
    return original(data, note, _DEFAULTS)


def _without_files(data: Json) -> tuple[Json, int]:
    """The fields without what lies in files beside the card, and how many files that is, but for the portrait."""
    assets = data.get("assets")
    if not isinstance(assets, list):
        return data, 0
    assets = cast("list[Any]", assets)
    icon = _main_icon(assets)
    kept: list[Any] = []
    for index, each in enumerate(assets):
        uri = as_object(each).get("uri")
        is_file = isinstance(uri, str) and uri.startswith(_INSIDE)
        if index == icon and (is_file or (isinstance(uri, str) and uri.startswith("data:"))):
            kept.append({**each, "uri": "ccdefault:"})
        elif not is_file:
            kept.append(each)
    return {**data, "assets": kept}, len(assets) - len(kept)


def _is_kept(kept: Json) -> bool:
    if not kept or not all(
        value and isinstance(value, _KEPT.get(key, ())) for key, value in kept.items()
    ):
        return False
    repeatable = {"name", "description", *kept.get("data", ())}
    return all(isinstance(key, str) and key in repeatable for key in kept.get("mirror", ()))

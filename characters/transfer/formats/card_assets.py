"""The `assets` of a Character Card: the portrait, and the files that lie beside the card."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from characters.transfer.formats.base64_text import decode_base64
from characters.transfer.formats.json_text import Json, as_list, as_object

# The beginning of a URI of a file beside the card: as V3 spells it, and as other programs do.
_INSIDE = ("embeded://", "embedded://", "__asset:")
_SUFFIXES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}

Files = Callable[[str], bytes | None]
"""Returns the file with this name beside the card, or None."""


@dataclass(frozen=True, slots=True)
class Icon:
    """The portrait of a card: a URI after V3, and the suffix of the file."""

    uri: str
    suffix: str


def set_icon(assets: list[Any], icon: Icon) -> tuple[list[Any], Json | None]:
    """The assets with this portrait, and the entry that it replaces; None if it is added."""
    index = _main_icon(assets)
    before = {"type": "icon", "name": "main"} if index is None else as_object(assets[index])
    entry = {**before, "uri": icon.uri, "ext": icon.suffix}
    if index is None:
        return [*assets, entry], None
    return [*assets[:index], entry, *assets[index + 1 :]], before


def unset_icon(assets: list[Any], before: Json) -> list[Any]:
    """The assets before `set_icon`, which replaced this entry; empty if it was added."""
    index = _main_icon(assets)
    if index is None:
        return assets
    entries = [before] if before else []
    return [*assets[:index], *entries, *assets[index + 1 :]]


def icon_uri(data: Json) -> str:
    """The URI of the portrait; empty if the card names none."""
    assets = as_list(data.get("assets"))
    index = _main_icon(assets)
    uri = None if index is None else assets[index].get("uri")
    return uri if isinstance(uri, str) else ""


def is_in_file(uri: str) -> bool:
    """Whether the URI holds a file, or names one beside the card."""
    return uri.lower().startswith((*_INSIDE, "data:"))


def file_at(uri: str, files: Files) -> bytes | None:
    """The file that the URI holds or names; None if it can't be read."""
    if uri.lower().startswith(_INSIDE):
        return files(uri.partition("://")[2])
    try:
        return decode_base64(uri.partition(",")[2].encode())
    except ValueError:
        return None


def without_files(data: Json) -> tuple[Json, int]:
    """The card's data without the files beside it, and how many those are without the portrait."""
    if not isinstance(data.get("assets"), list):
        return data, 0
    assets = as_list(data["assets"])
    icon = _main_icon(assets)
    kept: list[Any] = []
    for index, each in enumerate(assets):
        uri = as_object(each).get("uri")
        if not isinstance(uri, str) or not is_in_file(uri):
            kept.append(each)
        elif index == icon:
            kept.append({**each, "uri": "ccdefault:"})
        elif not uri.lower().startswith(_INSIDE):
            kept.append(each)
    return {**data, "assets": kept}, len(assets) - len(kept)


def image_suffix(image: bytes | None) -> str:
    for start, suffix in _SUFFIXES.items():
        if image and image.startswith(start):
            return suffix
    return "webp"


def _main_icon(assets: list[Any]) -> int | None:
    """The index of the portrait: the icon with the name `main`, or else the first icon."""
    icons = [index for index, each in enumerate(assets) if _is(each, "type", "icon")]
    for index in icons:
        if _is(assets[index], "name", "main"):
            return index
    return icons[0] if icons else None


def _is(asset: Any, field: str, value: str) -> bool:
    """Whether it has this value there, in upper or lower case."""
    found = as_object(asset).get(field)
    return isinstance(found, str) and found.lower() == value

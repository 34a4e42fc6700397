"""From characters to files; `characters.transfer.exporter` gathers what goes in."""

import base64
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from characters.transfer.formats.card import NO_PORTRAIT, Icon, write_card
from characters.transfer.formats.jsonfile import write_json
from characters.transfer.formats.png import pixels_id, placeholder, with_texts
from characters.transfer.formats.portable import OURS, Json, Portable
from characters.transfer.formats.reading import KEYWORDS, MANIFEST, VERSION
from characters.transfer.formats.rosters import RosterFormat, write_roster
from characters.transfer.formats.zips import ENTRIES_LIMIT, pack, packed_size

PART_LIMIT = (
    ENTRIES_LIMIT - 1
) // 2  # characters in one archive: a card and a portrait each, and the manifest
_ICON = "assets/icon/images/main"
_SUFFIXES = ((b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))


class ExportedFile(NamedTuple):
    name: str
    data: bytes


def json_card(portable: Portable) -> ExportedFile:
    """Without the portrait, but for its public URL."""
    icon = Icon(portable.image_url, _suffix(portable.image)) if portable.image_url else None
    card = write_card(portable, icon, **({} if icon else _no_portrait(portable)))
    return ExportedFile(f"{file_name(portable)}.json", write_json(card))


def png_card(portable: Portable, portrait: bytes | None) -> ExportedFile:
    """A V2 and a V3 card in a PNG: the portrait, as a PNG, or a placeholder where there is none."""
    png = portrait or placeholder(portable.name)
    # A program may give the card another picture: our word on the portrait holds for this one.
    about: Json = {
        "portrait": portable.image_id if portrait else NO_PORTRAIT,
        "pixels": pixels_id(png),
    }
    icon = Icon("ccdefault:", "png")
    texts = {
        keyword: base64.b64encode(write_json(write_card(portable, icon, version=version, **about)))
        for keyword, version in zip(reversed(KEYWORDS), (2, 3), strict=True)
    }
    return ExportedFile(f"{file_name(portable)}.png", with_texts(png, texts))


def charx(portable: Portable) -> ExportedFile:
    files: list[ExportedFile] = []
    icon = None
    if portable.image:
        suffix = _suffix(portable.image)
        icon = Icon(f"embeded://{_ICON}.{suffix}", suffix)  # spelt so in V3
        files.append(ExportedFile(f"{_ICON}.{suffix}", portable.image))
    card = write_card(portable, icon, **_no_portrait(portable))
    return ExportedFile(
        f"{file_name(portable)}.charx", pack([("card.json", write_json(card)), *files])
    )


def roster(form: RosterFormat, portables: Iterable[Portable]) -> bytes:
    return write_json(write_roster(form, portables))


class ArchivePart:
    """An archive of ours in the making: cards with portraits, and a manifest that says which belong together."""

    def __init__(self) -> None:
        self._entries: list[dict[str, str | None]] = []
        self._files: list[ExportedFile] = []
        self._size = 0

    def takes(self, files: Sequence[ExportedFile], limit: int) -> bool:
        """Whether the files of one more character fit into `limit` bytes; the first ones always do."""
        fits = self._size + _size_of(files) <= limit - _size_of([self._manifest()])
        return not self._entries or (len(self._entries) < PART_LIMIT and fits)

    def add(self, files: Sequence[ExportedFile]) -> None:
        names = [file.name for file in files]
        self._entries.append({"card": names[0], "portrait": names[1] if names[1:] else None})
        self._files += files
        self._size += _size_of(files)

    def data(self) -> bytes:
        return pack([self._manifest(), *self._files])

    def _manifest(self) -> ExportedFile:
        document = {"format": OURS, "version": VERSION, "characters": self._entries}
        return ExportedFile(MANIFEST, write_json(document))


def archive_files(portable: Portable, number: int) -> list[ExportedFile]:
    """The files of one character in an archive of ours: its card, and its portrait where there is one."""
    name = f"{number:03}-{file_name(portable)}"
    files = [ExportedFile(f"{name}.json", json_card(portable).data)]
    if portable.image:
        files.append(ExportedFile(f"{name}.{_suffix(portable.image)}", portable.image))
    return files


def file_name(portable: Portable) -> str:
    """A name that any file system and Discord's attachments take, without its suffix."""
    return re.sub(r"[^A-Za-z0-9]+", "-", portable.name).strip("-")[:40] or "character"


def _no_portrait(portable: Portable) -> dict[str, Any]:
    return {} if portable.image else {"portrait": NO_PORTRAIT}


def _suffix(image: bytes | None) -> str:
    return next(
        (suffix for start, suffix in _SUFFIXES if image and image.startswith(start)), "webp"
    )


def _size_of(files: Iterable[ExportedFile]) -> int:
    return sum(packed_size(*file) for file in files) + 300  # what the files add to the manifest

"""Backyard's archive: a ZIP with a manifest, and a JSON file and pictures for each character.

https://github.com/backyardai/byaf. Its scenarios, with greetings and chats, are kept unseen.
"""

import contextlib
from dataclasses import replace
from functools import partial
from typing import Any

from characters.errors import UnreadableFile
from characters.transfer.formats.chat_programs import BACKYARD
from characters.transfer.formats.collected import Collected
from characters.transfer.formats.json_text import Json, JsonReader, as_list, as_object
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.object_format import read_object
from characters.transfer.formats.portable import Contents
from characters.transfer.formats.zip_file import ZipReader

_SCENARIOS_LIMIT = 100


def is_byaf(manifest: Json) -> bool:
    paths = as_list(manifest.get("characters"))
    return bool(paths) and all(isinstance(path, str) for path in paths)


def read_byaf(archive: ZipReader, manifest: Json, reader: JsonReader) -> Contents:
    """Raises UnreadableFile."""
    paths = as_list(manifest["characters"])
    # They are about the first, if there is more than one against the rule.
    more: Json = {"scenarios": _scenarios(archive, manifest, reader)}
    collected = Collected(BACKYARD.kind)
    for path in paths:
        collected.add(partial(_read_character, archive, path, more, reader), name=path)
        more = {}
    return collected.contents()


def _scenarios(archive: ZipReader, manifest: Json, reader: JsonReader) -> list[Any]:
    """The greetings and chats, as far as they can be read."""
    paths = [path for path in as_list(manifest.get("scenarios")) if isinstance(path, str)]
    scenarios: list[Any] = []
    for path in paths[:_SCENARIOS_LIMIT]:
        with contextlib.suppress(UnreadableFile):
            scenarios.append(reader.read(archive.read(path)))
    return scenarios


def _read_character(archive: ZipReader, path: str, more: Json, reader: JsonReader) -> Contents:
    fields: Json = {**as_object(reader.read(archive.read(path))), **more}
    images = as_list(fields.pop("images", None))
    contents = read_object(BACKYARD, fields)
    (portable,) = contents.characters
    folder = path.rpartition("/")[0]
    names = [f"{folder}/{as_object(image).get('path')}" for image in images]
    names = [name for name in names if name in archive]
    if names:
        portable = portable.with_portrait(archive.read(names[0]))
    if others := len(names[1:]):
        loss = Loss(LossKind.OTHER_FILES, portable.name, count=others)
        portable = replace(portable, losses=(*portable.losses, loss))
    contents.characters[:] = [portable]
    return contents

"""Backyard's archive: a ZIP with a manifest, and a JSON file and pictures for each character.

https://github.com/backyardai/byaf. Its scenarios, with greetings and chats, are not kept.
"""

from functools import partial

from characters.transfer.formats.chat_programs import BACKYARD
from characters.transfer.formats.collected import Collected
from characters.transfer.formats.json_text import Json, JsonReader, as_list, as_object
from characters.transfer.formats.object_format import read_object
from characters.transfer.formats.portable import Contents
from characters.transfer.formats.zip_file import ZipReader


def is_byaf(manifest: Json) -> bool:
    paths = as_list(manifest.get("characters"))
    return bool(paths) and all(isinstance(path, str) for path in paths)


def read_byaf(archive: ZipReader, manifest: Json, reader: JsonReader) -> Contents:
    """Raises UnreadableFile."""
    collected = Collected(BACKYARD.kind)
    for path in as_list(manifest["characters"]):
        collected.add(partial(_read_character, archive, path, reader), name=path)
    return collected.contents()


def _read_character(archive: ZipReader, path: str, reader: JsonReader) -> Contents:
    fields = dict(as_object(reader.read(archive.read(path))))
    folder = path.rpartition("/")[0]
    images = as_list(fields.pop("images", None))
    contents = read_object(BACKYARD, fields)
    for image in images:
        name = f"{folder}/{as_object(image).get('path')}"
        if name in archive:
            portrait = archive.read(name)
            contents.characters[0] = contents.characters[0].with_portrait(portrait)
            break
    return contents

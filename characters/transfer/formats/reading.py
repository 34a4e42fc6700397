"""From an uploaded file to the characters in it; what the file is, its bytes say."""

import base64
import binascii
import logging
from collections.abc import Iterator
from typing import Any

from characters.errors import UnreadableFile
from characters.transfer.formats.card import NO_PORTRAIT, Source, read_card, with_portrait
from characters.transfer.formats.jsonfile import JsonReader
from characters.transfer.formats.png import SIGNATURE, PngTexts, pixels_id
from characters.transfer.formats.portable import (
    OURS,
    Contents,
    Failure,
    Json,
    Portable,
    as_list,
    as_object,
)
from characters.transfer.formats.rosters import FORMATS, read_roster
from characters.transfer.formats.zips import ENTRIES_LIMIT, Unpacker

FILE_LIMIT = 10 * 2**20  # bytes
MANIFEST = "manifest.json"
VERSION = 1  # of our archives
KEYWORDS = ("ccv3", "chara")  # of a card in a PNG, the better one first

_ZIP = (b"PK\3\4", b"PK\5\6")
_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"RIFF")
_EXPECTED = (
    "That file has no characters that I know how to read. Please send a character card (PNG, JSON or .charx), "
    "a Tupperbox or PluralKit export, or an archive of mine."
)
_NO_CARD = (
    "That picture has no character card inside. Please send the card's original file: "
    "screenshots, and copies that a chat or website made, have lost theirs."
)

log = logging.getLogger(__name__)


def read(data: bytes) -> Contents:
    """The characters in a file. It may take a second of CPU.

    Raises UnreadableFile where there is nothing in it that can be read; a part that can't be is among the failures.
    """
    if len(data) > FILE_LIMIT:
        raise UnreadableFile(
            f"That file is too large. Please send one of at most {FILE_LIMIT // 2**20} MiB."
        )
    try:
        return _read(data)
    except UnreadableFile:
        raise
    except Exception as error:  # a file of a stranger must not end more than its own import
        log.exception("A file of %d bytes could not be read", len(data))
        raise UnreadableFile(_EXPECTED) from error


def _read(data: bytes) -> Contents:
    reader = JsonReader()
    if data.startswith(SIGNATURE):
        return Contents("character card", [_from_png(data, reader)], [])
    if data.startswith(_ZIP):
        return _from_zip(Unpacker(data), reader)
    if data.startswith(_PICTURES):
        raise UnreadableFile(_NO_CARD)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        raise UnreadableFile(_EXPECTED)
    document = as_object(reader.read(data))
    for form in FORMATS if not str(document.get("spec")).startswith("chara_card") else ():
        if any(key in document for key in form.recognised_by):
            return read_roster(form, document)
    if "name" not in document and "data" not in document:
        raise UnreadableFile(_EXPECTED)
    return Contents("character card", [read_card(document)], [])


def _from_png(data: bytes, reader: JsonReader) -> Portable:
    """The best card of a picture: where one is garbage, the other may be sound."""
    failure = UnreadableFile(_NO_CARD)
    for text in _card_texts(data):
        try:
            card = reader.read(text if text.lstrip().startswith(b"{") else base64.b64decode(text))
            portable = read_card(card, Source(image=data))
        except (binascii.Error, ValueError):
            failure = UnreadableFile(
                "The character card in that picture is damaged. Please download it again."
            )
        except UnreadableFile as error:
            failure = error
        else:
            note = _note(card)
            if note.get("pixels") != pixels_id(data):  # somebody has given the card another picture
                return portable
            if note.get("portrait") == NO_PORTRAIT:
                return with_portrait(portable, None)
            return with_portrait(portable, data, image_id=str(note.get("portrait")))
    raise failure


def _card_texts(data: bytes) -> Iterator[bytes]:
    texts = PngTexts(data)
    for keyword in KEYWORDS:
        yield from texts.named(keyword)


def _note(card: Any) -> Json:
    return as_object(as_object(as_object(as_object(card).get("data")).get("extensions")).get(OURS))


def _from_zip(archive: Unpacker, reader: JsonReader) -> Contents:
    manifest = as_object(reader.read(archive.read(MANIFEST))) if MANIFEST in archive else {}
    if manifest.get("format") == OURS:
        return _from_ours(archive, manifest, reader)
    if "card.json" not in archive:
        raise UnreadableFile(_EXPECTED)
    card = reader.read(archive.read("card.json"))
    return Contents("character card", [read_card(card, Source(archive.read_if_there))], [])


def _from_ours(archive: Unpacker, manifest: Json, reader: JsonReader) -> Contents:
    if manifest.get("version") != VERSION:
        raise UnreadableFile("That archive was made by a newer version of me, and I can't read it.")
    contents = Contents("archive", [], [])
    for entry in map(as_object, as_list(manifest.get("characters"))[:ENTRIES_LIMIT]):
        name, image = str(entry.get("card")), str(entry.get("portrait"))
        if name not in archive:
            contents.failures.append(Failure(name[:80], "It is missing in the archive."))
            continue
        try:
            portable = read_card(reader.read(archive.read(name)))
            contents.characters.append(
                with_portrait(portable, archive.read(image)) if image in archive else portable
            )
        except UnreadableFile as error:
            contents.failures.append(Failure(name[:80], str(error)))
    return contents

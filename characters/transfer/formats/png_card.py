"""Character Cards in PNG files: the portrait, with the card as text inside."""

import base64
import struct
import zlib
from hashlib import sha256

from characters.transfer.formats.card import NO_PORTRAIT, noted_id, read_card, read_note, write_card
from characters.transfer.formats.card_assets import Icon
from characters.transfer.formats.json_text import Json, write_json
from characters.transfer.formats.png_text import (
    SIGNATURE,
    chunk,
    pixels_id,
    with_texts,
)
from characters.transfer.formats.portable import ExportedFile, Portable

_KEYWORDS = {"ccv3": 3, "chara": 2}  # the version of the card under each; the better one first
_SIDE = 512  # pixels of a placeholder


def write_png_card(portable: Portable, portrait: bytes | None) -> ExportedFile:
    """A V2 and a V3 card in the portrait, a PNG, or in a placeholder if there is none."""
    png = portrait or placeholder(portable.name)
    # Another program may give the card a new image: the note on the portrait is about this one.
    portrait_id = portable.image_id if portrait else NO_PORTRAIT
    texts: dict[str, bytes] = {}
    for keyword, version in reversed(_KEYWORDS.items()):
        card = write_card(
            portable,
            Icon("ccdefault:", "png"),
            version=version,
            portrait=portrait_id,
            pixels=pixels_id(png),
        )
        texts[keyword] = base64.b64encode(write_json(card))
    return ExportedFile(f"{portable.file_name}.png", with_texts(png, texts), portable.losses)


def card_in_png(card: Json, png: bytes) -> Portable:
    """The character on a card with the picture that it is in. Raises UnreadableFile."""
    portable, note = read_card(card), read_note(card)
    if note.get("pixels") != pixels_id(png):  # somebody has given the card a new image
        return portable.with_portrait(png)
    if note.get("portrait") == NO_PORTRAIT:
        return portable
    return portable.with_portrait(png, image_id=noted_id(note, png))


def placeholder(name: str) -> bytes:
    """A plain PNG for a character without a portrait, in a colour that the name determines."""
    colour = [112 + each % 80 for each in sha256(name.encode(errors="replace")).digest()[:3]]
    rows: list[bytes] = []
    for row in range(_SIDE):  # the lower, the darker
        pixel = bytes(channel * (2 * _SIDE - row) // (2 * _SIDE) for channel in colour)
        rows.append(b"\0" + pixel * _SIDE)
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)  # 8 bits a channel, no alpha
    pixels = zlib.compress(b"".join(rows), 9)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

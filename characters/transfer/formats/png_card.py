"""Character Cards in PNG files: the portrait, with the card as text inside."""

import base64
import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.card import NO_PORTRAIT, read_card, read_note, write_card
from characters.transfer.formats.card_assets import Icon
from characters.transfer.formats.json_text import JsonReader, write_json
from characters.transfer.formats.png_text import (
    SIGNATURE,
    PngTexts,
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


def read_png_card(data: bytes, reader: JsonReader) -> Portable:
    """The character on the best card in the picture that can be read. Raises UnreadableFile."""
    failure = UnreadableFile(FileProblem.NO_CARD)
    for text in _card_texts(data):
        try:
            card = reader.read(text if text.lstrip().startswith(b"{") else base64.b64decode(text))
            portable, note = read_card(card), read_note(card)
        except ValueError:  # also of base64
            failure = UnreadableFile(FileProblem.DAMAGED_CARD)
        except UnreadableFile as error:
            failure = error
        else:
            if note.get("pixels") != pixels_id(data):  # somebody has given the card a new image
                return portable.with_portrait(data)
            if note.get("portrait") == NO_PORTRAIT:
                return portable
            return portable.with_portrait(data, image_id=str(note.get("portrait")))
    raise failure


def placeholder(name: str) -> bytes:
    """A plain PNG for a character without a portrait, in a colour that the name determines."""
    red, green, blue = sha256(name.encode(errors="replace")).digest()[:3]
    return gradient((112 + red % 80, 112 + green % 80, 112 + blue % 80))


def gradient(red_green_blue: tuple[int, int, int]) -> bytes:
    """A placeholder with this colour at its top."""
    rows: list[bytes] = []
    for row in range(_SIDE):  # the lower, the darker
        pixel = bytes(channel * (2 * _SIDE - row) // (2 * _SIDE) for channel in red_green_blue)
        rows.append(b"\0" + pixel * _SIDE)
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)  # 8 bits a channel, no alpha
    pixels = zlib.compress(b"".join(rows), 9)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _card_texts(data: bytes) -> Iterator[bytes]:
    texts = PngTexts(data)
    for keyword in _KEYWORDS:
        yield from texts.named(keyword)

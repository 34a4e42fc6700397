"""CHARX: a Character Card and its portrait in a ZIP file.

https://github.com/kwaroran/character-card-spec-v3, "CHARX".
"""

from urllib.parse import unquote

from characters.transfer.formats.card import NO_PORTRAIT, read_with_portrait, write_card
from characters.transfer.formats.card_assets import Icon
from characters.transfer.formats.json_text import JsonReader, write_json
from characters.transfer.formats.png_text import pixels_id
from characters.transfer.formats.portable import ExportedFile, Portable
from characters.transfer.formats.zip_file import ZipReader, pack

CARD = "card.json"

_ICON = "assets/icon/images/main.png"


def write_charx(portable: Portable, portrait: bytes | None) -> ExportedFile:
    """A V3 card and the portrait, a PNG: SillyTavern 1.12 shows no WebP there."""
    files: dict[str, bytes] = {}
    if portrait:
        files[_ICON] = portrait
        icon = Icon(f"embeded://{_ICON}", "png")  # V3's spelling
        pixels = pixels_id(portrait)
        card = write_card(portable, icon, portrait=portable.image_id, pixels=pixels)
    else:
        card = write_card(portable, portrait=NO_PORTRAIT)
    data = pack({CARD: write_json(card), **files})
    return ExportedFile(f"{portable.file_name}.charx", data, portable.losses)


def read_charx(archive: ZipReader, card: str, reader: JsonReader) -> Portable:
    """The character on the card with this name; its files lie in the same folder.

    Raises UnreadableFile.
    """
    folder = card[: -len(CARD)]

    def file(name: str) -> bytes | None:
        image = archive.read_if_there(folder + name)
        return image or archive.read_if_there(folder + unquote(name))

    return read_with_portrait(reader.read(archive.read(card)), file)

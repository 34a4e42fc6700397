"""CHARX: a Character Card and its portrait in a ZIP file.

https://github.com/kwaroran/character-card-spec-v3, "CHARX".
"""

from urllib.parse import unquote

from characters.transfer.formats.card import NO_PORTRAIT, read_with_portrait, write_card
from characters.transfer.formats.card_assets import Icon, image_suffix
from characters.transfer.formats.json_text import JsonReader, write_json
from characters.transfer.formats.portable import ExportedFile, Portable
from characters.transfer.formats.zip_file import ZipReader, pack

CARD = "card.json"

_ICON = "assets/icon/images/main"


def write_charx(portable: Portable) -> ExportedFile:
    files: dict[str, bytes] = {}
    if portable.image:
        suffix = image_suffix(portable.image)
        files[f"{_ICON}.{suffix}"] = portable.image
        card = write_card(portable, Icon(f"embeded://{_ICON}.{suffix}", suffix))  # V3's spelling
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

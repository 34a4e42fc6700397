"""Characters in pictures: in text or Exif data of a PNG, or in Exif data of a WebP.

TavernAI's WebP: https://github.com/TavernAI/TavernAI, `server.js`, `charaRead`.
"""

from collections.abc import Iterable, Iterator

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.base64_text import decode_base64
from characters.transfer.formats.documents import read_card, reader_of
from characters.transfer.formats.exif import user_comment, webp_exif
from characters.transfer.formats.json_text import JsonReader, as_object
from characters.transfer.formats.png_card import card_in_png
from characters.transfer.formats.png_text import INFLATED_LIMIT, PngTexts
from characters.transfer.formats.portable import Contents, FileKind

_KEYWORDS = ("ccv3", "chara", "persona")  # the better card first; RisuAI's personas
_LOCKED = b"rcc||"  # so begins a card that RisuAI has encrypted


def read_png(data: bytes, reader: JsonReader) -> Contents:
    """The characters of the best text in the picture that can be read. Raises UnreadableFile."""
    return _read_texts(_png_texts(data), data, reader)


def read_webp(data: bytes, reader: JsonReader) -> Contents:
    """As `read_png`."""
    return _read_texts(_comments(webp_exif(data)), data, reader)


def _read_texts(texts: Iterable[bytes], data: bytes, reader: JsonReader) -> Contents:
    failure = None
    for text in texts:
        try:
            return _read_text(text, data, reader)
        except UnreadableFile as error:
            failure = failure or error
    raise failure or UnreadableFile(FileProblem.NO_CARD)


def _png_texts(data: bytes) -> Iterator[bytes]:
    texts = PngTexts(data)
    for keyword in _KEYWORDS:
        yield from texts.named(keyword)
    yield from _comments(texts.exif())


def _comments(exif: bytes) -> Iterator[bytes]:
    comment = user_comment(exif)
    if comment:
        yield comment


def _read_text(text: bytes, data: bytes, reader: JsonReader) -> Contents:
    if text.startswith(_LOCKED):
        raise UnreadableFile(FileProblem.LOCKED)
    document = as_object(reader.read(_json_in(text)))
    read = reader_of(document)
    if read is read_card:
        return Contents(FileKind.CARD, [card_in_png(document, data)])
    contents = read(document)
    if len(contents.characters) == 1:  # of several, nobody knows whose picture it is
        contents.characters[:] = [each.with_portrait(data) for each in contents.characters]
    return contents


def _json_in(text: bytes) -> bytes:
    """The JSON, which may also stand there as base64 or as a list of the bytes' numbers."""
    text = text.strip()
    if text.startswith(b"{"):
        return text
    try:
        if b"," not in text:
            return decode_base64(text)
        if len(text) > INFLATED_LIMIT:
            raise UnreadableFile(FileProblem.CARD_TOO_LARGE, limit=INFLATED_LIMIT)
        return bytes(int(number) for number in text.strip(b"[]").split(b","))
    except ValueError:
        raise UnreadableFile(FileProblem.DAMAGED_CARD) from None

"""Text in PNG files, after the PNG specification (third edition), sections 5.3 and 11.3.3.

Pixels are not decoded here: `characters.portraits.renderer` does that.
"""

import contextlib
import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from characters.errors import FileProblem, UnreadableFile

SIGNATURE = b"\x89PNG\r\n\x1a\n"
INFLATED_LIMIT = 4 * 2**20  # bytes of text in one file
TEXTS_LIMIT = 4  # with one keyword; there should be one

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_HEADER = 8  # length and type of a chunk; a checksum of 4 bytes follows its content
_CHECKSUM = 4


class PngTexts:
    """The text chunks of a PNG. Each is inflated when it is read, within one limit for all."""

    def __init__(self, png: bytes) -> None:
        self._png = png
        self._allowance = INFLATED_LIMIT

    def named(self, keyword: str) -> Iterator[bytes]:
        """The first texts with this keyword, in upper or lower case. Raises UnreadableFile."""
        return islice(self._named(keyword), TEXTS_LIMIT)

    def exif(self) -> bytes:
        """The Exif data, empty if there is none."""
        for kind, content in _chunks(self._png):
            if kind == b"eXIf":
                return bytes(content)
        return b""

    def _named(self, keyword: str) -> Iterator[bytes]:
        wanted = keyword.encode() + b"\0"
        for kind, content in _chunks(self._png):
            if kind in _TEXTS and bytes(content[: len(wanted)]).lower() == wanted:
                yield self._text(kind, content[len(wanted) :])

    def _text(self, kind: bytes, content: memoryview) -> bytes:
        """The text in a chunk, from what follows its keyword."""
        if kind == b"tEXt":
            return bytes(content)
        if kind == b"zTXt":
            return self._inflate(content[1:])  # one byte for the method; there is only one
        # iTXt: compression flag and method, language and translated keyword (each ends in a NUL).
        parts = bytes(content[2:]).split(b"\0", maxsplit=2)
        text = parts[2] if len(parts) == 3 else b""  # noqa: PLR2004 - language, keyword, text
        return self._inflate(memoryview(text)) if bytes(content[:1]) == b"\1" else text

    def _inflate(self, packed: memoryview) -> bytes:
        inflater = zlib.decompressobj()
        text = b""
        with contextlib.suppress(zlib.error):  # a damaged text is then refused as no card
            text = inflater.decompress(packed, self._allowance + 1)
        self._allowance -= len(text)
        if self._allowance < 0:
            raise UnreadableFile(FileProblem.CARD_TOO_LARGE, limit=INFLATED_LIMIT)
        return text


def with_texts(png: bytes, texts: dict[str, bytes]) -> bytes:
    """The file with these texts (Latin-1) just before its end."""
    end = png.rindex(b"IEND") - 4
    chunks = [chunk(b"tEXt", name.encode() + b"\0" + text) for name, text in texts.items()]
    return png[:end] + b"".join(chunks) + png[end:]


def pixels_id(png: bytes) -> str:
    """Equal for equal pixels, whatever texts the file has."""
    pixels = sha256()
    for kind, content in _chunks(png):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            pixels.update(content)
    return pixels.hexdigest()


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _chunks(png: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of each chunk that is complete."""
    view, position = memoryview(png), len(SIGNATURE)
    while position + _HEADER <= len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        start = position + _HEADER
        position = start + length + _CHECKSUM
        if position > len(png):
            return
        yield kind, view[start : start + length]

"""Text in PNG files, after the PNG specification (third edition), sections 5.3 and 11.3.3.

Nothing is decoded here but text: pixels are for `characters.portraits.renderer`.
"""

import contextlib
import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from characters.errors import UnreadableFile

SIGNATURE = b"\x89PNG\r\n\x1a\n"
INFLATED_LIMIT = 4 * 2**20  # bytes of text in one file
TEXTS_LIMIT = 4  # with one keyword; there should be one

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")

_SIDE = 512
_HEADER = 8  # length and type of a chunk; a checksum of 4 bytes follows its content
_CHECKSUM = 4


class PngTexts:
    """The text chunks of a PNG, inflated when they are asked for, within one allowance."""

    def __init__(self, png: bytes) -> None:
        self._png = png
        self._allowance = INFLATED_LIMIT

    def named(self, keyword: str) -> Iterator[bytes]:
        """The first few texts with this keyword, in whatever case.

        Raises UnreadableFile where they are larger than anything should be.
        """
        return islice(self._named(keyword), TEXTS_LIMIT)

    def _named(self, keyword: str) -> Iterator[bytes]:
        for kind, content in _chunks(self._png):
            if (
                kind not in _TEXTS
                or bytes(content[: len(keyword) + 1]).lower() != keyword.encode() + b"\0"
            ):
                continue
            text = content[len(keyword) + 1 :]
            if kind == b"tEXt":
                yield bytes(text)
            elif kind == b"zTXt":
                yield self._inflate(text[1:])  # behind the method, of which there is one
            else:
                # Compression flag and method, then a language and a translated keyword that each end in a NUL.
                packed, (_, _, rest) = bytes(text[:1]) == b"\1", bytes(text[2:]).partition(b"\0")
                _, _, rest = rest.partition(b"\0")
                yield self._inflate(memoryview(rest)) if packed else rest

    def _inflate(self, packed: memoryview) -> bytes:
        inflater = zlib.decompressobj()
        text = b""
        with contextlib.suppress(zlib.error):  # what is damaged will not be a card
            text = inflater.decompress(packed, self._allowance + 1)
        self._allowance -= len(text)
        if self._allowance < 0:
            raise UnreadableFile(
                f"The text inside that image is larger than {INFLATED_LIMIT // 2**20} MiB, and no character card is."
            )
        return text


def with_texts(png: bytes, texts: dict[str, bytes]) -> bytes:
    """The file with these texts (Latin-1) right before its end."""
    end = png.rindex(b"IEND") - 4
    return (
        png[:end]
        + b"".join(_chunk(b"tEXt", name.encode() + b"\0" + text) for name, text in texts.items())
        + png[end:]
    )


def pixels_id(png: bytes) -> str:
    """The same for the same picture data, whatever text lies around it."""
    pixels = sha256()
    for kind, content in _chunks(png):
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            pixels.update(content)
    return pixels.hexdigest()


def placeholder(name: str) -> bytes:
    """A plain picture for who has no portrait: a soft colour of the name, darker towards the bottom."""
    hue = sha256(name.encode(errors="replace")).digest()
    top = [112 + each % 80 for each in hue[:3]]
    rows = (
        b"\0" + bytes(channel * (2 * _SIDE - row) // (2 * _SIDE) for channel in top) * _SIDE
        for row in range(_SIDE)
    )
    header = struct.pack(
        ">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0
    )  # 8 bits for each of red, green and blue
    pixels = zlib.compress(b"".join(rows), 9)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunks(png: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Type and content of each chunk, as far as the file is whole."""
    view, position = memoryview(png), len(SIGNATURE)
    while position + _HEADER <= len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        start = position + _HEADER
        position = start + length + _CHECKSUM
        if position > len(png):
            return
        yield kind, view[start : start + length]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )

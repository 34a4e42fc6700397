"""The comment in a picture's Exif data, where some programs keep a character.

Exif 2.32 (CIPA DC-008) section 4.6; its directories are those of TIFF 6.0, section 2.
"""

import struct
from collections.abc import Iterator

_MARK = b"Exif\0\0"
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_EXIF_DIRECTORY = 0x8769
_COMMENTS = (0x9286, 0x010E)  # UserComment, ImageDescription
_ONE_BYTE = (1, 2, 7)  # types: BYTE, ASCII, UNDEFINED
_ENTRY = 12  # bytes
_INLINE = 4  # bytes of a value that stands in its entry
_CODES = (b"ASCII\0\0\0", b"\0" * 8)  # before the text of a UserComment
_UNICODE = b"UNICODE\0"
_RIFF_HEADER = 12  # bytes


def user_comment(exif: bytes) -> bytes | None:
    """The comment as UTF-8; None if there is none that can be read."""
    exif = exif.removeprefix(_MARK)
    order = _ORDERS.get(exif[:4])
    if order is None:
        return None
    try:
        (first,) = struct.unpack_from(f"{order}I", exif, 4)
        fields = dict(_fields(exif, order, first))
        if _EXIF_DIRECTORY in fields:
            fields |= dict(_fields(exif, order, fields[_EXIF_DIRECTORY][2]))
    except struct.error:
        return None
    for tag in _COMMENTS:
        if tag in fields and fields[tag][0] in _ONE_BYTE:
            return _text(exif, order, *fields[tag][1:])
    return None


def webp_exif(webp: bytes) -> bytes:
    """The Exif data of a WebP, empty if it has none.

    https://developers.google.com/speed/webp/docs/riff_container
    """
    position = _RIFF_HEADER
    while position + 8 <= len(webp):
        kind, length = struct.unpack_from("<4sI", webp, position)
        if kind == b"EXIF":
            return webp[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
    return b""


def _fields(exif: bytes, order: str, start: int) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Tag, and then type, count, value or its offset, and place of each field."""
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for number in range(count):
        place = start + 2 + number * _ENTRY
        tag, kind, length, value = struct.unpack_from(f"{order}HHII", exif, place)
        yield tag, (kind, length, value, place)


def _text(exif: bytes, order: str, length: int, value: int, place: int) -> bytes:
    start = value if length > _INLINE else place + _ENTRY - _INLINE
    text = exif[start : start + length]
    if text.startswith(_UNICODE):
        encoding = "utf-16-le" if order == "<" else "utf-16-be"
        return text[len(_UNICODE) :].decode(encoding, "ignore").encode()
    for code in _CODES:
        text = text.removeprefix(code)
    return text.strip(b"\0")

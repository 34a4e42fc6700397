"""A description that a player sends as a text file."""

import codecs

from characters.errors import DescriptionFileRefused, TextFileProblem

TEXT_FILE_LIMIT = 100 * 1024  # bytes; the longest description has 80,000

_MARKS = {  # how a file begins, and its encoding
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_text(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark.

    Raises DescriptionFileRefused.
    """
    if len(data) > TEXT_FILE_LIMIT:
        raise DescriptionFileRefused(TextFileProblem.TOO_LARGE, TEXT_FILE_LIMIT)
    encodings = [name for mark, name in _MARKS.items() if data.startswith(mark)]
    try:
        text = data.decode(*(encodings or ["utf-8"]))
    except UnicodeDecodeError as error:
        raise DescriptionFileRefused(TextFileProblem.NOT_TEXT) from error
    if "\0" in text:
        raise DescriptionFileRefused(TextFileProblem.NOT_TEXT)
    return text

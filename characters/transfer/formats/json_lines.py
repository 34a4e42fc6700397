"""Cards in JSON lines, one in each: https://jsonlines.org."""

from functools import partial

from characters.transfer.formats.collected import CHARACTERS_LIMIT, Collected
from characters.transfer.formats.documents import read_document
from characters.transfer.formats.json_text import JsonReader
from characters.transfer.formats.portable import Contents, FileKind


def is_json_lines(data: bytes) -> bool:
    """Whether an object ends where the first line does, and another one begins below."""
    first, _, rest = data.partition(b"\n")
    return first.rstrip().endswith(b"}") and first[:1] == rest.lstrip()[:1] == b"{"


def read_json_lines(data: bytes, reader: JsonReader) -> Contents:
    """Raises UnreadableFile."""
    collected = Collected(FileKind.CARDS)
    for number, line in enumerate(data.split(b"\n", CHARACTERS_LIMIT), start=1):
        if line.strip():
            collected.add(partial(_read_line, line, reader), number=number)
    return collected.contents()


def _read_line(line: bytes, reader: JsonReader) -> Contents:
    return read_document(reader.read(line))

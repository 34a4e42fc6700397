"""Our archive."""

import zipfile
from io import BytesIO

from characters.errors import FileProblem, UnreadableFile
from characters.model import Character
from characters.transfer.formats.archive import PART_LIMIT, ArchivePart
from characters.transfer.formats.portable import Portable
from characters.transfer.formats.reading import read
from characters.transfer.formats.zip_file import ENTRIES_LIMIT
from tests.transfer.formats.samples import WEBP, archive


def test_a_card_that_can_not_be_read_never_hides_the_others() -> None:
    ana, bob = (Portable.of(Character(name, {"name": name}), WEBP) for name in ("Ana", "Bob"))
    contents = read(archive(ana, bob).replace(b'"name":"Ana"', b'"name":null '))
    assert [each.name for each in contents.characters] == ["Bob"]
    (failure,) = contents.failures
    assert failure.name == "001-Ana.json"
    assert isinstance(failure.reason, UnreadableFile)
    assert failure.reason.problem is FileProblem.DAMAGED_ARCHIVE


def test_an_archive_has_no_more_entries_than_we_take() -> None:
    part, number = ArchivePart(), 0
    while part.add(Portable("Ana", image=b"x"), 10**9):
        number += 1
    assert number == PART_LIMIT
    data = part.file(1).data
    assert len(zipfile.ZipFile(BytesIO(data)).namelist()) <= ENTRIES_LIMIT
    assert len(read(data).characters) == PART_LIMIT

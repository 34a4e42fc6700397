"""The page of file formats says what the code does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from characters.transfer.exporter import CardFormat, CollectionFormat
from characters.transfer.formats.pluralkit import PLURALKIT
from characters.transfer.formats.portable import FileKind
from characters.transfer.formats.reading import read
from characters.transfer.formats.tupperbox import TUPPERBOX
from cogs.characters.transfer_texts import _TITLES
from tests.transfer.formats.other_programs import FILES

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
RULES = {"pluralkit": PLURALKIT.rules, "tupperbox": TUPPERBOX.rules}


def rows(title: str) -> list[list[str]]:
    """The cells of the table that has this heading in its first column."""
    table = PAGE[PAGE.index(f"| {title} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[2:]]


READ = {row[0]: row for row in rows("In the preview")}


def test_each_kind_of_file_has_a_row_under_the_title_of_its_preview() -> None:
    assert set(READ) == {_TITLES[kind].removeprefix("## ") for kind in FileKind}


def test_each_format_of_the_export_has_a_row() -> None:
    formats = [each.value for each in (*CardFormat, *CollectionFormat)]
    assert sorted(row[0].strip("`") for row in rows("`format`")) == sorted(formats)


def _keys_with(text: str, value: Any) -> set[str]:
    """The fields that hold this text, at any depth."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, each in value.items():
            found |= {key} if each == text else _keys_with(text, each)
    if isinstance(value, list):
        for each in value:
            found |= _keys_with(text, each)
    return found


@pytest.mark.parametrize("sample", [name for name, data in FILES.items() if data[:1] in b"[{"])
def test_a_row_names_the_fields_of_name_and_description(sample: str) -> None:
    data = FILES[sample]
    contents = read(data)
    row = READ[_TITLES[contents.kind].removeprefix("## ")]
    if row[3] == "as above":
        row = READ["Character card"]
    for line in filter(None, data.splitlines()):
        document = json.loads(line)
        for text, cell in (("Ana", row[2]), ("Tall.", row[3])):
            fields = _keys_with(text, document) - {"1-Ana.png"}
            assert fields <= set(re.findall(r"`(\w+)`", cell)), (text, cell)


@pytest.mark.parametrize(("bot", "field", "letters"), rows("Bot"))
def test_a_text_has_as_many_letters_as_the_page_says(bot: str, field: str, letters: str) -> None:
    limit = int(letters.replace(",", ""))
    rule = RULES[bot][field.strip("`")]
    assert rule("x" * limit) == "x" * limit
    assert len(rule("x" * (limit + 1))) == limit

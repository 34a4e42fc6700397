"""The pages that people read, and the blocks of code in them."""

import re
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


class Block(NamedTuple):
    """A block of code, and the line above it."""

    above: str
    language: str
    text: str


def page(name: str) -> str:
    """`name` is the path from the top of the repository."""
    return (ROOT / name).read_text()


def blocks(text: str) -> list[Block]:
    found = re.findall(r"^([^\n]*)\n```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [Block(*each) for each in found]


def block(name: str, containing: str) -> str:
    """The one block of the page that contains a text."""
    (found,) = (each.text for each in blocks(page(name)) if containing in each.text)
    return found


def names_in(name: str, containing: str) -> dict[str, Any]:
    """The names that a block of Python defines."""
    names: dict[str, Any] = {}
    exec(block(name, containing), names)  # noqa: S102 - our own page
    return names


def table(name: str, heading: str) -> list[list[str]]:
    """The cells of the table that has this heading in its first column."""
    text = page(name)
    rows = text[text.index(f"| {heading} |") :].split("\n\n")[0].strip().splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]

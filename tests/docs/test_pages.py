"""Links lead somewhere, each block of code names the test that runs it, and tables are complete."""

import ast
import re
from pathlib import Path

import pytest
import typer.main

from characters.cli.commands import app
from characters.settings import RegistrySettings, Settings
from docs.architecture import PARTS, PICTURE, all_arrows
from tests.docs.pages import PAGES, ROOT, Block, blocks, page, table

README_WORDS = 800
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_or_a_heading(file: Path) -> None:
    for link in LINK.findall(file.read_text()):
        if re.match(r"https?://", link):
            continue
        path, _, heading = link.partition("#")
        target = file.parent / path if path else file
        assert target.exists(), link
        if heading:
            titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert heading in {title.lower().replace(" ", "-") for title in titles}, link


CODE = [(name_of(file), each) for file in PAGES for each in blocks(file.read_text())]


@pytest.mark.parametrize(
    ("name", "block"), CODE, ids=[f"{name}: {each.text.split(chr(10))[0]}" for name, each in CODE]
)
def test_every_block_names_the_test_that_runs_it_or_says_why_none_does(
    name: str, block: Block
) -> None:
    del name
    if re.fullmatch(r"<!-- not run: .{10,} -->", block.above):
        return
    run_by = re.fullmatch(r"<!-- run by: (.*) -->", block.above)
    assert run_by, "the line above says neither"
    for place in run_by[1].split(" and "):
        file, _, test = place.partition("::")
        text = (ROOT / file).read_text()
        assert not test or re.search(rf"^(async )?def {test}\(", text, re.MULTILINE), place


def test_the_readme_is_short() -> None:
    text = re.sub(r"<!--.*?-->", "", page("README.md"))
    assert len(text.split()) <= README_WORDS


def test_the_index_names_every_page() -> None:
    linked = {Path(link).name for link in LINK.findall(page("docs/README.md"))}
    assert {file.name for file in (ROOT / "docs").glob("*.md")} <= linked | {"README.md"}


def test_the_picture_of_the_architecture_shows_the_imports() -> None:
    """It leaves out an arrow only where a longer way leads there too."""
    titles = re.findall(r"<title>([^<]+)&#45;&gt;([^<]+)</title>", PICTURE.read_text())
    reached = {(above, below) for above, below in titles}
    assert reached <= all_arrows()
    while True:
        longer = {
            (above, end) for above, below in reached for start, end in reached if below == start
        }
        if longer <= reached:
            break
        reached |= longer
    assert all_arrows() <= reached
    assert not any((below, above) in reached for above, below in reached), "a circle"
    assert set(PARTS) >= {part for arrow in reached for part in arrow}


def test_the_settings_are_those_that_are_read() -> None:
    rows = table("docs/operating.md", "variable")
    described = {row[0].removesuffix(" ✱").strip("`").lower() for row in rows}
    assert described == set(Settings.model_fields)
    shared = {row[0].removesuffix(" ✱").strip("`").lower() for row in rows if "✱" in row[0]}
    assert shared == set(RegistrySettings.model_fields)
    example = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert {name.lower() for name in example} == described


def test_the_operators_commands_are_those_that_there_are() -> None:
    cells = " ".join(row[0] for row in table("docs/operating.md", "command"))
    described = {each.split()[0] for each in re.findall(r"`([^`]+)`", cells)}
    assert described == set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_line_of_the_log_that_asks_for_something_is_described() -> None:
    rows = table("docs/operating.md", "line")
    described = {line for row in rows for line in re.findall(r"`([^`]+)`", row[0])}
    assert described == _logged()


def _logged() -> set[str]:
    """The texts at WARNING or above, with … for what is filled in."""
    found: set[str] = set()
    for package in ("characters", "cogs", "game_characters"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                match node:
                    case ast.Call(
                        func=ast.Attribute(
                            value=ast.Name(id="log"), attr="warning" | "error" | "exception"
                        ),
                        args=[ast.Constant(value=str(text)), *_],
                    ):
                        found.add(re.sub(r"%(\.\d+)?[sdr]", "…", text))
                    case _:
                        pass
    return found

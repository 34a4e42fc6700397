"""Imports point one way: the core knows neither Discord nor the cogs, and its rooms not one another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "characters").rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def packages(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(file)}


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.name)
def test_the_core_imports_neither_discord_nor_cogs(file: Path) -> None:
    assert not packages(file) & {"discord", "cogs", "bot", "playground", "game_characters"}


def test_the_drop_in_module_imports_only_the_core() -> None:
    assert not packages(ROOT / "game_characters.py") & {"discord", "cogs", "bot", "playground"}


@pytest.mark.parametrize("room", ["server", "store", "portraits", "assets", "objects", "fetch", "embedded", "web"])
def test_a_room_of_the_core_builds_on_model_and_errors_alone(room: str) -> None:
    ours = {name for name in imports(ROOT / "characters" / f"{room}.py") if name.startswith("characters")}
    neighbour = {"store": "characters.server", "objects": "characters.assets", "embedded": "characters.lock"}.get(
        room, "characters.lua"
    )
    assert ours <= {"characters", "characters.model", "characters.errors", neighbour}


@pytest.mark.parametrize("file", sorted((ROOT / "characters" / "formats").glob("*.py")), ids=lambda file: file.name)
def test_formats_know_neither_store_nor_network(file: Path) -> None:
    ours = {name for name in imports(file) if name.startswith("characters") and ".formats" not in name}
    assert ours <= {"characters.model", "characters.errors"}


def test_the_child_process_imports_nothing_of_ours() -> None:
    assert "characters" not in packages(ROOT / "characters" / "render.py")


def test_cogs_is_a_namespace_that_merges_with_a_main_bots_own() -> None:
    assert not (ROOT / "cogs" / "__init__.py").exists()

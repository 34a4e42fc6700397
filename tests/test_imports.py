"""Imports point down; the packages of the core join only in the registry."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "characters").rglob("*.py"))
PRODUCT = [
    *(ROOT / "bot.py", ROOT / "playground.py"),
    *sorted((ROOT / "game_characters").rglob("*.py")),
    *CORE,
    *sorted((ROOT / "cogs").rglob("*.py")),
]
# Each of these packages stands alone: it knows the model and the errors, runs worker processes, and
# knows none of the others.
INDEPENDENT = {
    "characters.store",
    "characters.portraits",
    "characters.lobby",
    "characters.transfer.formats",
}
SHARED = {
    f"characters{name}"
    for name in ("", ".errors", ".extras", ".json_data", ".measures", ".model", ".names")
}
SHARED |= {f"characters.{name}" for name in ("matching", "portrait_fields", "roster", "versions")}
SHARED |= {
    f"characters.workers.{name}" for name in ("exchange", "process", "process_limit", "worker")
}
ENTRIES = {"bot", "playground", "game_characters", "cogs", "characters.cli", "characters.__main__"}


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file) for file in PRODUCT}


def imports(file: Path) -> Iterator[str]:
    """The modules that a file imports, as far as they are ours, and the packages of others."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else node.module


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_core_imports_neither_discord_nor_what_stands_above_it() -> None:
    for file in CORE:
        packages = {name.partition(".")[0] for name in imports(file)}
        above = packages & {"discord", "cogs", "bot", "playground", "game_characters"}
        assert not above, module_name(file)


def test_the_drop_in_functions_import_only_the_core() -> None:
    packages = {name.partition(".")[0] for name in imports(ROOT / "game_characters/__init__.py")}
    assert not packages & {"discord", "cogs", "bot", "playground"}


@pytest.mark.parametrize("package", sorted(INDEPENDENT))
def test_an_independent_package_imports_no_other_part_of_the_core(package: str) -> None:
    for file in CORE:
        if within(module_name(file), package):
            ours = {name for name in imports(file) if within(name, "characters")}
            others = {name for name in ours if not within(name, package)} - SHARED
            assert not others, module_name(file)


def test_no_module_imports_another_in_a_circle() -> None:
    graph = {module_name(file): {*imports(file)} & MODULES for file in PRODUCT}
    for name, imported in graph.items():
        imported.discard(
            "characters"
        )  # the public names, which are imported when they are asked for
        imported.discard(name)
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_no_package_imports_another_in_a_circle() -> None:
    """A package is a folder of `characters/`, or a single module in it."""
    graph: dict[str, set[str]] = {}
    for file in CORE:
        package = _package(module_name(file))
        below = {_package(name) for name in imports(file) if within(name, "characters")}
        graph.setdefault(package, set()).update(below - {package, "characters"})
    graphlib.TopologicalSorter(graph).prepare()


def test_nothing_of_the_core_imports_its_command_line() -> None:
    for file in CORE:
        if not within(module_name(file), "characters.cli") and file.name != "__main__.py":
            assert not any(within(name, "characters.cli") for name in imports(file))


def test_the_workers_need_only_the_errors_the_measures_and_what_a_job_imports() -> None:
    for file in (ROOT / "characters/workers").glob("*.py"):
        ours = {name for name in imports(file) if within(name, "characters")}
        assert {name for name in ours if not within(name, "characters.workers")} <= {
            "characters.errors",
            "characters.measures",
        }


def test_cogs_holds_nothing_of_ours_directly_so_that_it_merges_with_a_main_bots_own() -> None:
    assert [path.name for path in (ROOT / "cogs").iterdir() if path.suffix == ".py"] == []


def test_a_module_name_occurs_once_but_for_the_two_halves_of_one_thing() -> None:
    """The core and the cogs may each have a half of one thing; each cog has a `cog` and `texts`."""
    core = [file.stem for file in CORE if not file.stem.startswith("__")]
    assert sorted(core) == sorted(set(core))
    cogs = [file.stem for file in PRODUCT if within(module_name(file), "cogs")]
    cogs = [name for name in cogs if name not in {"__init__", "cog", "texts"}]
    assert sorted(cogs) == sorted(set(cogs))


def test_each_file_is_short() -> None:
    lines = {module_name(file): len(file.read_text().splitlines()) for file in PRODUCT}
    assert {name: count for name, count in lines.items() if count > 250} == {}


def _package(name: str) -> str:
    return ".".join(name.split(".")[:2])

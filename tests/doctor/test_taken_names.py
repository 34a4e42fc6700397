"""Modules of a main bot with names of ours are found, and what merges with ours is left alone."""

import re
from pathlib import Path

import pytest

from characters.doctor.fact import Fact
from characters.doctor.taken_names import name_facts


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a main bot, which doctor is run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wrong() -> dict[str, Fact]:
    return {fact.name: fact for fact in name_facts() if fact.advice}


def test_a_bot_with_cogs_of_its_own_is_well(home: Path) -> None:
    (home / "cogs").mkdir()
    (home / "cogs" / "fun.py").touch()
    assert wrong() == {}


@pytest.mark.parametrize("name", ["characters.py", "game_characters.py", "characters/__init__.py"])
def test_a_module_with_a_name_of_ours_is_to_be_renamed(home: Path, name: str) -> None:
    (home / name).parent.mkdir(exist_ok=True)
    (home / name).touch()
    ((found, fact),) = wrong().items()
    assert found == name.partition("/")[0].removesuffix(".py")
    assert str(home) in fact.advice
    (home / name).rename(home / "renamed.py")
    (home / "characters").rmdir() if (home / "characters").is_dir() else None
    assert wrong() == {}


def test_a_package_cogs_that_hides_ours_gets_the_line_of_the_advice(home: Path) -> None:
    (home / "cogs").mkdir()
    (home / "cogs" / "__init__.py").touch()
    line = re.search("`(__path__ = .*?)`", wrong()["cogs"].advice)
    assert line
    (home / "cogs" / "__init__.py").write_text(line[1])
    assert wrong() == {}


@pytest.mark.parametrize("name", ["characters", "lobby"])
def test_an_extension_with_a_name_of_ours_is_to_be_renamed(home: Path, name: str) -> None:
    (home / "cogs").mkdir()
    (home / "cogs" / f"{name}.py").touch()
    assert list(wrong()) == [f"cogs.{name}"]

"""The names that `import characters` offers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import characters

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", characters.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(characters, name)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = characters.nothing


def test_the_errors_alone_are_imported_without_the_rest() -> None:
    program = "import sys, characters.errors; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    packages = ("characters", "pydantic", "redis")
    loaded = {name for name in done.stdout.split() if name.startswith(packages)}
    loaded.remove("characters")
    assert all(name.startswith("characters.errors") for name in loaded)


def test_the_seven_functions_are_imported_without_what_only_some_need() -> None:
    """Which would double the time: the formats of files, settings, Pillow, HTTP and Discord."""
    program = "import sys, game_characters; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"pydantic", "pydantic_settings", "PIL", "aiohttp", "discord"}
    assert not [name for name in loaded if name.startswith("characters.transfer.")]


def test_the_version_is_the_newest_of_the_changelog() -> None:
    newest = re.search(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == characters.__version__


def test_the_command_line_prints_the_version() -> None:
    command = [sys.executable, "-m", "characters", "--version"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"{characters.__version__}\n"

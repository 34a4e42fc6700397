"""The page for those who contribute: its steps are taken here."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from tests.docs.pages import ROOT, block

PAGE = "CONTRIBUTING.md"
CHECK = "tests/cogs/test_catalogues.py"
PO = Path("cogs/characters/locales/da/LC_MESSAGES/game_characters.po")
UNTRANSLATED = "test_every_sentence_is_translated[da]"


def test_a_language_is_added_as_the_page_says(tmp_path: Path) -> None:
    for folder in ("cogs", "characters", "docs"):
        ignored = shutil.ignore_patterns("images", "__pycache__", "LC_MESSAGES")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    (tmp_path / CHECK).parent.mkdir(parents=True)
    for file in (CHECK, "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path / file)
    run(tmp_path, block(PAGE, "pybabel init"))
    make, check = block(PAGE, "make locales\n").splitlines()
    run(tmp_path, recipe(make))
    assert UNTRANSLATED in run(tmp_path, check, fails=True)
    translate(tmp_path / PO)
    run(tmp_path, recipe(make))
    assert " passed" in run(tmp_path, check)
    program = (
        "from cogs.characters.ui.language import _, in_language\n"
        "with in_language('da'): print(_('Create a character'))"
    )
    assert "Opret a character" in run(tmp_path, f'.venv/bin/python -c "{program}"')


def run(folder: Path, line: str, *, fails: bool = False) -> str:
    """Runs a line of the page in a copy of the repository, with the programs of this one."""
    line = line.replace(".venv/bin", str(Path(sys.executable).parent))
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout


def recipe(command: str) -> str:
    """What `make` runs for a target."""
    target = command.removeprefix("make ")
    found = re.search(rf"^{target}:.*\n\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found
    return found[1].replace("$(BIN)", ".venv/bin")


def translate(path: Path) -> None:
    """Each sentence in another spelling, with what must stay."""
    with path.open("rb") as file:
        catalog = read_po(file, locale="da")
    for message in catalog:
        if isinstance(message.id, tuple):
            message.string = tuple(each.replace("Create", "Opret") for each in message.id)
        elif message.id:
            message.string = message.id.replace("Create", "Opret")
    with path.open("wb") as file:
        write_po(file, catalog)

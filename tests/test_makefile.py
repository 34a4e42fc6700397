"""What `make` says while it works."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def planned(folder: Path, target: str) -> list[str]:
    """The commands of a target in a fresh clone, which are not run."""
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "locks", folder / "locks")
    command = ["make", "--dry-run", target]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("target", ["run", "example", "test"])
def test_a_long_installation_is_announced_and_shows_its_progress(
    tmp_path: Path, target: str
) -> None:
    lines = planned(tmp_path, target)
    (announced,) = (
        n for n, line in enumerate(lines) if "echo" in line and "MB to download" in line
    )
    assert "packages: about a minute, and" in lines[announced]
    install = lines[announced + 1]
    assert "pip install" in install
    assert "--quiet" not in install


def test_help_names_each_target(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    command = ["make", "help"]
    out = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    for target in ("run", "example", "test", "scale", "lock"):
        assert f"\n{target} " in f"\n{out}"

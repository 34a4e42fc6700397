"""The files in `deploy/`, as far as they can be checked without systemd and containers at work."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import ROOT, block

DEPLOY = ROOT / "deploy"


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd")
    text = (DEPLOY / "characters.service").read_text()
    unit = tmp_path / "characters.service"
    unit.write_text(text.replace("/srv/bot/.venv/bin/python", sys.executable))
    done = subprocess.run(
        [analyze, "verify", "--man=no", unit], check=False, capture_output=True, text=True
    )
    assert "characters.service" not in done.stderr, done.stderr


def test_what_the_files_for_containers_name_is_there() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert {*re.findall(r"locks/\w+\.txt", dockerfile)} == {"locks/build.txt", "locks/bot.txt"}
    ignored = (ROOT / ".dockerignore").read_text().split()
    for path in ("locks", "bot.py", "README.md", "LICENSE"):
        assert (ROOT / path).exists()
        assert path not in ignored
    assert {".env", ".git", "data"} <= {*ignored}, "secrets and data stay out of the image"
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    bot = services["bot"]
    assert (DEPLOY / bot["build"]["context"] / bot["build"]["dockerfile"]).samefile(
        DEPLOY / "Dockerfile"
    )
    settings = block("docs/operating.md", "appendonly").split()
    command = services["valkey"]["command"].split()[1:]
    assert [each.removeprefix("--") for each in command] == settings

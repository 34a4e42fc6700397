"""On Windows every way in ends with one sentence; here Windows is imitated.

The standard library and the packages of others are imported before that, as they would look for
parts of Windows. Ours are imported after it, without the modules that only POSIX has.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SENTENCE = "Windows is not supported: run this in WSL or in a Linux container."
WINDOWS = """
import sys
import bot, cogs.lobby, characters.cli.commands, game_characters

OURS = {"bot", "characters", "cogs", "game_characters"}
POSIX = ("fcntl", "grp", "pwd", "resource", "termios")
for name in [each for each in sys.modules if each.partition(".")[0] in OURS]:
    del sys.modules[name]
sys.modules.update(dict.fromkeys(POSIX))
sys.platform = "win32"
sys.argv = ["characters", "stats"]
"""
STARTS = {
    "the bot": "import bot; sys.exit(bot.main())",
    "the command line": "from characters.__main__ import main; sys.exit(main())",
    "the cogs": "import cogs.lobby",
    "the seven functions": "import game_characters",
    "the registry": (
        "import asyncio, characters\n"
        "asyncio.run(characters.open_registry(redis=None, assets_dir='assets').__aenter__())"
    ),
}


@pytest.mark.parametrize("start", STARTS)
def test_on_windows_it_ends_with_one_sentence(tmp_path: Path, start: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WINDOWS + STARTS[start]],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    *before, last = done.stderr.splitlines()
    assert done.returncode == 1
    assert last.removeprefix("characters.platforms.UnsupportedPlatform: ") == SENTENCE
    if start in {"the bot", "the command line"}:
        assert before == []

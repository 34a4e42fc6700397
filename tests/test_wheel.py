"""The built wheel, in an empty environment, within somebody else's bot."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAIN_BOT = """
import asyncio, discord
from discord.ext import commands

async def main():
    bot = commands.Bot("!", intents=discord.Intents.none())
    async with bot:
        await bot.load_extension("cogs.theirs")
        await bot.load_extension("cogs.characters")
        await bot.load_extension("cogs.lobby")
        await bot.registry.create(1, "Ana")
        print(*sorted(bot.cogs), *(command.name for command in bot.tree.walk_commands()))
        print((await bot.registry.active(1)).name)
        import characters
        print(characters.__file__)

asyncio.run(main())
"""

THEIR_COG = """
from discord.ext import commands

class Theirs(commands.Cog):
    pass

async def setup(bot):
    await bot.add_cog(Theirs())
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_what_a_main_bot_imports_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {
        "game_characters",
        "characters",
        "cogs",
    }
    assert "cogs/__init__.py" not in names
    sources = [
        path.relative_to(ROOT).as_posix()
        for folder in ("characters", "cogs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".lua"}
    ]
    assert set(sources) <= set(names)


def test_a_strange_bot_with_cogs_of_its_own_loads_it(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--constraint",
        ROOT / "constraints.txt",
        wheel,
    ]
    subprocess.run(install, check=True)
    help_text = subprocess.run(
        [environment / "bin" / "game-characters", "--help"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "move-assets" in help_text
    home = tmp_path / "main-bot"
    (home / "cogs").mkdir(parents=True)
    (home / "cogs" / "theirs.py").write_text(THEIR_COG)
    (home / "main.py").write_text(MAIN_BOT)
    done = subprocess.run(
        [python, "main.py"], cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded, active, origin = done.stdout.splitlines()
    commands = (
        "character create list show activate edit delete restore import export forget lobby open"
    )
    assert loaded == f"Characters Theirs lobby {commands}"
    assert active == "Ana"
    assert Path(origin).is_relative_to(environment)

"""The built wheel, installed as a main bot installs it, in bots of many shapes."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import AsyncGenerator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from characters.store.embedded import embedded_valkey
from tests.docs.pages import block
from tests.forked import Forked
from tests.soak import trials

# A process runs a whole file, so it is built and installed once.

ROOT = Path(__file__).parents[1]
HOSTS = Path(__file__).parent / "hosts"
SHARED = {"drive", "host", "names_taken", "typed_user", "without_server"}
SHAPES = sorted(file.stem for file in HOSTS.glob("*.py") if file.stem not in SHARED)
# What the seven functions of game_characters import.
NEEDED = "aiofiles aiohttp pillow pydantic pydantic-settings redis[hiredis] yarl"
LIBRARIES = ("simcord", "redis.asyncio", "pydantic_settings", "PIL.Image", "aiofiles", "yaml")
COGS = ("fun", "items", "pictures", "ui")
COMMON_COG = """
from discord.ext import commands

OWNER = "host"

class Fun(commands.Cog):
    @commands.hybrid_command(description="Have fun")
    async def fun(self, context):
        await context.send("Fun from the host.")

async def setup(bot):
    await bot.add_cog(Fun())
"""
DROP_IN = """
import asyncio, io, sys
import game_characters as game
from PIL import Image
from redis.asyncio import Redis

async def main():
    image = io.BytesIO()
    Image.new("RGB", (8, 8)).save(image, "PNG")
    async with Redis(unix_socket_path=sys.argv[1]) as redis:
        ana = await game.create_character(1, "Ana", "A pirate.", redis, image.getvalue())
        bob = await game.create_character(1, "Bob", "", redis)
        assert (await game.get_active_character(1, redis))["name"] == "Bob"
        await game.set_active_character(1, ana["char_id"], redis)
        assert (await game.get_active_character(1, redis))["name"] == "Ana"
        assert [char["name"] for char in await game.list_characters(1, redis)] == ["Ana", "Bob"]
        ana = await game.get_character(1, ana["char_id"], redis)
        assert (await game.get_character_image_data(ana)).startswith(b"RIFF")
        assert await game.delete_character(1, bob["char_id"], redis)

asyncio.run(main())
"""
VALKEY = """
import asyncio
from pathlib import Path
from characters.store.embedded import embedded_valkey

asyncio.run(embedded_valkey(Path("data")).__aenter__())
"""
WITHOUT = {  # by extra, what ends in its sentence without it
    "cli": ["-m", "characters"],
    "discord": ["-c", "import cogs.characters"],
    "embedded": ["-c", VALKEY],
    "objects": [
        "-c",
        "from characters.opening import open_assets; open_assets('s3://bucket/folder')",
    ],
}


def run(
    python: Path, *arguments: str | Path, home: Path, check: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs the Python of another environment in a folder, with these settings and no others."""
    done = subprocess.run(
        [python, *arguments],
        cwd=home,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def run_bot(python: Path, *arguments: str, home: Path, **environment: str) -> tuple[str, str]:
    """Runs a main bot in a copy of a process that has imported the libraries; what it prints."""
    settings = {"PATH": os.environ["PATH"], **environment}
    process = Forked(arguments, home, settings, str(python), LIBRARIES)
    out, err = process.communicate()
    assert process.returncode == 0, out + err
    assert "Traceback" not in err
    return out, err


def pip(python: Path, *arguments: str | Path) -> str:
    command = [sys.executable, "-m", "pip", "--python", python, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def install(python: Path, *requirements: str | Path) -> None:
    """In the versions of the lock. Its hashes are left out: the wheel was only just built."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as versions:
        lock = (ROOT / "locks/dev.txt").read_text()
        versions.write("\n".join(re.findall(r"^(\S+==.*?)(?: \\)?$", lock, re.MULTILINE)))
        versions.flush()
        pip(
            python,
            "install",
            "--quiet",
            "--no-compile",
            "--constraint",
            versions.name,
            *requirements,
        )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def base(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and none of its extras."""
    folder = tmp_path_factory.mktemp("base") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    install(folder / "bin" / "python", wheel)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def sentences(base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By extra, the last line of what needs it, where it is not installed."""
    home = tmp_path_factory.mktemp("without-extras")
    lines: dict[str, str] = {}
    for extra, program in WITHOUT.items():
        done = run(base, *program, home=home, check=False)
        assert done.returncode == 1
        lines[extra] = done.stderr.splitlines()[-1]
    return lines


@pytest.fixture(scope="session")
def python(base: Path, sentences: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with more extras, installed as the sentences advise."""
    folder = tmp_path_factory.mktemp("hosts") / "environment"
    shutil.copytree(base.parents[1], folder, symlinks=True)
    python = folder / "bin" / "python"
    advised = [
        re.search(r"pip install '(.*)'", sentences[extra])[1]
        for extra in ("cli", "discord", "embedded")
    ]
    install(python, *advised, "simcord")
    return python


@pytest.fixture
async def url(tmp_path: Path) -> AsyncGenerator[str, None]:
    async with embedded_valkey(tmp_path / "server") as address:
        yield address


def test_it_holds_what_a_main_bot_imports_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info" not in name}
    packages = ("game_characters", "characters", "cogs")
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == sources
    assert "cogs/__init__.py" not in names
    for package in ("game_characters", "characters", "cogs/characters", "cogs/lobby"):
        assert f"{package}/py.typed" in names


def needs(requirement: Requirement) -> set[str]:
    """The names of that package and of all that it depends on."""
    names = {requirement.name.lower()}
    for line in requires(requirement.name) or []:
        dependency = Requirement(line)
        extras = requirement.extras or {""}
        if not dependency.marker or any(
            dependency.marker.evaluate({"extra": extra}) for extra in extras
        ):
            names |= needs(dependency)
    return names


def test_without_extras_it_installs_only_what_the_seven_functions_need(base: Path) -> None:
    listed: list[dict[str, Any]] = json.loads(pip(base, "list", "--format", "json"))
    allowed = set().union(*(needs(Requirement(line)) for line in NEEDED.split()))
    installed = {each["name"].lower().replace("_", "-") for each in listed}
    assert installed - {"game-characters"} <= {name.replace("_", "-") for name in allowed}


async def test_without_extras_the_seven_functions_work(
    base: Path, url: str, tmp_path: Path
) -> None:
    socket = url.removeprefix("unix://")
    run(base, "-c", DROP_IN, socket, home=tmp_path)


@pytest.mark.parametrize("extra", WITHOUT)
def test_a_missing_extra_is_one_sentence_that_names_it(
    sentences: dict[str, str], extra: str
) -> None:
    sentence = sentences[extra].removeprefix("characters.extras.MissingExtra: ")
    assert re.fullmatch(
        rf".+ needs the module \w+, which is not installed: run `pip install '.+\[{extra}\]'`\.",
        sentence,
    )


def test_its_command_line_runs(wheel: Path, python: Path, tmp_path: Path) -> None:
    assert "move-assets" in run(python, "-m", "characters", "--help", home=tmp_path).stdout
    version = run(python, "-m", "characters", "--version", home=tmp_path).stdout
    assert version == f"{wheel.name.split('-')[1]}\n"


@pytest.mark.parametrize("shape", [*SHAPES, "own_cogs with __init__"])
async def test_a_main_bot_loads_it_and_players_use_it(
    python: Path, url: str, tmp_path: Path, shape: str
) -> None:
    name, _, package = shape.partition(" with ")
    home = tmp_path / "main-bot"
    home.mkdir()
    shutil.copy(HOSTS / f"{name}.py", home / "main.py")
    for shared in (HOSTS / "host.py", HOSTS / "drive.py", ROOT / "tests" / "people.py"):
        shutil.copy(shared, home)
    if name == "own_cogs":
        (home / "cogs").mkdir()
        for module in COGS:
            (home / "cogs" / f"{module}.py").write_text(COMMON_COG)
    if package:
        line = block("docs/main-bot.md", "__path__")
        (home / "cogs" / "__init__.py").write_text(f"{line}\n")
    run_bot(python, "drive.py", home=home, REDIS_URL=url)


def test_a_main_bot_without_a_server_gets_one(python: Path, tmp_path: Path) -> None:
    done = run(python, HOSTS / "without_server.py", home=tmp_path)
    assert (done.stdout, done.stderr) == ("Ana\n", "")
    assert (tmp_path / "data" / "valkey").is_dir()


@pytest.mark.parametrize(
    ("taken", "named"),
    [("module", "characters.py"), ("command", "/character"), ("cog", "GameCharacters")],
)
def test_a_name_that_is_taken_is_one_sentence(
    python: Path, tmp_path: Path, taken: str, named: str
) -> None:
    shutil.copy(HOSTS / "names_taken.py", tmp_path / "main.py")
    if taken == "module":
        (tmp_path / "characters.py").write_text("HEROES = []\n")
    out, _ = run_bot(python, "main.py", taken, home=tmp_path)
    (sentence,) = out.splitlines()
    assert named in sentence
    assert re.search(r"(?i)rename", sentence)


@pytest.mark.soak
@pytest.mark.parametrize("checker", trials(["pyright"], ["mypy", "pyright"]))
def test_a_users_code_is_typed(python: Path, tmp_path: Path, checker: str) -> None:
    shutil.copy(HOSTS / "typed_user.py", tmp_path)
    options = {
        "mypy": ["--strict", "--no-incremental", f"--python-executable={python}"],
        "pyright": ["--pythonpath", str(python)],
    }
    command = [sys.executable, "-m", checker, *options[checker], "typed_user.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

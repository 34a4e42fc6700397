"""A folder of assets that can only be read: what needs no file works, and the rest says so."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from characters.opening import open_registry_from
from characters.settings import Settings
from tests.player_input import with_portrait

ROOT = Path(__file__).parents[2]
BOT = """
import asyncio, sys
from pathlib import Path
from characters.opening import open_registry_from
from characters.settings import Settings
from tests.player_input import given
from tests import images

async def main():
    async with open_registry_from(Settings(data_dir=Path(sys.argv[1]))) as registry:
        (ana,) = (await registry.roster(42)).characters
        print(bool(await registry.portraits.portrait(ana)))
        portrait, refusal = await registry.portraits.keep(given(images.png()))
        print(portrait, type(refusal).__name__)
        print((await registry.create(42, "Bob")).name)
        await registry.delete(42, ana.char_id)
        print([each.name for each in await registry.trash(42)])

asyncio.run(main())
"""


def without_root() -> list[str]:
    """The superuser may write into any folder, but for this."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv, "as root, this test needs setpriv of util-linux"
    return [setpriv, "--bounding-set=-dac_override", "--inh-caps=-dac_override"]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "assets"
    folder.mkdir()
    yield folder
    folder.chmod(0o700)


async def test_what_needs_no_file_works_and_a_portrait_is_refused(
    tmp_path: Path, read_only: Path
) -> None:
    async with open_registry_from(Settings(data_dir=tmp_path)) as registry:
        await with_portrait(registry)
    read_only.chmod(0o500)
    process = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [*without_root(), sys.executable, "-c", BOT, str(tmp_path)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.splitlines() == ["True", "None PortraitUnsaved", "Bob", "['Ana']"]
    assert f"A portrait could not be written to {read_only}" in process.stderr

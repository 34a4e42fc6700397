"""Each command that `check` advises is run as it is written, and the finding is gone then."""

import asyncio
import re
import shlex
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.maintenance.backup import backup
from characters.maintenance.check import check
from characters.maintenance.findings import Finding, FindingKind
from characters.maintenance.workspace import Workspace
from characters.portraits import folder
from characters.portraits.assets import STORE_IDS, thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey
from tests.operator import add, keys, portrait, record, refusing_open, run
from tests.stored import all_stored

USER = 7
Fault = Callable[["Place"], Awaitable[None]]


class Place:
    """A store and assets with one sound character, and a backup of them."""

    def __init__(self, url: str, redis: Redis, home: Path) -> None:
        self.url, self.home = url, home
        self.client = StoreClient(redis)
        self.use(FolderAssets(home / "assets"))
        self.file = home / "backup.tar"

    async def fill(self) -> None:
        self.ana = await portrait(self.assets, age=7200)
        await add(self.client, USER, "ana", record(self.ana))
        await backup(self.workspace, self.file)
        assert await check(self.workspace) == []

    async def follow(self, command: str) -> None:
        """Runs a command of an advice; FILE stands for the backup, NEW for other assets."""
        command = command.replace("FILE", shlex.quote(str(self.file)))
        command = command.replace("NEW", shlex.quote(str(self.home / "new")))
        program, *arguments = shlex.split(command)
        if program == "redis-cli":
            await self.client.execute(*arguments)
        elif program == "chmod":
            await asyncio.to_thread(subprocess.run, [program, *arguments], check=True)
        else:
            assert [program, *arguments[:2]] == ["python", "-m", "characters"]
            settings = {"REDIS_URL": self.url, "ASSETS_DIR": self.assets.location}
            status, _, err = await asyncio.to_thread(run, self.home, *arguments[2:], **settings)
            assert status == 0, err
            if str(self.home / "new") in arguments:
                self.use(FolderAssets(self.home / "new"))

    def use(self, assets: FolderAssets) -> None:
        self.assets = assets
        self.workspace = Workspace(self.client, assets)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncGenerator[Place, None]:
    async with (
        embedded_valkey(tmp_path / "data") as url,
        Redis.from_url(url) as redis,
    ):
        place = Place(url, redis, tmp_path)
        await place.fill()
        yield place


async def corrupt(place: Place) -> None:
    await add(place.client, USER, "ana", b"{")


async def missing(place: Place) -> None:
    Path(place.ana.path).unlink()


async def outdated(place: Place) -> None:
    """The folder was renamed; the image is one of the original module."""
    await place.assets.put("char_7_1.png", b"image")
    await add(place.client, USER, "bob", record(image_path="/srv/old/char_7_1.png"))


async def elsewhere(place: Place) -> None:
    """With a space in the path, as a command must quote it."""
    other = place.home / "other place"
    other.mkdir()
    (other / "char_7_1.png").write_bytes(b"image")
    await add(place.client, USER, "bob", record(image_path=str(other / "char_7_1.png")))


async def no_thumbnail(place: Place) -> None:
    Path(thumbnail_of(place.ana.path)).unlink()


async def unreadable(place: Place) -> None:
    Path(place.ana.path).chmod(0o000)


async def damaged(place: Place) -> None:
    Path(place.ana.path).write_bytes(b"")


async def foreign(place: Place) -> None:
    await place.client.execute("SET", keys(place.client, USER).trash, "not a hash")


async def unused(place: Place) -> None:
    await portrait(place.assets, age=7200)


async def shared(place: Place) -> None:
    await place.assets.put(STORE_IDS, b"0123456789abcdef\n")


async def active(place: Place) -> None:
    await place.client.execute("SET", keys(place.client, USER).active, "gone")


async def misnamed(place: Place) -> None:
    await place.client.execute("HSET", "game:characters:{9}", "bob", record())


FAULTS: dict[FindingKind, Fault] = {
    FindingKind.CORRUPT: corrupt,
    FindingKind.MISSING: missing,
    FindingKind.OUTDATED: outdated,
    FindingKind.ELSEWHERE: elsewhere,
    FindingKind.THUMBNAIL: no_thumbnail,
    FindingKind.UNREADABLE: unreadable,
    FindingKind.DAMAGED: damaged,
    FindingKind.FOREIGN: foreign,
    FindingKind.UNUSED: unused,
    FindingKind.SHARED: shared,
    FindingKind.ACTIVE: active,
    FindingKind.MISNAMED: misnamed,
}
TWO = {FindingKind.CORRUPT, FindingKind.SHARED}
COMMANDS = {kind: 2 if kind in TWO else 1 for kind in FAULTS}


def test_every_finding_with_a_command_is_followed() -> None:
    assert set(FAULTS) == set(FindingKind) - {FindingKind.UNREADABLE_OBJECT}


@pytest.mark.parametrize(
    ("kind", "number"),
    [(kind, number) for kind, count in COMMANDS.items() for number in range(count)],
    ids=lambda each: each.value if isinstance(each, FindingKind) else str(each),
)
async def test_the_advice_of_a_finding_mends_it(
    place: Place, kind: FindingKind, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind is FindingKind.UNREADABLE:  # the tests may run as root, who may read everything
        monkeypatch.setattr(folder, "open", refusing_open(place.ana.path), raising=False)
    await FAULTS[kind](place)
    found = await check(place.workspace)
    advice = [each.advice for each in found if each.kind is kind]
    assert advice, found
    commands = re.findall(r"`([^`]+)`", advice[0])
    assert len(commands) == COMMANDS[kind]
    await place.follow(commands[number])
    after: list[Finding] = await check(place.workspace)
    assert [each for each in after if each.kind is kind] == []


@pytest.mark.parametrize(
    "char_id",
    [b"\xff\xfe", "Zo\xeb '山'".encode(), b"a\0\n\"`$(x)\\ '"],
    ids=["bytes", "text", "signs"],
)
async def test_a_corrupt_record_of_any_id_is_removed_by_the_command_in_a_shell(
    place: Place, char_id: bytes
) -> None:
    key = keys(place.client, USER).characters
    await place.client.execute("HSET", key, char_id, b"{")
    (finding,) = await check(place.workspace)
    *_, command = re.findall(r"`([^`]+)`", finding.advice)
    command = command.replace("redis-cli", f"redis-cli -s {place.url.removeprefix('unix://')}")
    shell = ["sh", "-c", command]
    done = await asyncio.to_thread(subprocess.run, shell, capture_output=True, check=True)
    assert done.stdout.strip() == b"1"
    assert await check(place.workspace) == []


async def test_a_folder_that_was_renamed_is_mended_by_one_command(place: Place) -> None:
    """Found: all portraits were hidden, and the advised command refused to run."""
    renamed = place.home / "renamed"
    place.assets.root.rename(renamed)
    place.use(FolderAssets(renamed))
    assert await place.assets.read(place.ana.path) == [
        f"large {Path(place.ana.path).name}".encode()
    ]
    (finding,) = await check(place.workspace)
    assert finding.kind is FindingKind.OUTDATED
    (command,) = re.findall(r"`([^`]+)`", finding.advice)
    await place.follow(command)
    assert await check(place.workspace) == []
    records: Any = await place.client.execute("HGET", keys(place.client, USER).characters, "ana")
    assert str(renamed).encode() in records


async def advised(place: Place, status: int, *arguments: Any) -> list[str]:
    """Runs a command; returns the commands that its message advises, in the order of the text."""
    settings = {"REDIS_URL": place.url, "ASSETS_DIR": place.assets.location}
    found, _, err = await asyncio.to_thread(run, place.home, *arguments, **settings)
    assert found == status, err
    return re.findall(r"`(python [^`]+)`", err)


async def test_a_sweep_that_needs_other_keys_advises_what_makes_it_run(place: Place) -> None:
    await misnamed(place)
    (command,) = await advised(place, 1, "sweep")
    await place.follow(command)
    await place.follow("python -m characters sweep")


async def test_a_sweep_of_too_many_files_advises_how_to_list_and_to_remove_them(
    place: Place,
) -> None:
    for _ in range(12):
        await unused(place)
    listed, forced = await advised(place, 1, "sweep")
    await place.follow(listed)
    assert len(await all_stored(place.assets)) == 26
    await place.follow(forced)
    assert len(await all_stored(place.assets)) == 2


async def test_a_backup_without_a_portrait_advises_to_check(place: Place) -> None:
    await missing(place)
    assert await advised(place, 1, "backup", "new.tar") == ["python -m characters check"]


@pytest.mark.parametrize("name", ["backup", "restore"])
async def test_what_would_be_overwritten_is_overwritten_as_the_message_says(
    place: Place, name: str
) -> None:
    await add(place.client, USER, "ana", record(place.ana, name="Ana now"))
    settings = {"REDIS_URL": place.url, "ASSETS_DIR": place.assets.location}
    status, _, err = await asyncio.to_thread(run, place.home, name, place.file, **settings)
    assert (status, "add --replace." in err) == (1, True)
    await place.follow(f"python -m characters {name} FILE --replace")


async def test_a_move_advises_what_moves_the_portraits_made_in_between(place: Place) -> None:
    (command,) = await advised(place, 0, "move-assets", "new place", "--keep")
    late = await portrait(place.assets)
    await add(place.client, USER, "late", record(late))
    place.use(FolderAssets(place.home / "new place"))
    await place.follow(command)
    assert await check(place.workspace) == []
    assert len(await all_stored(place.assets)) == 4


async def test_an_error_in_the_command_line_advises_the_help(place: Place) -> None:
    (command,) = await advised(place, 2, "chekc")
    await place.follow(command)

"""A store with characters and portraits, and the operator's command line as a process."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from characters.maintenance.scan import find_users, records_of_users
from characters.model import TRASH_NOTE
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import STORE_IDS, thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.keys import UserKeys, user_keys
from characters.store.user_records import UserRecords
from tests.forked import Forked

ROOT = Path(__file__).parents[1]
NUMBERS = iter(range(1, 2**31))


def keys(client: StoreClient, user_id: int) -> UserKeys:
    return user_keys(user_id, cluster=client.is_cluster)


async def portrait(assets: FolderAssets, *, age: float = 0) -> PortraitFile:
    """A portrait and its thumbnail with unique bytes, as if written `age` seconds ago."""
    name = f"{next(NUMBERS):032x}.webp"
    await assets.put(thumbnail_of(name), f"small {name}".encode())
    saved = await assets.put(name, f"large {name}".encode())
    for path in (saved.path, thumbnail_of(saved.path)):
        os.utime(path, (0, time.time() - age))
    return saved


def record(saved: PortraitFile | None = None, **fields: Any) -> bytes:
    path, url = (saved.path, saved.url) if saved else (None, None)
    return json.dumps(
        {
            "name": "Ana",
            "description": "Größe",
            "image_path": path,
            "image_url": url,
            "theirs": [],
            **fields,
        }
    ).encode()


def trashed(saved: PortraitFile | None = None, *, days: float = 0) -> bytes:
    return record(saved, **{TRASH_NOTE: {"at": time.time() - days * 86400, "active": False}})


async def add(
    client: StoreClient, user_id: int, char_id: str, data: bytes, *, place: str = "characters"
) -> None:
    await client.execute("HSET", getattr(keys(client, user_id), place), char_id, data)


async def everything(client: StoreClient) -> list[UserRecords]:
    users = await find_users(client)
    return [each async for each in records_of_users(client, sorted(users.ids))]


def refusing_open(refused: str) -> Any:
    """Like `open`, for a user who has no right to read this file unless everyone has."""

    def refusing(path: Any, *mode: Any, **options: Any) -> Any:
        if str(path) == refused and not Path(path).stat().st_mode & 0o004:
            raise PermissionError(13, "Permission denied")
        return open(path, *mode, **options)  # noqa: PTH123 - stands for `open` itself

    return refusing


def files(folder: Path) -> dict[str, bytes]:
    """All but the note of the store."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != STORE_IDS
    }


def command(folder: Path, *arguments: Any, **settings: Any) -> Forked:
    """Starts a command in a process of its own, in this folder, with only these settings."""
    return Forked(_arguments(arguments), folder, _environment(settings))


def new_command(folder: Path, *arguments: Any, **settings: Any) -> subprocess.Popen[str]:
    """The same with a Python of its own, which imports everything first."""
    return subprocess.Popen(
        [sys.executable, *_arguments(arguments)],
        cwd=folder,
        env=_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _arguments(arguments: tuple[Any, ...]) -> list[str]:
    return ["-m", "characters", *map(str, arguments)]


def _environment(settings: dict[str, Any]) -> dict[str, str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return environment | {name: str(value) for name, value in settings.items()}


def run(folder: Path, *arguments: Any, **settings: Any) -> tuple[int, str, str]:
    """The exit status of a command, and what it wrote to standard output and standard error."""
    process = command(folder, *arguments, **settings)
    out, err = process.communicate(timeout=60)
    return process.wait(), out, err

"""Backup and restore, compared with a loop of HGETALL and plain copies of the files."""

import asyncio
import json
import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from benchmarks.race import Claim, at_most, race
from characters.maintenance.backup import backup
from characters.maintenance.backup_file import open_backup
from characters.maintenance.restore import restore
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey

USERS, EACH = 20, 10
ROUNDS = 7
PORTRAIT, THUMBNAIL = 60_000, 8_000  # bytes, as portraits of 1024 × 1024 have them
DESCRIPTION = "A retired pirate with one glass eye, who hums when she lies. " * 10


async def measure() -> list[Claim]:
    """Against a tar of the same files and values, and writing them one by one, not atomically."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assets, file = FolderAssets(folder / "assets"), folder / "backup.tar"
        async with (
            embedded_valkey(folder / "data") as url,
            embedded_valkey(folder / "restored") as empty_url,
            Redis.from_url(url) as redis,
            Redis.from_url(empty_url) as empty,
        ):
            await _fill(redis, assets)
            values = {
                user_id: await redis.hgetall(f"game:characters:{user_id}")
                for user_id in range(1, USERS + 1)
            }
            turn = iter(range(10**6))

            async def ours_out() -> object:
                return await backup(Workspace(StoreClient(redis), assets), file, replace=True)

            async def plain_out() -> object:
                with tarfile.open(folder / "plain.tar", "w") as tar:
                    tar.add(assets.root)
                    for user_id in values:
                        (folder / "hash").write_text(
                            repr(await redis.hgetall(f"game:characters:{user_id}"))
                        )
                        tar.add(folder / "hash", str(user_id))
                return _sync(folder / "plain.tar")

            async def ours_in() -> object:
                await empty.flushall()
                target = FolderAssets(folder / f"in{next(turn)}")
                return await restore(Workspace(StoreClient(empty), target), open_backup(file))

            async def plain_in() -> object:
                await empty.flushall()
                await asyncio.to_thread(_copy, assets.root, folder / f"copy{next(turn)}")
                for user_id, records in values.items():
                    for char_id, record in records.items():
                        await empty.hset(f"game:characters:{user_id}", char_id, record)
                return None

            out, out_plain = await race(ours_out, plain_out, rounds=ROUNDS, turns=1)
            back, back_plain = await race(ours_in, plain_in, rounds=ROUNDS, turns=1)
    return [
        at_most(1.25, f"backup of {_rate(out)} beside tar and HGETALL", out, out_plain),
        at_most(
            2.00,
            f"restore of {_rate(back)} beside writing files and records one by one",
            back,
            back_plain,
        ),
    ]


async def _fill(redis: Any, assets: FolderAssets) -> None:
    for user_id in range(1, USERS + 1):
        for number in range(EACH):
            name = f"{user_id * EACH + number:032x}.webp"
            await assets.put(thumbnail_of(name), os.urandom(THUMBNAIL))
            saved = await assets.put(name, os.urandom(PORTRAIT))
            record = {"name": "Ana", "description": DESCRIPTION, "image_path": saved.path}
            await redis.hset(f"game:characters:{user_id}", f"id{number}", json.dumps(record))


def _copy(source: Path, target: Path) -> None:
    target.mkdir()
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
        _sync(target / file.name)


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _rate(rounds: list[float]) -> str:
    return f"{USERS * EACH / sorted(rounds)[len(rounds) // 2]:,.0f} characters a second"

"""Those whom `--peers` measures that keep characters in files: SQLite, JSON, Red's Config."""

import asyncio
import json
import os
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.peer_redis import Peer, Record, latest_first, new_record

FIELDS = ("name", "description", "image_path", "image_url", "created_at", "last_used")
SCHEMA = """
CREATE TABLE characters (
    user_id INTEGER, char_id TEXT, name TEXT, description TEXT, image_path TEXT, image_url TEXT,
    created_at REAL, last_used REAL, PRIMARY KEY (user_id, char_id)
) WITHOUT ROWID;
CREATE TABLE active (user_id INTEGER PRIMARY KEY, char_id TEXT);
"""
MARK = "INSERT OR REPLACE INTO active VALUES (?, ?)"


@asynccontextmanager
async def aiosqlite_peer(folder: Path) -> AsyncGenerator[Peer, None]:
    """One connection; WAL with synchronous=FULL, so that a commit is on the disk."""
    import aiosqlite  # noqa: PLC0415 - only `--peers` needs it

    async with aiosqlite.connect(folder / "plain.db") as db:
        await db.execute("PRAGMA journal_mode=WAL")
        await db.execute("PRAGMA synchronous=FULL")
        await db.executescript(SCHEMA)
        yield Sqlite(db)


class Sqlite:
    def __init__(self, db: Any) -> None:
        self._db = db
        db.row_factory = lambda cursor, row: {
            column[0]: value for column, value in zip(cursor.description, row, strict=True)
        }

    async def create(self, user_id: int, name: str, description: str) -> str:
        char_id, record = uuid.uuid4().hex, new_record(name, description)
        values = (user_id, char_id, *(record[field] for field in FIELDS))
        await self._db.execute("INSERT INTO characters VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        await self._db.execute(MARK, (user_id, char_id))
        await self._db.commit()
        return char_id

    async def get_active(self, user_id: int) -> Record | None:
        query = "SELECT characters.* FROM active NATURAL JOIN characters WHERE user_id = ?"
        async with self._db.execute(query, (user_id,)) as cursor:
            return await cursor.fetchone()

    async def list_all(self, user_id: int) -> list[Record]:
        query = "SELECT * FROM characters WHERE user_id = ? ORDER BY last_used DESC"
        return await self._db.execute_fetchall(query, (user_id,))

    async def set_active(self, user_id: int, char_id: str) -> None:
        await self._db.execute(MARK, (user_id, char_id))
        query = "UPDATE characters SET last_used = ? WHERE user_id = ? AND char_id = ?"
        await self._db.execute(query, (time.time(), user_id, char_id))
        await self._db.commit()

    async def delete(self, user_id: int, char_id: str) -> None:
        for table in ("characters", "active"):
            query = f"DELETE FROM {table} WHERE user_id = ? AND char_id = ?"  # noqa: S608 - ours
            await self._db.execute(query, (user_id, char_id))
        await self._db.commit()


class JsonFiles:
    """A file for each user, read at once; written beside, synchronised, and renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    async def create(self, user_id: int, name: str, description: str) -> str:
        char_id, data = uuid.uuid4().hex, self._read(user_id)
        data["characters"][char_id] = new_record(name, description)
        await asyncio.to_thread(self._write, user_id, data | {"active": char_id})
        return char_id

    async def get_active(self, user_id: int) -> Record | None:
        data = self._read(user_id)
        record = data["characters"].get(data["active"])
        return record and record | {"char_id": data["active"]}

    async def list_all(self, user_id: int) -> list[Record]:
        found = self._read(user_id)["characters"].items()
        return latest_first([record | {"char_id": char_id} for char_id, record in found])

    async def set_active(self, user_id: int, char_id: str) -> None:
        data = self._read(user_id)
        data["characters"][char_id]["last_used"] = time.time()
        await asyncio.to_thread(self._write, user_id, data | {"active": char_id})

    async def delete(self, user_id: int, char_id: str) -> None:
        data = self._read(user_id)
        del data["characters"][char_id]
        if data["active"] == char_id:
            data["active"] = None
        await asyncio.to_thread(self._write, user_id, data)

    def _read(self, user_id: int) -> Record:
        try:
            return json.loads((self._folder / f"{user_id}.json").read_bytes())
        except FileNotFoundError:
            return {"active": None, "characters": {}}

    def _write(self, user_id: int, data: Record) -> None:
        new = self._folder / f"{user_id}.new"
        with new.open("w") as file:
            json.dump(data, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._folder / f"{user_id}.json")
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


@asynccontextmanager
async def red_peer(folder: Path) -> AsyncGenerator[Peer, None]:
    """Red's Config with its JSON driver, which keeps all users of a cog in one file."""
    from redbot.core import data_manager  # noqa: PLC0415 - only `--peers` needs it
    from redbot.core.config import Config  # noqa: PLC0415 - as above

    data_manager.basic_config = {
        **data_manager.basic_config_default,
        "DATA_PATH": str(folder / "red"),
        "STORAGE_TYPE": "JSON",
    }
    config = Config.get_conf(None, identifier=1, force_registration=True, cog_name="Registry")
    config.register_user(characters={}, active=None)
    yield RedConfig(config)


class RedConfig:
    def __init__(self, config: Any) -> None:
        self._user = config.user_from_id

    async def create(self, user_id: int, name: str, description: str) -> str:
        char_id = uuid.uuid4().hex
        record = new_record(name, description)
        await self._user(user_id).characters.set_raw(char_id, value=record)
        await self._user(user_id).active.set(char_id)
        return char_id

    async def get_active(self, user_id: int) -> Record | None:
        char_id = await self._user(user_id).active()
        if char_id is None:
            return None
        record = await self._user(user_id).characters.get_raw(char_id)
        return record | {"char_id": char_id}

    async def list_all(self, user_id: int) -> list[Record]:
        found = (await self._user(user_id).characters()).items()
        return latest_first([record | {"char_id": char_id} for char_id, record in found])

    async def set_active(self, user_id: int, char_id: str) -> None:
        user = self._user(user_id)
        await user.active.set(char_id)
        await user.characters.set_raw(char_id, "last_used", value=time.time())

    async def delete(self, user_id: int, char_id: str) -> None:
        user = self._user(user_id)
        await user.characters.clear_raw(char_id)
        if await user.active() == char_id:
            await user.active.set(None)

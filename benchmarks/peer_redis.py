"""What `--peers` measures, and those that keep characters in Redis or Valkey."""

import json
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from redis.asyncio import Redis

import game_characters

Record = dict[str, Any]


class Peer(Protocol):
    """Keeps characters of users: all of them do the same work."""

    async def create(self, user_id: int, name: str, description: str) -> str:
        """Saves a character, makes it active, and returns its id."""
        ...

    async def get_active(self, user_id: int) -> Record | None: ...

    async def list_all(self, user_id: int) -> list[Record]:
        """The user's characters, most recently used first."""
        ...

    async def set_active(self, user_id: int, char_id: str) -> None:
        """Makes it active and last used now."""
        ...

    async def delete(self, user_id: int, char_id: str) -> None:
        """Removes it, and the active mark if it had that."""
        ...


def new_record(name: str, description: str) -> Record:
    now = time.time()
    times = {"created_at": now, "last_used": now}
    return {"name": name, "description": description, "image_path": None, "image_url": None} | times


def latest_first(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda each: each["last_used"], reverse=True)


class Ours:
    """The seven functions, as a main bot calls them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def create(self, user_id: int, name: str, description: str) -> str:
        made = await game_characters.create_character(user_id, name, description, self._redis)
        return made["char_id"]

    async def get_active(self, user_id: int) -> Record | None:
        return await game_characters.get_active_character(user_id, self._redis)

    async def list_all(self, user_id: int) -> list[Record]:
        return await game_characters.list_characters(user_id, self._redis)

    async def set_active(self, user_id: int, char_id: str) -> None:
        await game_characters.set_active_character(user_id, char_id, self._redis)

    async def delete(self, user_id: int, char_id: str) -> None:
        await game_characters.delete_character(user_id, char_id, self._redis)


class PlainRedis:
    """Plain commands of redis-py, one after the other, as a module of a bot would send them."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def create(self, user_id: int, name: str, description: str) -> str:
        char_id = uuid.uuid4().hex
        record = json.dumps(new_record(name, description))
        await self._redis.hset(f"plain:characters:{user_id}", char_id, record)
        await self._redis.set(f"plain:active:{user_id}", char_id)
        return char_id

    async def get_active(self, user_id: int) -> Record | None:
        char_id = await self._redis.get(f"plain:active:{user_id}")
        if char_id is None:
            return next(iter(await self.list_all(user_id)), None)
        record = await self._redis.hget(f"plain:characters:{user_id}", char_id)
        return json.loads(record) | {"char_id": char_id.decode()} if record else None

    async def list_all(self, user_id: int) -> list[Record]:
        found = await self._redis.hgetall(f"plain:characters:{user_id}")
        return latest_first(
            [json.loads(record) | {"char_id": id_.decode()} for id_, record in found.items()]
        )

    async def set_active(self, user_id: int, char_id: str) -> None:
        key = f"plain:characters:{user_id}"
        await self._redis.set(f"plain:active:{user_id}", char_id)
        if record := await self._redis.hget(key, char_id):
            used = json.loads(record) | {"last_used": time.time()}
            await self._redis.hset(key, char_id, json.dumps(used))

    async def delete(self, user_id: int, char_id: str) -> None:
        await self._redis.hdel(f"plain:characters:{user_id}", char_id)
        active = await self._redis.get(f"plain:active:{user_id}")
        if active and active.decode() == char_id:
            await self._redis.delete(f"plain:active:{user_id}")


@asynccontextmanager
async def redis_om_peer(url: str) -> AsyncGenerator[Peer, None]:
    """Its HashModel, without a search module: a set of our own names a user's characters."""
    from aredis_om import HashModel  # noqa: PLC0415 - only `--peers` needs it

    async with Redis.from_url(url, decode_responses=True) as redis:

        class Stored(HashModel, index=True):
            name: str
            description: str
            image_path: str = ""
            image_url: str = ""
            created_at: float
            last_used: float

            class Meta:
                database = redis
                global_key_prefix = "om"

        class RedisOm:
            async def create(self, user_id: int, name: str, description: str) -> str:
                now = time.time()
                stored = Stored(name=name, description=description, created_at=now, last_used=now)
                await stored.save()
                await redis.sadd(f"om:of:{user_id}", stored.pk)
                await redis.set(f"om:active:{user_id}", stored.pk)
                return stored.pk

            async def get_active(self, user_id: int) -> Record | None:
                char_id = await redis.get(f"om:active:{user_id}")
                return (await Stored.get(char_id)).model_dump() if char_id else None

            async def list_all(self, user_id: int) -> list[Record]:
                ids = await redis.smembers(f"om:of:{user_id}")
                return latest_first([(await Stored.get(each)).model_dump() for each in ids])

            async def set_active(self, user_id: int, char_id: str) -> None:
                await redis.set(f"om:active:{user_id}", char_id)
                await (await Stored.get(char_id)).update(last_used=time.time())

            async def delete(self, user_id: int, char_id: str) -> None:
                await Stored.delete(char_id)
                await redis.srem(f"om:of:{user_id}", char_id)
                if await redis.get(f"om:active:{user_id}") == char_id:
                    await redis.delete(f"om:active:{user_id}")

        yield RedisOm()

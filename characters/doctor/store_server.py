"""The store's server, and the parts of its configuration that decide whether data is safe."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.client import NEVER_DECODE
from redis.exceptions import NoPermissionError, RedisClusterException, RedisError

from characters.doctor.fact import Fact
from characters.errors import OperatorError
from characters.opening import open_store
from characters.settings import RegistrySettings

LOWEST = {"Redis": (7, 0), "Valkey": (7, 2)}
UNREADABLE = "not allowed to read"
SUBJECT = "store"

_CONFIGURATION = ("appendfsync", "min-replicas-to-write")  # what INFO does not tell


async def store_facts(settings: RegistrySettings) -> list[Fact]:
    """What the server, or each primary node of a cluster, says of itself."""
    found: list[Fact] = []
    try:
        async with open_store(settings) as (redis, beside_bot):
            if beside_bot:
                found.append(Fact(SUBJECT, "bot", "running: it is asked through its Valkey"))
            if isinstance(redis, RedisCluster):
                nodes: list[Any] = sorted(redis.get_primaries(), key=lambda node: node.name)
                for node in nodes:
                    found += await _server_facts(redis, {"target_nodes": node}, f"{node.name} ")
            else:
                found += await _sentinel_facts(redis)
                found += await _server_facts(redis, {}, "")
    except OperatorError as error:
        found.append(Fact(SUBJECT, "reachable", "no", str(error)))
    except (RedisError, RedisClusterException, OSError) as error:
        advice = "The store stopped answering: start it, or look into its log."
        found.append(Fact(SUBJECT, "reachable", f"no ({type(error).__name__})", advice))
    return found


async def _sentinel_facts(redis: Redis) -> list[Fact]:
    """None where the server was not found by Sentinel."""
    pool: Any = redis.connection_pool
    manager: Any = getattr(pool, "sentinel_manager", None)
    if manager is None:
        return []
    sentinels: list[Any] = manager.sentinels
    answers = 0
    for each in sentinels:
        with suppress(RedisError, OSError):
            await each.ping()
            answers += 1
    advice = ""
    if answers < len(sentinels):
        advice = "A failover needs the majority of the sentinels: start them, or correct REDIS_URL."
    return [Fact(SUBJECT, "sentinels", f"{answers} of {len(sentinels)} answer", advice)]


async def _server_facts(
    redis: Redis | RedisCluster, target: Mapping[str, Any], prefix: str
) -> list[Fact]:
    client: Any = redis  # redis-py has no types for its **kwargs

    async def ask(*command: str) -> Any:
        """The answer, or None where this user (ACL) has no right to the command."""
        try:
            return await client.execute_command(*command, **target, **{NEVER_DECODE: True})
        except NoPermissionError:
            return None

    info: dict[str, Any] = await ask("INFO") or {}
    user = await ask("ACL", "WHOAMI")
    answer = await ask("CONFIG", "GET", *_CONFIGURATION)
    configuration = dict.fromkeys(_CONFIGURATION, UNREADABLE) | _pairs(answer)
    facts = [
        _version(info),
        Fact(SUBJECT, "user (ACL)", _text(user) if user else UNREADABLE),
        _role(info),
        _append_only(info),
        Fact(SUBJECT, "appendfsync", configuration["appendfsync"]),
        _last_write(info),
        _policy(info),
        *_replicas(info, configuration["min-replicas-to-write"]),
    ]
    return [Fact(each.subject, prefix + each.name, each.value, each.advice) for each in facts]


def _version(info: Mapping[str, Any]) -> Fact:
    kind = "Valkey" if "valkey_version" in info else "Redis"
    number = str(info.get("valkey_version") or info.get("redis_version", "unknown"))
    lowest = LOWEST[kind]
    parts = tuple(int(part) for part in number.split(".")[:2] if part.isdecimal())
    advice = ""
    if parts and parts < lowest:
        advice = f"The lowest version that works is {lowest[0]}.{lowest[1]}: upgrade the server."
    mode = info.get("redis_mode") or info.get("server_mode", "unknown")
    return Fact(SUBJECT, "server", f"{kind} {number}, {mode}", advice)


def _role(info: Mapping[str, Any]) -> Fact:
    if info.get("role") == "slave":
        return Fact(
            SUBJECT,
            "role",
            "replica",
            "A replica takes no changes: set REDIS_URL to the primary server.",
        )
    return Fact(SUBJECT, "role", "primary")


def _append_only(info: Mapping[str, Any]) -> Fact:
    if info.get("aof_enabled"):
        return Fact(SUBJECT, "appendonly", "yes")
    return Fact(
        SUBJECT,
        "appendonly",
        "no",
        "What players saved last is lost if the server stops: set `appendonly yes` in its "
        "configuration, and `CONFIG SET appendonly yes` in the running server.",
    )


def _last_write(info: Mapping[str, Any]) -> Fact:
    states = {
        "append-only file": info.get("aof_last_write_status", "ok"),
        "snapshot": info.get("rdb_last_bgsave_status", "ok"),
    }
    failed = [name for name, state in states.items() if state != "ok"]
    if not failed:
        return Fact(SUBJECT, "last write to disk", "ok")
    return Fact(
        SUBJECT,
        "last write to disk",
        f"failed: {', '.join(failed)}",
        "The server refuses changes until it can write again: look into its log, and make room on "
        "its disk.",
    )


def _policy(info: Mapping[str, Any]) -> Fact:
    policy = str(info.get("maxmemory_policy", "unknown"))
    advice = ""
    if policy != "noeviction":
        advice = (
            "The server may remove characters when its memory is full: set `maxmemory-policy "
            "noeviction` in its configuration, and with CONFIG SET in the running server."
        )
    return Fact(SUBJECT, "maxmemory-policy", policy, advice)


def _replicas(info: Mapping[str, Any], fewest: str) -> list[Fact]:
    number = int(info.get("connected_slaves", 0))
    advice = ""
    if number and fewest == "0":
        advice = (
            "A failover can lose what players saved last: set `min-replicas-to-write 1` in the "
            "configuration of the servers."
        )
    return [
        Fact(SUBJECT, "replicas", str(number)),
        Fact(SUBJECT, "min-replicas-to-write", fewest, advice),
    ]


def _pairs(answer: Any) -> dict[str, str]:
    """CONFIG GET's answer as names and values; none where it was refused."""
    pairs: dict[Any, Any] = answer or {}
    return {_text(name): _text(value) for name, value in pairs.items()}


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)

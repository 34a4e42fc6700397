"""Renames keys between one server (`game:characters:42`) and a cluster (`game:characters:{42}`)."""

from typing import NamedTuple

from characters.maintenance.scan import Owned, Progress, owned_keys
from characters.store import scripts as lua
from characters.store.client import Server
from characters.store.lease import claimed

_ATTEMPTS = 8


class Retagged(NamedTuple):
    """How many keys have the new name now, and which could not have it because it is taken: old name, new name."""

    renamed: int
    taken: list[tuple[str, str]]


async def retag(server: Server, *, braces: bool, progress: Progress | None = None) -> Retagged:
    """Gives every key of a user the name with braces, or without. Never overwrites; may be repeated.

    How much there is to do is not known before: `progress` is told 0. Raises StorageUnavailable, OperatorError.
    """
    async with claimed(server, "retag"):
        return await _retag(server, braces=braces, progress=progress)


async def _retag(server: Server, *, braces: bool, progress: Progress | None) -> Retagged:
    renamed, taken = 0, dict[str, str]()
    async for each in owned_keys(server):
        if each.braces == braces:
            continue
        new = each.renamed(braces=braces)
        if await (_carry if server.is_cluster else _rename)(server, each, new):
            renamed += 1
        elif await server.execute("EXISTS", each.key):
            taken[each.key] = new
        if progress:
            progress(renamed, 0)
    return Retagged(renamed, list(taken.items()))


async def _rename(server: Server, old: Owned, new: str) -> bool:
    if not await server.execute(
        "EXISTS", old.key
    ):  # it expired: RENAMENX would take that for an error
        return False
    return await server.execute("RENAMENX", old.key, new) == 1


async def _carry(server: Server, old: Owned, new: str) -> bool:
    """The names lie in different slots, on different nodes perhaps: copies, compares, and removes what is the same."""
    for _ in range(_ATTEMPTS):
        dump, left = await server.execute("DUMP", old.key), await server.execute("PTTL", old.key)
        if dump is None:
            return False
        await server.run(lua.COPY, [new], max(left, 0), dump)
        if await _content(server, old.key) != await _content(server, new):
            return False
        if await server.run(lua.UNLINK, [old.key], dump):
            return True
    return False


async def _content(server: Server, key: str) -> object:
    # Dumps of equal hashes differ by the order of their fields.
    if await server.execute("TYPE", key) == b"hash":
        return await server.execute("HGETALL", key)
    return await server.execute("DUMP", key)

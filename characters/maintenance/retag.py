"""Renames keys between one server (`game:characters:42`) and a cluster (`game:characters:{42}`)."""

from typing import NamedTuple

from characters.maintenance.scan import owned_keys
from characters.maintenance.workspace import Workspace
from characters.store.client import StoreClient
from characters.store.keys import OwnedKey
from characters.store.lease import lease

_ATTEMPTS = 8  # to copy a key that others change at the same time


class RetagResult(NamedTuple):
    """How many keys were renamed; old and new name of those whose new name is taken."""

    renamed: int
    taken: list[tuple[str, str]]


async def retag(workspace: Workspace, *, braces: bool) -> RetagResult:
    """Gives every key of a user the name with braces, or without. Never overwrites a key.

    May be interrupted and repeated. The total of the progress is 0, as it is not known.

    Raises StorageUnavailable, OperatorError.
    """
    client = workspace.client
    rename = _copy if client.is_cluster else _rename
    renamed = 0
    taken: dict[str, str] = {}
    async with lease(client, "retag"):
        async for each in owned_keys(client):
            if each.braces == braces:
                continue
            new = each.renamed(braces=braces)
            if await rename(client, each, new):
                renamed += 1
            elif await client.execute("EXISTS", each.key):
                taken[each.key] = new
            if workspace.progress:
                workspace.progress(renamed, 0)
    return RetagResult(renamed, list(taken.items()))


async def _rename(client: StoreClient, old: OwnedKey, new: str) -> bool:
    if not await client.execute("EXISTS", old.key):  # expired: RENAMENX would fail
        return False
    return await client.execute("RENAMENX", old.key, new) == 1


async def _copy(client: StoreClient, old: OwnedKey, new: str) -> bool:
    """Copies the key, compares, and removes the old one: their slots may be on different nodes."""
    for _ in range(_ATTEMPTS):
        dump = await client.execute("DUMP", old.key)
        milliseconds = await client.execute("PTTL", old.key)
        if dump is None:
            return False
        await client.run("copy_key", new, max(milliseconds, 0), dump)
        if await _content(client, old.key) != await _content(client, new):
            return False
        if await client.run("remove_key", old.key, dump):
            return True
    return False


async def _content(client: StoreClient, key: str) -> object:
    # Dumps of equal hashes differ in the order of their fields.
    if await client.execute("TYPE", key) == b"hash":
        return await client.execute("HGETALL", key)
    return await client.execute("DUMP", key)

"""Renames keys between one server (`game:characters:42`) and a cluster (`game:characters:{42}`)."""

from typing import NamedTuple

from characters.maintenance.scan import ProgressCallback, owned_keys
from characters.store.client import StoreClient
from characters.store.keys import OwnedKey
from characters.store.lease import lease

_ATTEMPTS = 8


class Retagged(NamedTuple):
    """How many keys have the new name now, and which could not have it because it is taken: old name, new name."""

    renamed: int
    taken: list[tuple[str, str]]


async def retag(
    client: StoreClient, *, braces: bool, progress: ProgressCallback | None = None
) -> Retagged:
    """Gives every key of a user the name with braces, or without. Never overwrites; may be repeated.

    How much there is to do is not known before: `progress` is told 0. Raises StorageUnavailable, OperatorError.
    """
    async with lease(client, "retag"):
        return await _retag(client, braces=braces, progress=progress)


async def _retag(
    client: StoreClient, *, braces: bool, progress: ProgressCallback | None
) -> Retagged:
    renamed, taken = 0, dict[str, str]()
    async for each in owned_keys(client):
        if each.braces == braces:
            continue
        new = each.renamed(braces=braces)
        if await (_carry if client.is_cluster else _rename)(client, each, new):
            renamed += 1
        elif await client.execute("EXISTS", each.key):
            taken[each.key] = new
        if progress:
            progress(renamed, 0)
    return Retagged(renamed, list(taken.items()))


async def _rename(client: StoreClient, old: OwnedKey, new: str) -> bool:
    if not await client.execute(
        "EXISTS", old.key
    ):  # it expired: RENAMENX would take that for an error
        return False
    return await client.execute("RENAMENX", old.key, new) == 1


async def _carry(client: StoreClient, old: OwnedKey, new: str) -> bool:
    """The names lie in different slots, on different nodes perhaps: copies, compares, and removes what is the same."""
    for _ in range(_ATTEMPTS):
        dump, left = await client.execute("DUMP", old.key), await client.execute("PTTL", old.key)
        if dump is None:
            return False
        await client.run("copy_key", new, max(left, 0), dump)
        if await _content(client, old.key) != await _content(client, new):
            return False
        if await client.run("remove_key", old.key, dump):
            return True
    return False


async def _content(client: StoreClient, key: str) -> object:
    # Dumps of equal hashes differ by the order of their fields.
    if await client.execute("TYPE", key) == b"hash":
        return await client.execute("HGETALL", key)
    return await client.execute("DUMP", key)

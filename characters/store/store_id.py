"""The id of a store: random, made once, and kept in the store with everything else."""

import secrets

from characters.store.client import StoreClient
from characters.store.keys import STORE_ID


async def find_store_id(client: StoreClient) -> str | None:
    """None where the store has no id yet. Raises StorageUnavailable."""
    found = await client.execute("GET", STORE_ID)
    return found.decode(errors="replace") if found else None


async def store_id(client: StoreClient) -> str:
    """The id of the store, which gets one if it has none. Raises StorageUnavailable."""
    found = await find_store_id(client)
    while not found:
        await client.execute("SET", STORE_ID, secrets.token_hex(16), "NX")
        found = await find_store_id(client)
    return found

"""Entries of a user that wait for a while, such as drafts: the oldest go beyond some limits."""

import secrets
import time

from characters.store.client import StoreClient

DRAFT_SECONDS = 15 * 60


async def keep_entry(
    client: StoreClient, key: str, entry_id: str, entry: str, seconds: int, source: str = ""
) -> bool:
    """Keeps an entry with an id of `new_id`; the oldest go beyond the limits of the key.

    False where there was an entry with the id `source` and it is gone.
    """
    answer = await client.run("keep_entry", key, entry_id, entry, seconds, source)
    return answer != b"gone"


def new_id() -> str:
    """Twelve hexadecimal characters; a later id is greater than an earlier one."""
    return f"{int(time.time()):08x}{secrets.token_hex(2)}"


def kept_at(draft_id: str) -> float:
    """When the draft was kept, in seconds since the epoch."""
    try:
        return int(draft_id[:8], 16)
    except ValueError:
        return 0

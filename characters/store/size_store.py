"""What the latest daily sweep counted, for every process, in the string `game:sizes`."""

import json
from typing import Any

from characters.measures import Sizes
from characters.store.client import StoreClient
from characters.store.keys import SIZES


async def write_sizes(client: StoreClient, sizes: Sizes) -> None:
    """Raises StorageUnavailable."""
    await client.execute("SET", SIZES, json.dumps(sizes._asdict()))


async def read_sizes(client: StoreClient) -> Sizes | None:
    """None before the first sweep, or where another program wrote them.

    Raises StorageUnavailable.
    """
    found = await client.execute("GET", SIZES)
    if found is None:
        return None
    try:
        read: Any = json.loads(found)
        return Sizes(*(float(read[name]) for name in Sizes._fields))
    except (KeyError, TypeError, ValueError):
        return None

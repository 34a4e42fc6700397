"""Everything in a store and in the folder beside it, to compare."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from characters.portraits.assets import thumbnail_of
from characters.store.client import StoreClient
from characters.store.keys import SIZES, STORE_ID, parse_user_key
from tests.operator import files
from tests.stored import all_keys

Field = tuple[int, str, bytes]
"""A user id, the kind of a key, and a field of it."""


@dataclass(frozen=True, slots=True)
class State:
    """Keys with their content, and files with theirs."""

    keys: dict[str, Any]
    files: dict[str, bytes]

    def fields(self) -> dict[Field, bytes]:
        """What the hashes of users hold, under either name of their keys."""
        found: dict[Field, bytes] = {}
        for name, content in self.keys.items():
            key = parse_user_key(name)
            if key and isinstance(content, dict):
                found |= {(key.user_id, key.kind, field): each for field, each in content.items()}
        return found

    def without_file(self) -> list[str]:
        """The paths of portraits and thumbnails that are named, and not there."""
        paths: set[str] = set()
        for (_, kind, _), data in self.fields().items():
            record = json.loads(data)
            path = (record["portrait"] or {}).get("path") if kind == "drafts" else None
            if path := path or record.get("image_path"):
                paths |= {path, thumbnail_of(path)}
        return [path for path in sorted(paths) if not Path(path).is_file()]


async def read_state(client: StoreClient, folder: Path) -> State:
    """Without the store's id, which is random, and what was counted at some moment."""
    found: dict[str, Any] = {}
    for key in await all_keys(client):
        match await client.execute("TYPE", key):
            case b"hash":
                found[key] = await client.execute("HGETALL", key)
            case b"set":
                found[key] = set(await client.execute("SMEMBERS", key))
            case _ if key not in {STORE_ID, SIZES}:
                found[key] = await client.execute("GET", key)
            case _:
                pass
    return State(found, files(folder))

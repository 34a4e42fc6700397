"""What the store keeps of one user at one moment."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from characters.store.client import StoreClient
from characters.store.keys import user_key, user_keys
from characters.store.scripts import load_script
from characters.store.waiting_entries import DRAFT_SECONDS

_LARGE = 2**14  # bytes of a record, beyond which it is worth a pause
_AT_ONCE = 16  # users that a script reads at once, as the server does nothing else meanwhile

_ESCAPED = re.compile(rb"\\u00([2-7][0-9a-fA-F])")  # JSON may write any letter so
_STEM = re.compile(rb"[0-9a-f]{32}(?=(?:-256)?\.webp)")


class UserRecords(NamedTuple):
    """What the store keeps of one user at one moment, as bytes, corrupt records too.

    `others` are keys of a type that is not ours; they read as empty.
    """

    user_id: int
    characters: dict[bytes, bytes]
    active: bytes | None
    trash: dict[bytes, bytes]
    drafts: dict[bytes, bytes]
    foreign: dict[bytes, bytes]
    preferences: dict[bytes, bytes]
    others: list[str]

    def records(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Each record with its place (`characters` or `trash`) and char_id."""
        for char_id, record in self.characters.items():
            yield "characters", char_id, record
        for char_id, record in self.trash.items():
            yield "trash", char_id, record

    async def stems(self) -> set[str]:
        """The stems of our portraits' names that occur anywhere in records and drafts.

        They may have 20 MiB, so other tasks run between them.
        """
        found: set[str] = set()
        for values in (self.characters, self.trash, self.drafts):
            for value in values.values():
                if b".webp" in value or b"\\" in value or b"\0" in value:  # quickly found
                    found.update(_stems_in(value))
                if len(value) > _LARGE:
                    await asyncio.sleep(0)
        return found


async def user_records(client: StoreClient, user_id: int, *, remove: bool = False) -> UserRecords:
    """What the store keeps of a user; with `remove`, what it kept until now.

    That it was removed is noted for fifteen minutes. Notes of lobbies and of files to be removed
    are not among it. Raises StorageUnavailable.
    """
    keys = user_keys(user_id, cluster=client.is_cluster)
    return _records(user_id, await client.run("user_records", keys, DRAFT_SECONDS if remove else 0))


async def records_of(client: StoreClient, user_ids: Sequence[int]) -> list[UserRecords]:
    """What the store keeps of each of these users: one round trip (to each node of a cluster)."""
    if client.is_cluster:
        script = load_script("user_records")
        groups = [client.names(script, user_keys(each, cluster=True)) for each in user_ids]
        answers = await client.evaluate_all(script, groups, 0)
    else:
        keys = [user_key("characters", each, cluster=False) for each in user_ids]
        answers = await client.evaluate_users(load_script("records_of_users"), keys, _AT_ONCE)
    return [_records(user_id, each) for user_id, each in zip(user_ids, answers, strict=True)]


def _records(user_id: int, found: Any) -> UserRecords:
    characters, active, trash, drafts, foreign, preferences, others = found
    return UserRecords(
        user_id,
        _hash(characters),
        active,
        _hash(trash),
        _hash(drafts),
        _hash(foreign),
        _hash(preferences),
        [key.decode() for key in others],
    )


def _stems_in(value: bytes) -> list[str]:
    plain = value.replace(b"\0", b"") if b"\0" in value else value  # JSON may be UTF-16, too
    if b"\\" in plain:
        plain = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), plain)
    if b".webp" not in plain:  # the search for it takes a tenth of the time
        return []
    return [stem.decode() for stem in _STEM.findall(plain)]


def _hash(entries: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(entries[::2], entries[1::2], strict=True)) if entries else {}

"""Portraits of other programs whose characters were deleted: noted, and removed in the end.

Other programs keep files in the assets folder too, so a file without a name of ours is removed only
if a record named it that was in the trash or was removed. Such a file is noted in the store before
its record goes: whatever is interrupted, the next sweep removes it unless another record names it.
"""

import json
from collections.abc import Iterable

from characters.maintenance.locations import fields_of, name_in, paths_in
from characters.maintenance.scan import find_users, records_of_users
from characters.portraits.assets import Assets, is_our_name
from characters.store.client import StoreClient
from characters.store.keys import TRASHED_FILES
from characters.store.user_records import UserRecords


def foreign_names(assets: Assets, paths: Iterable[str | None]) -> set[str]:
    """The names of the files that these paths mean, except for files with names of ours."""
    names = {name_in(assets, path) for path in paths if path}
    return {name for name in names if name and not is_our_name(name)}


async def note_files(client: StoreClient, names: set[str]) -> None:
    if names:
        await client.execute("SADD", TRASHED_FILES, *names)


async def noted_files(client: StoreClient) -> set[str]:
    return {name.decode() for name in await client.execute("SMEMBERS", TRASHED_FILES)}


async def drop_notes(client: StoreClient, names: set[str]) -> None:
    if names:
        await client.execute("SREM", TRASHED_FILES, *names)


def names_used(assets: Assets, records: UserRecords, names: set[str]) -> set[str]:
    """Those of the names that the user's records and drafts name.

    In a record that can't be read, a name counts wherever it occurs.
    """
    if not names:
        return set()
    used = names & foreign_names(assets, paths_in(records, drafts=True))
    for _, _, record in records.records():
        if fields_of(record) is None:
            text = record.decode(errors="replace")
            used |= {name for name in names if name in text or json.dumps(name)[1:-1] in text}
    return used


async def names_used_by_anyone(client: StoreClient, assets: Assets, names: set[str]) -> set[str]:
    """Those of the names that any user's records name.

    All of them where keys have names for another kind of server, as their records can't be seen.
    """
    users = await find_users(client)
    if users.misnamed:
        return names
    used: set[str] = set()
    async for records in records_of_users(client, users.ids):
        used |= names_used(assets, records, names)
    return used

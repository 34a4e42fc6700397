"""Finds what is wrong in the store and the assets, and says what to do; changes nothing."""

import time
from collections.abc import Sequence
from functools import partial

from characters.maintenance.findings import Finding, FindingKind, corrupt, finding, text_of
from characters.maintenance.locations import fields_of
from characters.maintenance.old_files import GRACE, OldFiles
from characters.maintenance.ownership import ownership
from characters.maintenance.scan import find_users, records_of_users
from characters.maintenance.workspace import Workspace
from characters.maintenance.wrong_portraits import (
    AT_ONCE,
    NamedPortrait,
    named_portraits,
    wrong_portraits,
)
from characters.model import Character
from characters.store.keys import user_keys
from characters.store.user_records import UserRecords, records_of


async def check(workspace: Workspace) -> list[Finding]:
    """Raises StorageUnavailable, OSError."""
    client, assets = workspace.client, workspace.assets
    old = await OldFiles.find(assets, time.time() - GRACE)
    users = await find_users(client)
    found: list[Finding] = []
    if users.misnamed:
        keys = "1 key" if users.misnamed == 1 else f"{users.misnamed} keys"
        found.append(finding(FindingKind.MISNAMED, keys))
    portraits: list[NamedPortrait] = []
    async for records in records_of_users(client, sorted(users.ids), workspace.progress):
        found += _wrong_records(records, is_cluster=client.is_cluster)
        await old.leave_out(records)
        portraits += named_portraits(records, assets)
        if len(portraits) >= AT_ONCE:
            found += await _wrong_portraits(workspace, portraits)
            portraits.clear()
    found += await _wrong_portraits(workspace, portraits)
    owner = await ownership(client, assets)
    if owner.problem:
        found.append(finding(FindingKind.SHARED, owner.problem))
    elif not users.misnamed:
        found += [finding(FindingKind.UNUSED, path) for path in await _unused(workspace, old)]
    return found


async def _wrong_portraits(
    workspace: Workspace, portraits: Sequence[NamedPortrait]
) -> list[Finding]:
    """What is still wrong when the records are read again: a bot may have changed them."""
    wrong = await wrong_portraits(portraits, workspace.assets)
    if not wrong:
        return []
    ids = dict.fromkeys(each.user_id for each in wrong if each.user_id)
    records = await records_of(workspace.client, list(ids))
    now = [portrait for each in records for portrait in named_portraits(each, workspace.assets)]
    current = set(await wrong_portraits(now, workspace.assets))
    return [each for each in wrong if each in current]


async def _unused(workspace: Workspace, old: OldFiles) -> list[str]:
    """The old files that still nothing names when all is read again."""
    if old.stems:
        users = await find_users(workspace.client)
        async for records in records_of_users(workspace.client, users.ids):
            await old.leave_out(records)
    return [file.path for files in (await old.files()).values() for file in files]


def _wrong_records(records: UserRecords, *, is_cluster: bool) -> list[Finding]:
    user_id = records.user_id
    keys = partial(user_keys, user_id, cluster=is_cluster)  # most users need none
    found: list[Finding] = []
    for key in records.others:
        values = {"key": key, "other_key": f"other:{key}"}
        found.append(finding(FindingKind.FOREIGN, key, user_id, **values))
    for kind, char_id, record in records.records():
        try:
            Character.from_json(char_id.decode(), record)
        except ValueError as error:
            found.append(corrupt(str(error), user_id, getattr(keys(), kind), char_id))
    for char_id, data in records.foreign.items():
        if fields_of(data) is None:
            what = "foreign data that is no JSON object"
            found.append(corrupt(what, user_id, keys().foreign, char_id))
    if records.active and records.active not in records.characters:
        mark = text_of(records.active)
        found.append(finding(FindingKind.ACTIVE, mark, user_id, key=keys().active))
    return found

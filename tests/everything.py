"""All that the bot and an operator do with a store, through one REDIS_URL."""

import asyncio
from pathlib import Path

from characters.doctor.store_server import store_facts
from characters.lobby.lobby import Lobby, Player
from characters.maintenance.backup import backup
from characters.maintenance.backup_file import open_backup
from characters.maintenance.check import check
from characters.maintenance.move import move_assets
from characters.maintenance.restore import restore
from characters.maintenance.retag import retag
from characters.maintenance.stats import stats
from characters.maintenance.sweep import sweep
from characters.opening import open_assets, open_registry_from, open_workspace
from characters.registry import Registry
from characters.settings import RegistrySettings
from characters.store.block_store import BlockStore
from tests.player_input import fetch, new
from tests.transfer.imports import imported, tuppers

USER, OTHER = 42, 43


async def everything(url: str, folder: Path) -> None:
    """The store is empty before; `folder` is one that has a short life. Fails where a part does."""
    settings = RegistrySettings(redis_url=url, data_dir=folder, assets_dir=folder / "assets")
    async with open_registry_from(settings) as registry:
        await _remembered(registry)
        await _players(registry)
    await _operator(settings, folder)
    async with open_registry_from(settings) as registry:
        await registry.forget(USER)
        assert not (await registry.roster(USER)).characters


async def _remembered(registry: Registry) -> None:
    """Fails where the near cache can't be kept."""
    async with asyncio.timeout(10):
        while not registry._store.near_cache.active.recall(USER):
            await registry.active(USER)
            await asyncio.sleep(0.01)


async def _players(registry: Registry) -> None:
    ana = (await registry.save(USER, new("Ana"), fetch)).character
    await registry.activate(USER, ana.char_id)
    await registry.star(USER, ana.char_id, favourite=True)
    await registry.drafts.keep(USER, new("Bob"))
    outcome = await imported(registry, tuppers({"name": "Bob"}, {"name": "Cy"}), OTHER)
    assert len(outcome.created) == 2
    assert set(await registry.party([USER, OTHER])) == {USER, OTHER}
    await registry.lobbies.open(Lobby(1, 2, USER, "Game", 8))
    await registry.lobbies.join(1, Player(USER, "Ana"))
    await registry.lobbies.start(1, USER, manages=False, token="1")
    await registry.delete(USER, ana.char_id)
    await registry.restore(USER, ana.char_id)
    await registry.sweep_daily()
    assert [file async for file in registry.export_user(USER)]


async def _operator(settings: RegistrySettings, folder: Path) -> None:
    async with open_workspace(settings) as workspace:
        client = workspace.client
        assert await check(workspace) == []
        assert (await stats(workspace)).users == 2
        await backup(workspace, folder / "all.tar")
        await client.execute("DEL", f"game:characters:{'{42}' if client.is_cluster else '42'}")
        await restore(workspace, open_backup(folder / "all.tar"))
        assert (await stats(workspace)).users == 2
        await sweep(workspace)
        await move_assets(workspace, workspace.assets, open_assets(folder / "new"))
        for braces in (not client.is_cluster, client.is_cluster):
            assert (await retag(workspace, braces=braces)).renamed >= 2
        blocked = BlockStore(client)
        await blocked.block(USER)
        assert await blocked.users() == [USER]
        await blocked.unblock(USER)
    facts = await store_facts(settings)
    assert not [fact for fact in facts if fact.value == "not allowed to read"]

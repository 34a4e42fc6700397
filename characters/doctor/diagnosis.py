"""All that the doctor looks at, in the order of the report."""

import asyncio
import contextlib

from characters.doctor.discord_access import discord_facts
from characters.doctor.fact import Fact
from characters.doctor.installed import version_facts
from characters.doctor.published_assets import asset_facts
from characters.doctor.published_metrics import metrics_facts
from characters.doctor.setting_values import setting_facts
from characters.doctor.store_server import store_facts
from characters.doctor.taken_names import name_facts
from characters.errors import OperatorError
from characters.settings import RegistrySettings, Settings, read_settings


async def diagnosis() -> list[Fact]:
    """What is so here, whatever fails; changes nothing but for a file that it removes again."""
    settings = _settings()
    token = shard_count = None
    if isinstance(settings, Settings):
        token, shard_count = settings.discord_token, settings.shard_count
    work = [discord_facts(token, shard_count)]
    if settings:
        work = [store_facts(settings), asset_facts(settings), *work]
    if isinstance(settings, Settings):
        work.append(metrics_facts(settings))
    found = [*version_facts(), *setting_facts()]
    for facts in await asyncio.gather(*work):
        found += facts
    return [*found, *name_facts()]


def _settings() -> RegistrySettings | None:
    """Those of the bot, or else what the store and the assets need; None where that is wrong."""
    for kind in (Settings, RegistrySettings):
        with contextlib.suppress(OperatorError):  # `setting_facts` says what is wrong
            return read_settings(kind)
    return None

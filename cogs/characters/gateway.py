"""The state of a bot's connections to Discord, for metrics."""

import math

import discord

from characters.measures import Gateway, Shard
from cogs.characters.ui.host import Bot


def gateway_state(bot: Bot) -> Gateway:
    is_ready = bot.is_ready() and not bot.is_closed()
    if isinstance(bot, discord.AutoShardedClient):
        shards = [
            Shard(number, not shard.is_closed(), _known(shard.latency))
            for number, shard in bot.shards.items()
        ]
    else:
        shards = [Shard(bot.shard_id or 0, is_ready, _known(bot.latency))]
    return Gateway(is_ready, len(bot.guilds), shards)


def _known(latency: float) -> float | None:
    """None before the first heartbeat was answered."""
    return latency if math.isfinite(latency) else None

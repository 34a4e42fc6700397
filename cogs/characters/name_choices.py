"""What Discord offers while a player types the name of a character."""

from collections import Counter

from discord import app_commands

from characters.errors import StorageUnavailable, TooFast
from characters.names import folded
from characters.registry import Registry
from characters.store.time_limit import time_limit
from cogs.characters import texts
from cogs.characters.ui.answers import STORE_SECONDS
from cogs.characters.ui.observing import mark_error

CHOICES = 25  # that Discord shows


async def choices(registry: Registry, user_id: int, text: str) -> list[app_commands.Choice[str]]:
    """None where the command itself would be refused: it will say why."""
    try:
        await registry.admission.count_press(user_id)
        with time_limit(STORE_SECONDS):
            if await registry.is_blocked(user_id):
                return []
            mine = await registry.roster(user_id)
    except (StorageUnavailable, TooFast) as error:
        mark_error(error)
        return []
    names = Counter(folded(each.name) for each in mine.characters)
    found: list[app_commands.Choice[str]] = []
    for each in mine.matching(text)[:CHOICES]:
        label = texts.label(each, alone=names[folded(each.name)] == 1)
        found.append(app_commands.Choice(name=label, value=each.char_id))
    return found

"""Players who use the bot all the time, and what became of each of their presses."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.discord_server import AUTOCOMPLETE, GUILD, Discord
from tests.processes.presses import command, kind_of, pressed, submission
from tests.shown import Json, Shown

CREATED = 10  # characters of a player in all: the most that the bot takes in a minute


@dataclass
class Presses:
    """Of all players: when each was sent, and after how many seconds its first answer came."""

    answered: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    unanswered: list[str] = field(default_factory=list[str])
    refused: int = 0  # where the bot said that its store does not answer

    def seconds(self, begin: float, end: float) -> list[float]:
        """How long the answers to presses of this time took."""
        return sorted(after for sent, after in self.answered if begin <= sent < end)


class Player:
    """Has characters, looks at them, edits them, and comes to a lobby and leaves it."""

    def __init__(
        self, discord: Discord, user_id: int, chance: random.Random, guild: str = GUILD
    ) -> None:
        self.user_id = user_id
        self.tried: list[str] = []  # names of characters, each typed once
        self.created: list[str] = []  # of these, those that the bot has shown
        self._discord = discord
        self._chance = chance
        self._guild = guild
        self._presses = Presses()

    async def play(
        self, presses: Presses, lobby: Shown, until: Callable[[], bool], pause: float
    ) -> None:
        """Presses something about every `pause` seconds."""
        self._presses = presses
        actions = (self.create, self.create_by_form, self.look, self.look, self.complete, self.edit)
        await asyncio.sleep(self._chance.uniform(0, pause))
        await self.create()
        while not until():
            await asyncio.sleep(self._chance.uniform(0.5 * pause, 1.5 * pause))
            if self._chance.random() < 0.3:
                await self.come_or_go(lobby)
            else:
                await self._chance.choice(actions)()

    async def create(self) -> None:
        if len(self.tried) < CREATED:
            name = self._new_name()
            self._note(name, await self._press(command("character create", name=name)))

    async def create_by_form(self) -> None:
        if len(self.tried) >= CREATED:
            return
        form = await self._press(command("character create"))
        if "custom_id" in form.data:
            name = self._new_name()
            self._note(name, await self._press(submission(form, name=name, description="Tall.")))

    async def look(self) -> None:
        panel = await self._press(command("character list"))
        if "gchr:open:" in json.dumps(panel.data):
            chosen = self._chance.choice(panel.values("gchr:open:"))
            await self._press(pressed(panel, "gchr:open:", chosen), panel)

    async def complete(self) -> None:
        data = command("character show", name="play")
        data["options"][0]["options"][0]["focused"] = True
        await self._press(data, kind=AUTOCOMPLETE)

    async def edit(self) -> None:
        if not self.created:
            return
        name = self._chance.choice(self.created)
        form = await self._press(command("character edit", name=name))
        if "custom_id" in form.data:
            text = f"Edited {self._chance.random()}"
            await self._press(submission(form, name=name, description=text))

    async def come_or_go(self, lobby: Shown) -> None:
        button = self._chance.choice(("gchr:lobby-join", "gchr:lobby-leave"))
        await self._press(pressed(lobby, button), lobby)

    def _new_name(self) -> str:
        self.tried.append(f"Player {self.user_id} no. {len(self.tried)}")
        return self.tried[-1]

    def _note(self, name: str, shown: Shown) -> None:
        if "gchr:edit:" in json.dumps(shown.data):
            self.created.append(name)

    async def _press(
        self, data: Json, message: Shown | None = None, kind: int | None = None
    ) -> Shown:
        changes = message.changes if message else 0
        sent = time.monotonic()
        shown = await self._discord.interact(
            self.user_id, kind or kind_of(data), data, message, guild=self._guild
        )
        seen = await shown.until_answered(message, changes)
        if shown.answered_after is not None:
            self._presses.answered.append((sent, shown.answered_after))
        if not seen:
            what = data.get("custom_id") or data["options"][0]["name"]
            self._presses.unanswered.append(f"{what} at {sent:.1f}: {shown.kind} {shown.data}")
        self._presses.refused += _says_unavailable(shown)
        return shown


def _says_unavailable(shown: Shown) -> bool:
    told = json.dumps([shown.data, shown.follow_ups], ensure_ascii=False)
    return "My storage" in told


def effects(players: list[Player], records: dict[int, list[dict[str, Any]]]) -> tuple[int, int]:
    """How many creations were done twice, and how many were shown and are not in the store."""
    twice = lost = 0
    for player in players:
        found = Counter(record["name"] for record in records[player.user_id])
        twice += sum(count - 1 for count in found.values())
        twice += len(found.keys() - set(player.tried))
        lost += sum(found[name] == 0 for name in player.created)
    return twice, lost

"""What a player sees of an answer at the Discord of `discord_server`."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Self

PUT_OFF = 5  # the type of a first answer that another one follows
SECONDS = 30.0  # until a player gives up

Json = dict[str, Any]


class Shown:
    """What a player sees of an answer (a message, a form or choices), which may change."""

    def __init__(self) -> None:
        self.data: Json = {}
        self.changes = 0
        self.kind: int | None = None  # of the first answer
        self.follow_ups: list[Json] = []
        self.sent_at = time.monotonic()  # the interaction
        self.answered_after: float | None = None  # seconds until the first answer
        self._is_deleted = False
        self._changed = asyncio.Event()

    def change(self, data: Json) -> None:
        self.data |= data
        self.changes += 1
        self._changed.set()

    def follow_up(self, data: Json) -> None:
        self.follow_ups.append(data)
        self._changed.set()

    def delete(self) -> None:
        self._is_deleted = True
        self._changed.set()

    async def until(self, text: str) -> Self:
        """Waits until this text is somewhere in it. Raises TimeoutError."""
        await self._until(lambda: text in json.dumps(self.data, ensure_ascii=False))
        return self

    async def until_answered(self, used: "Shown | None" = None, changes: int = 0) -> bool:
        """Waits until the player can see what became of the interaction; False after `SECONDS`.

        That may be a change of the message whose button, menu or form was `used`, which had
        changed so often before.
        """
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            changed = used is not None and used.changes > changes
            shown = self.changes > (self.kind == PUT_OFF)
            if self.answered_after is not None and (changed or shown or self.follow_ups):
                return True
            await asyncio.sleep(0.02)
        return False

    async def until_changed(self, changes: int) -> Self:
        """Waits until it has changed more often than that. Raises TimeoutError."""
        await self._until(lambda: self.changes > changes)
        return self

    async def until_told(self, text: str) -> Self:
        """Waits until this text is in a further answer. Raises TimeoutError."""
        await self._until(lambda: text in json.dumps(self.follow_ups, ensure_ascii=False))
        return self

    async def until_deleted(self) -> None:
        await self._until(lambda: self._is_deleted)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    def custom_id(self, prefix: str) -> str:
        """The first one in it that begins so."""
        return self._component(prefix)["custom_id"]

    def values(self, prefix: str) -> list[str]:
        """What can be chosen in a menu."""
        return [option["value"] for option in self._component(prefix)["options"]]

    def _component(self, prefix: str) -> Json:
        pending: list[Json] = [*self.data["components"]]
        while pending:
            found = pending.pop(0)
            if found.get("custom_id", "").startswith(prefix):
                return found
            pending += found.get("components", [])
        raise LookupError(f"no {prefix} in {self.data}")

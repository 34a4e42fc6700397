"""A main bot with a `registry` that has nothing to do with characters."""

from typing import Any

from host import HostBot

import characters


class MainBot(HostBot):
    def __init__(self) -> None:
        super().__init__()
        self.registry = {"rooms": 3}

    async def check(self, *_: Any) -> None:
        assert self.registry == {"rooms": 3}
        assert isinstance(self.character_registry, characters.Registry)

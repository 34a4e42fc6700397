"""Buttons and menus that outlive the process that sent them."""

import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from characters.errors import CharacterError
from cogs.characters.ui.messages import answering

NOT_YOURS = "These buttons belong to somebody else. `/character list` shows your own characters."


class NotYours(CharacterError):
    def __init__(self) -> None:
        super().__init__(NOT_YOURS)


class LastingItem(ui.DynamicItem[Any], template=r"(?!)"):
    """A button or menu that works for ever, in any process.

    Its custom_id is `<prefix>:<argument>`, which comes from outside: what the argument names is looked up again.
    """

    prefix: ClassVar[str]

    def __init_subclass__(cls, *, prefix: str = "(?!)", argument: str = "(?P<argument>.*)") -> None:
        cls.prefix = prefix
        super().__init_subclass__(template=re.compile(f"{prefix}:{argument}", re.DOTALL))

    def __init__(self, item: ui.Item[Any], argument: str = "") -> None:
        super().__init__(item)
        self.argument = argument

    @classmethod
    def to(cls, item: ui.Button[Any] | ui.Select[Any], argument: str = "") -> Self:
        item.custom_id = f"{cls.prefix}:{argument}"
        return cls(item, argument)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        return cls(item, match["argument"])

    async def callback(self, interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await self.use(interaction)

    async def use(self, interaction: discord.Interaction) -> None:
        """What happens when somebody presses."""
        raise NotImplementedError


class OwnedItem(LastingItem):
    """A button or menu that works only for its owner, whose user id stands before the argument.

    Both come from outside: the owner is compared with who pressed, and the argument is looked up among
    that user's own characters.
    """

    def __init_subclass__(cls, *, prefix: str) -> None:
        super().__init_subclass__(prefix=prefix, argument=r"(?P<owner>\d+):(?P<argument>.*)")

    def __init__(self, item: ui.Item[Any], owner_id: int, argument: str) -> None:
        super().__init__(item, argument)
        self.owner_id = owner_id

    @classmethod
    def on(
        cls, item: ui.Button[Any] | ui.Select[Any], owner_id: int, argument: str | int = ""
    ) -> Self:
        item.custom_id = f"{cls.prefix}:{owner_id}:{argument}"
        return cls(item, owner_id, str(argument))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        return cls(item, int(match["owner"]), match["argument"])

    async def callback(self, interaction: discord.Interaction) -> None:
        async with answering(interaction):
            if interaction.user.id != self.owner_id:
                raise NotYours
            await self.use(interaction)

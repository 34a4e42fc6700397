"""Buttons and menus that work for ever, in any process."""

import re
import secrets
from typing import Any, ClassVar, Self

import discord
from discord import ui

from cogs.characters import texts
from cogs.characters.ui.answers import Refused, admit, answering
from cogs.characters.ui.host import host_allows
from cogs.characters.ui.language import _
from cogs.characters.ui.observing import Outcome, count_unknown, mark
from cogs.characters.ui.panels import Page

PAGE = r"-?[0-9]{1,6}"  # the form of an argument that is the number of a page
PREFIX = "gchr"  # the custom_ids of all that is ours begin with it and a colon
# Ends the custom_id of a menu, and differs each time that one is drawn. Where a message is edited,
# clients keep what was chosen in a menu that has the same custom_id, or id, as before.
DRAWING = r"#[A-Za-z0-9_-]{4}"
FIRST_ID, LAST_ID = 1000, 2**31 - 1  # of a menu; Discord numbers other components from 1


class LastingItem(ui.DynamicItem[Any], template=r"(?!)"):
    """A button or menu whose custom_id is `gchr:<action>`."""

    action: ClassVar[str]
    also_blocked: ClassVar[bool] = False  # whether users may use it whom the operator has blocked
    pattern: ClassVar[re.Pattern[str]]

    def __init_subclass__(cls, *, action: str = "", argument: str = "") -> None:
        cls.action = action
        template = f"{PREFIX}:{action}{argument}(?:{DRAWING})?" if action else "(?!)"
        cls.pattern = re.compile(template, re.DOTALL)
        super().__init_subclass__(template=cls.pattern)

    @classmethod
    def is_known(cls, custom_id: str) -> bool:
        """Whether this is the custom_id of one of the subclasses."""
        return any(
            each.pattern.fullmatch(custom_id) or each.is_known(custom_id)
            for each in cls.__subclasses__()
        )

    @classmethod
    def to(cls, item: ui.Button[Any] | ui.Select[Any]) -> Self:
        """Gives the item this action."""
        item.custom_id = f"{PREFIX}:{cls.action}{_drawing(item)}"
        return cls(item)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction, match
        return cls(item)

    async def callback(self, interaction: discord.Interaction) -> None:
        async with answering(interaction, name=self.action):
            if await host_allows(interaction):
                await admit(interaction, also_blocked=self.also_blocked)
                self.check(interaction)
                await self.use(interaction)
            else:
                mark(Outcome.NOT_ALLOWED)

    def check(self, interaction: discord.Interaction) -> None:
        """Raises Refused if the item is not for this user, or has an argument of a wrong form."""

    @property
    def chosen(self) -> str:
        """The option that was chosen in a menu. Raises Refused where there is not one."""
        values: list[str] = getattr(self.item, "values", [])  # a forged button has none
        if len(values) != 1:
            raise Refused(_(texts.OUTDATED))
        return values[0]

    async def use(self, interaction: discord.Interaction) -> None:
        """What happens when somebody presses or chooses."""
        raise NotImplementedError


def count_unknown_item(interaction: discord.Interaction) -> None:
    """Counts a button or menu that has a name of ours, but is none, such as an older one."""
    if interaction.type is discord.InteractionType.component:
        custom_id = str(interaction.data and interaction.data.get("custom_id"))
        if custom_id.startswith(f"{PREFIX}:") and not LastingItem.is_known(custom_id):
            count_unknown(interaction)


class OwnedItem(LastingItem):
    """A button or menu for one user, with the custom_id `gchr:<action>:<owner>:<argument>`.

    Anybody may send any custom_id: the owner is compared with the user who pressed, the form of the
    argument is checked, and subclasses look it up among that user's own characters.
    """

    form: ClassVar[re.Pattern[str]]

    def __init_subclass__(cls, *, action: str = "", form: str = ".*") -> None:
        """`form` is a regular expression for the whole argument."""
        cls.form = re.compile(form, re.DOTALL)
        argument = r":(?P<owner>[0-9]{1,20}):(?P<argument>.*)"
        super().__init_subclass__(action=action, argument=argument)

    def __init__(self, item: ui.Item[Any], owner_id: int, argument: str) -> None:
        super().__init__(item)
        self.owner_id = owner_id
        self.argument = argument

    @classmethod
    def on(
        cls, item: ui.Button[Any] | ui.Select[Any], owner_id: int, argument: str | int = ""
    ) -> Self:
        """Gives the item this action, for this owner."""
        item.custom_id = owned_id(cls.action, owner_id, f"{argument}{_drawing(item)}")
        return cls(item, owner_id, str(argument))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction
        argument = match["argument"]
        if isinstance(item, ui.Select):
            argument = re.sub(rf"{DRAWING}\Z", "", argument)
        return cls(item, int(match["owner"]), argument)

    def check(self, interaction: discord.Interaction) -> None:
        if interaction.user.id != self.owner_id:
            raise Refused(_(texts.NOT_YOURS))
        if not self.form.fullmatch(self.argument):
            raise Refused(_(texts.OUTDATED))


def owned_id(action: str, owner_id: int, argument: str = "") -> str:
    """The custom_id of an OwnedItem."""
    return f"{PREFIX}:{action}:{owner_id}:{argument}"


def _drawing(item: ui.Item[Any]) -> str:
    """Makes a menu another one than that of any earlier drawing; for its custom_id."""
    if not isinstance(item, ui.Select):
        return ""
    item.id = FIRST_ID + secrets.randbelow(LAST_ID - FIRST_ID)
    return f"#{secrets.token_urlsafe(3)}"


def page_buttons(
    kind: type[OwnedItem], owner_id: int, page: Page[Any], prefix: str = ""
) -> list[ui.Item[Any]]:
    """Buttons to the previous and the next page; none if there is only one.

    The argument of each is `prefix` and the number of its page.
    """
    if page.count == 1:
        return []
    previous = ui.Button[Any](label=_(texts.PREVIOUS), disabled=page.number == 0)
    following = ui.Button[Any](label=_(texts.NEXT), disabled=page.number == page.count - 1)
    return [
        kind.on(previous, owner_id, f"{prefix}{page.number - 1}"),
        kind.on(following, owner_id, f"{prefix}{page.number + 1}"),
    ]

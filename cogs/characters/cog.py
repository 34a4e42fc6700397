"""The `/character` commands."""

import asyncio
import logging
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks

from characters.errors import OperatorError, StorageUnavailable
from characters.names import NAME_LIMIT
from characters.opening import open_registry
from characters.registry import Registry
from characters.settings import Settings, read_settings
from characters.store.drafts import Draft, Upload
from cogs.characters import (
    exporter as exporting,
)
from cogs.characters import (
    forget,
    roster,
    saving,
    sheet,
    texts,
    trash,
)
from cogs.characters import (
    form as forms,
)
from cogs.characters import (
    importer as importing,
)
from cogs.characters.ui.messages import answer, answer_error, answering

ITEMS = (
    *(exporting.Export, exporting.ExportAll, forget.Forget, forms.Reopen, importing.Import),
    *(roster.Choose, roster.Create, roster.Open, roster.Turn),
    *(
        sheet.Delete,
        sheet.Edit,
        sheet.Play,
        sheet.Share,
        sheet.Undo,
        trash.Restore,
        trash.TurnTrash,
    ),
)
FORMATS = [
    app_commands.Choice(name="One: character card as a picture (PNG)", value="png"),
    app_commands.Choice(name="One: character card as text (JSON)", value="json"),
    app_commands.Choice(name="One: character card with files (CHARX)", value="charx"),
    app_commands.Choice(name="Any number: archive with portraits (ZIP)", value="archive"),
    app_commands.Choice(name="Any number: for Tupperbox", value="tupperbox"),
    app_commands.Choice(name="Any number: for PluralKit", value="pluralkit"),
]
CHOICES = 25  # that Discord shows while a player types

Bot = commands.Bot | commands.AutoShardedBot

log = logging.getLogger(__name__)


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Characters(
    commands.GroupCog, group_name="character", group_description="The characters you play."
):
    """What players do with their characters.

    Uses the bot's `registry` where it offers one; else opens one from settings, offers it as
    `bot.registry` to other cogs, and closes it when unloaded.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot: Any = bot
        self._resources = AsyncExitStack()

    @property
    def registry(self) -> Registry:
        return self._bot.registry

    async def cog_load(self) -> None:
        offered: object = getattr(self._bot, "registry", None)
        if offered is not None and not isinstance(offered, Registry):
            raise OperatorError(
                f"bot.registry is a {type(offered).__name__}; it wants a characters.registry.Registry."
            )
        if offered is None:
            self._bot.registry = await self._resources.enter_async_context(
                open_registry(read_settings(Settings))
            )
            self._resources.callback(setattr, self._bot, "registry", None)
        self._bot.add_dynamic_items(*ITEMS)
        self.sweep.start()

    async def cog_unload(self) -> None:
        while (task := self.sweep.get_task()) and not task.done():  # it may hold a connection
            self.sweep.cancel()
            await asyncio.wait(
                [task], timeout=0.1
            )  # and again: a client that connects may swallow it
        self._bot.remove_dynamic_items(*ITEMS)
        await self._resources.aclose()

    async def cog_app_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        await answer_error(interaction, error)

    @tasks.loop(hours=1)
    async def sweep(self) -> None:
        try:
            await self.registry.sweep_daily()
        except Exception:  # whatever it is: players go on, and the next hour tries again
            log.exception("The daily sweep failed; the next one is in an hour")

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await saving.submitted(interaction)

    @app_commands.command()
    @app_commands.describe(
        name="What they are called; leave it out to fill in a form",
        description="Who they are and what they look like",
        portrait="PNG, JPEG, WebP or GIF, up to 10 MB",
    )
    async def create(
        self,
        interaction: discord.Interaction,
        name: app_commands.Range[str, 1, NAME_LIMIT] = "",
        description: str = "",
        portrait: discord.Attachment | None = None,
    ) -> None:
        """Create a character and play it."""
        async with answering(interaction):
            upload = Upload(portrait.url, portrait.size) if portrait else None
            draft = Draft(str(interaction.id), name=name, description=description, upload=upload)
            await (saving.save if name else saving.ask)(interaction, draft)

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction) -> None:
        """See all your characters, and choose who to play."""
        async with answering(interaction):
            await answer(interaction, await roster.roster_page(self.registry, interaction.user.id))

    @app_commands.command()
    @app_commands.describe(
        name="Which one; the one you play if you leave it out", share="Show it to the whole channel"
    )
    async def show(
        self, interaction: discord.Interaction, name: str = "", *, share: bool = False
    ) -> None:
        """See one of your characters in full."""
        async with answering(interaction):
            owner_id = interaction.user.id
            mine = await self.registry.roster(owner_id)
            character = mine.find(name) if name else mine.active
            if character is None:
                await answer(interaction, roster.EmptyRoster(owner_id))
                return
            if share:
                shared = await sheet.shared_sheet(
                    self.registry, character, interaction.user.display_name
                )
                await answer(interaction, shared, ephemeral=False)
                return
            active = character.char_id == mine.active_id
            await answer(
                interaction,
                await sheet.sheet(self.registry, character, active=active, owner_id=owner_id),
            )

    @app_commands.command()
    @app_commands.describe(name="Who you want to play")
    async def activate(self, interaction: discord.Interaction, name: str) -> None:
        """Choose the character you play."""
        async with answering(interaction):
            owner_id = interaction.user.id
            chosen = (await self.registry.roster(owner_id)).find(name)
            character = await self.registry.activate(owner_id, chosen.char_id)
            await answer(
                interaction,
                await sheet.sheet(self.registry, character, active=True, owner_id=owner_id),
            )

    @app_commands.command()
    @app_commands.describe(name="Who you want to change")
    async def edit(self, interaction: discord.Interaction, name: str) -> None:
        """Change the name, the description or the portrait of a character."""
        async with answering(interaction):
            character = (await self.registry.roster(interaction.user.id)).find(name)
            await interaction.response.send_modal(forms.CharacterForm.edit(character))

    @app_commands.command()
    @app_commands.describe(name="Who you want to delete")
    async def delete(self, interaction: discord.Interaction, name: str) -> None:
        """Delete a character; you can undo it for seven days."""
        async with answering(interaction):
            owner_id = interaction.user.id
            chosen = (await self.registry.roster(owner_id)).find(name)
            character = await self.registry.delete(owner_id, chosen.char_id)
            await answer(interaction, sheet.Deleted(character, owner_id))

    @app_commands.command()
    async def restore(self, interaction: discord.Interaction) -> None:
        """Bring back what you deleted in the last seven days."""
        async with answering(interaction):
            await answer(interaction, await trash.trash_page(self.registry, interaction.user.id))

    @app_commands.command(name="import")
    @app_commands.describe(
        file="A character card, an export of Tupperbox or PluralKit, or an archive of mine"
    )
    async def import_(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Bring characters from a file; you see first what would happen."""
        async with answering(interaction):
            await importing.look(interaction, Upload(file.url, file.size), file.filename)

    @app_commands.command()
    @app_commands.describe(
        name="Which one; all if you leave it out", format="For whom; you can import each again"
    )
    @app_commands.choices(format=FORMATS)
    async def export(
        self,
        interaction: discord.Interaction,
        name: str = "",
        format: str = "",  # noqa: A002 - the option's name
    ) -> None:
        """Take characters along as files that other programs read."""
        async with answering(interaction):
            mine = await self.registry.roster(interaction.user.id)
            chosen = [mine.find(name)] if name else mine.characters
            await exporting.export(interaction, chosen, format or ("png" if name else "archive"))

    @app_commands.command(name="forget")
    async def forget_(self, interaction: discord.Interaction) -> None:
        """Remove everything that is kept of you; you are asked first."""
        async with answering(interaction):
            await answer(interaction, await forget.confirmation(self.registry, interaction.user.id))

    @show.autocomplete("name")
    @activate.autocomplete("name")
    @edit.autocomplete("name")
    @delete.autocomplete("name")
    @export.autocomplete("name")
    async def names(
        self, interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        try:
            mine = await self.registry.roster(interaction.user.id)
        except StorageUnavailable:  # nothing to suggest; the command itself will tell the player
            return []
        names = Counter(each.name for each in mine.characters)
        return [
            app_commands.Choice(
                name=texts.label(each, alone=names[each.name] == 1), value=each.char_id
            )
            for each in mine.matching(text)[:CHOICES]
        ]

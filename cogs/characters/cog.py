"""The `/character` commands."""

import asyncio
import logging
from contextlib import AsyncExitStack

import discord
from discord import app_commands
from discord.ext import commands, tasks

from characters.names import NAME_LIMIT
from characters.opening import open_registry_from
from characters.registry import Registry
from characters.settings import RegistrySettings, read_settings
from characters.store.drafts import Draft
from cogs.characters import (
    exporter,
    forget,
    importer,
    matches,
    name_choices,
    roster,
    saving,
    texts,
    trash,
)
from cogs.characters.character_items import ITEMS
from cogs.characters.ui.answers import admit, answer, answer_error, answering
from cogs.characters.ui.attachments import upload_of
from cogs.characters.ui.host import REGISTRY, Bot, host_answers, registry_of

NAME = "GameCharacters"
log = logging.getLogger(f"game_characters.{__name__}")


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Characters(
    commands.GroupCog,
    name=NAME,
    group_name="character",
    group_description="The characters you play.",
):
    """What players do with their characters.

    The registry is the one that is passed, or `bot.character_registry`, or one that the cog opens
    from settings and closes when it is unloaded. The cog offers it as `bot.character_registry`.

    Dispatches `character_saved` with the user id (int) and the character (dict, as
    `game_characters` returns it) when a player has created or edited a character.
    """

    def __init__(self, bot: Bot, registry: Registry | None = None) -> None:
        self._bot = bot
        self._registry = registry
        self._resources = AsyncExitStack()

    @property
    def registry(self) -> Registry:
        return registry_of(self._bot)

    async def cog_load(self) -> None:
        offered = getattr(self._bot, REGISTRY, None)
        registry = self._registry or offered
        if registry is None:
            opened = open_registry_from(read_settings(RegistrySettings))
            registry = await self._resources.enter_async_context(opened)
        setattr(self._bot, REGISTRY, registry)
        self._resources.callback(setattr, self._bot, REGISTRY, offered)
        registry_of(self._bot)  # raises OperatorError if the bot offers something else
        self._bot.add_dynamic_items(*ITEMS)
        self.sweep.start()

    async def cog_unload(self) -> None:
        while (task := self.sweep.get_task()) and not task.done():  # it may use a connection
            self.sweep.cancel()
            # A client that is connecting may swallow one cancellation, so there is another.
            await asyncio.wait([task], timeout=0.1)
        self._bot.remove_dynamic_items(*ITEMS)
        await self._resources.aclose()

    async def cog_app_command_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        if not host_answers(interaction, error):
            await answer_error(interaction, error)

    @tasks.loop(hours=1)
    async def sweep(self) -> None:
        try:
            await self.registry.sweep_daily()
        except Exception:  # whatever it is, players go on
            log.exception("The daily sweep failed; the next attempt is in an hour")

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await saving.submitted(interaction)

    @app_commands.command()
    @app_commands.describe(
        name="What they are called; leave it out to fill in a form",
        description="Who they are and what they look like",
        portrait="PNG, JPEG, WebP or GIF, at most 10 MB",
        description_file="A long description as a text file (.txt), instead of typing it",
    )
    async def create(
        self,
        interaction: discord.Interaction,
        name: app_commands.Range[str, 1, NAME_LIMIT] = "",
        description: str = "",
        portrait: discord.Attachment | None = None,
        description_file: discord.Attachment | None = None,
    ) -> None:
        """Create a character and play it."""
        async with answering(interaction):
            await admit(interaction)
            draft = Draft(
                str(interaction.id),
                name=name,
                description=description,
                upload=portrait and upload_of(portrait),
                text_upload=description_file and upload_of(description_file),
            )
            if name:
                await saving.save(interaction, draft)
            else:
                await saving.ask(interaction, draft)

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction) -> None:
        """See all your characters, and choose who to play."""
        async with answering(interaction):
            await admit(interaction)
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
            await admit(interaction)
            action = "share" if share else "show"
            if name:
                await matches.use(interaction, name, action)
            elif not await matches.use_active(interaction, action):
                await answer(interaction, roster.EmptyRoster(interaction.user.id))

    @app_commands.command()
    @app_commands.describe(name="Who you want to play")
    async def activate(self, interaction: discord.Interaction, name: str) -> None:
        """Choose the character you play."""
        async with answering(interaction):
            await admit(interaction)
            await matches.use(interaction, name, "play")

    @app_commands.command()
    @app_commands.describe(
        name="Who you want to change",
        description_file="A new description as a text file (.txt), instead of the form",
    )
    async def edit(
        self,
        interaction: discord.Interaction,
        name: str,
        description_file: discord.Attachment | None = None,
    ) -> None:
        """Change the name, the description or the portrait of a character."""
        async with answering(interaction):
            await admit(interaction)
            if description_file:
                await matches.edit_with_file(interaction, name, upload_of(description_file))
            else:
                await matches.use(interaction, name, "edit")

    @app_commands.command()
    @app_commands.describe(name="Who you want to delete")
    async def delete(self, interaction: discord.Interaction, name: str) -> None:
        """Delete a character; you can undo it for seven days."""
        async with answering(interaction):
            await admit(interaction)
            await matches.use(interaction, name, "delete")

    @app_commands.command()
    async def restore(self, interaction: discord.Interaction) -> None:
        """Restore what you deleted or changed in the last seven days."""
        async with answering(interaction):
            await admit(interaction)
            await answer(interaction, await trash.trash_page(self.registry, interaction.user.id))

    @app_commands.command(name="import")
    @app_commands.describe(
        file="Cards, personas, an export of Tupperbox, PluralKit or others, or an archive of mine",
        link="Instead of a file: a link to one, such as Tupperbox and PluralKit give",
    )
    async def import_(
        self,
        interaction: discord.Interaction,
        file: discord.Attachment | None = None,
        link: str = "",
    ) -> None:
        """Import characters from a file; you see first what would happen."""
        async with answering(interaction):
            await admit(interaction)
            await importer.look(interaction, importer.file_or_link(file, link))

    @app_commands.command()
    @app_commands.describe(
        name="Which one; leave it out for all, or for a card of the one you play",
        format="For whom; you can import each again",
    )
    @app_commands.choices(
        format=[
            app_commands.Choice(name=label, value=each) for each, label in texts.FORMATS.items()
        ]
    )
    async def export(
        self,
        interaction: discord.Interaction,
        name: str = "",
        format: str = "",  # noqa: A002 - the option's name
    ) -> None:
        """Export characters as files that other programs read."""
        async with answering(interaction):
            await admit(interaction)
            if name:
                await matches.use(interaction, name, f"export-{format or 'png'}")
            else:
                await exporter.export_mine(interaction, format or "archive")

    @app_commands.command(name="forget")
    async def forget_(self, interaction: discord.Interaction) -> None:
        """Remove everything that is kept of you; you are asked first."""
        async with answering(interaction):
            await admit(interaction, also_blocked=True)
            await answer(interaction, await forget.confirmation(self.registry, interaction.user.id))

    @show.autocomplete("name")
    @activate.autocomplete("name")
    @edit.autocomplete("name")
    @delete.autocomplete("name")
    @export.autocomplete("name")
    async def names(
        self, interaction: discord.Interaction, text: str
    ) -> list[app_commands.Choice[str]]:
        return await name_choices.choices(self.registry, interaction.user.id, text)

"""The `/character` commands."""

import discord
from discord import app_commands
from discord.ext import commands

from characters.names import NAME_LIMIT
from characters.store.drafts import Draft
from characters.store.preference_store import Audience
from cogs.characters import (
    command_texts,
    exporter,
    forget,
    importer,
    matches,
    name_choices,
    privacy,
    roster,
    saving,
    trash,
)
from cogs.characters.base_cog import BaseCog
from cogs.characters.ui.answers import admit, answer, answering
from cogs.characters.ui.attachments import upload_of
from cogs.characters.ui.language import in_language
from cogs.characters.ui.observing import observed

NAME = "GameCharacters"


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Characters(
    BaseCog,
    commands.GroupCog,
    name=NAME,
    group_name="character",
    group_description=command_texts.GROUP,
):
    """What players do with their characters.

    The registry is the one that is passed, or `bot.character_registry`, or one that the cog opens
    from settings and closes when it is unloaded. The cog offers it as `bot.character_registry`. Its
    `user_menu` is added to the bot's commands unless the bot has the cog's in some servers alone.

    Dispatches `character_saved` with the user id (int) and the character (dict, as
    `game_characters` returns it) when a player has created or edited a character; and
    `characters_changed` with the user id whenever the registry has changed characters of a user,
    such as which one they play.
    """

    @app_commands.command(description=command_texts.CREATE)
    @app_commands.rename(
        name=command_texts.NAME_OPTION,
        description=command_texts.DESCRIPTION_OPTION,
        portrait=command_texts.PORTRAIT_OPTION,
        description_file=command_texts.DESCRIPTION_FILE_OPTION,
    )
    @app_commands.describe(
        name=command_texts.NEW_NAME,
        description=command_texts.NEW_DESCRIPTION,
        portrait=command_texts.NEW_PORTRAIT,
        description_file=command_texts.NEW_DESCRIPTION_FILE,
    )
    async def create(
        self,
        interaction: discord.Interaction,
        name: app_commands.Range[str, 1, NAME_LIMIT] = "",
        description: str = "",
        portrait: discord.Attachment | None = None,
        description_file: discord.Attachment | None = None,
    ) -> None:
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

    @app_commands.command(name="list", description=command_texts.LIST)
    async def list_(self, interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await admit(interaction)
            await answer(interaction, await roster.roster_page(self.registry, interaction.user.id))

    @app_commands.command(description=command_texts.SHOW)
    @app_commands.rename(name=command_texts.NAME_OPTION, share=command_texts.SHARE_OPTION)
    @app_commands.describe(name=command_texts.SHOWN, share=command_texts.SHARE_IT)
    async def show(
        self, interaction: discord.Interaction, name: str = "", *, share: bool = False
    ) -> None:
        async with answering(interaction):
            await admit(interaction)
            action = "share" if share else "show"
            if name:
                await matches.use(interaction, name, action)
            elif not await matches.use_active(interaction, action):
                await answer(interaction, roster.EmptyRoster(interaction.user.id))

    @app_commands.command(description=command_texts.ACTIVATE)
    @app_commands.rename(name=command_texts.NAME_OPTION)
    @app_commands.describe(name=command_texts.TO_PLAY)
    async def activate(self, interaction: discord.Interaction, name: str) -> None:
        async with answering(interaction):
            await admit(interaction)
            await matches.use(interaction, name, "play")

    @app_commands.command(description=command_texts.EDIT)
    @app_commands.rename(
        name=command_texts.NAME_OPTION, description_file=command_texts.DESCRIPTION_FILE_OPTION
    )
    @app_commands.describe(
        name=command_texts.TO_CHANGE, description_file=command_texts.OTHER_DESCRIPTION
    )
    async def edit(
        self,
        interaction: discord.Interaction,
        name: str,
        description_file: discord.Attachment | None = None,
    ) -> None:
        async with answering(interaction):
            await admit(interaction)
            if description_file:
                await matches.edit_with_file(interaction, name, upload_of(description_file))
            else:
                await matches.use(interaction, name, "edit")

    @app_commands.command(description=command_texts.DELETE)
    @app_commands.rename(name=command_texts.NAME_OPTION)
    @app_commands.describe(name=command_texts.TO_DELETE)
    async def delete(self, interaction: discord.Interaction, name: str) -> None:
        async with answering(interaction):
            await admit(interaction)
            await matches.use(interaction, name, "delete")

    @app_commands.command(description=command_texts.RESTORE)
    async def restore(self, interaction: discord.Interaction) -> None:
        async with answering(interaction):
            await admit(interaction)
            await answer(interaction, await trash.trash_page(self.registry, interaction.user.id))

    @app_commands.command(name="import", description=command_texts.IMPORT)
    @app_commands.rename(file=command_texts.FILE_OPTION, link=command_texts.LINK_OPTION)
    @app_commands.describe(file=command_texts.FILE_TO_IMPORT, link=command_texts.LINK_TO_IMPORT)
    async def import_(
        self,
        interaction: discord.Interaction,
        file: discord.Attachment | None = None,
        link: str = "",
    ) -> None:
        async with answering(interaction):
            await admit(interaction)
            await importer.look(interaction, importer.file_or_link(file, link))

    @app_commands.command(description=command_texts.EXPORT)
    @app_commands.rename(name=command_texts.NAME_OPTION, format=command_texts.FORMAT_OPTION)
    @app_commands.describe(name=command_texts.TO_EXPORT, format=command_texts.FOR_WHOM)
    @app_commands.choices(
        format=[
            app_commands.Choice(name=label, value=each.value)
            for each, label in command_texts.FORMATS.items()
        ]
    )
    async def export(
        self,
        interaction: discord.Interaction,
        name: str = "",
        format: str = "",  # noqa: A002 - the option's name
    ) -> None:
        async with answering(interaction):
            await admit(interaction)
            if name:
                await matches.use(interaction, name, f"export-{format or 'png'}")
            else:
                await exporter.export_mine(interaction, format or "archive")

    @app_commands.command(name="privacy", description=command_texts.PRIVACY)
    @app_commands.rename(look=command_texts.LOOK_OPTION)
    @app_commands.describe(look=command_texts.AUDIENCE)
    @app_commands.choices(
        look=[
            app_commands.Choice(name=label, value=each.value)
            for each, label in command_texts.AUDIENCES.items()
        ]
    )
    async def privacy_(self, interaction: discord.Interaction, look: str = "") -> None:
        async with answering(interaction):
            await admit(interaction)
            owner_id = interaction.user.id
            if look:
                await self.registry.preferences.set_audience(owner_id, Audience(look))
            await answer(interaction, await privacy.own_view(self.registry, owner_id))

    @app_commands.command(name="forget", description=command_texts.FORGET)
    async def forget_(self, interaction: discord.Interaction) -> None:
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
        with observed(interaction), in_language(interaction.locale):
            return await name_choices.choices(self.registry, interaction.user.id, text)

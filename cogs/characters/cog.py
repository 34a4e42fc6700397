"""The `/character` commands."""

import discord
from discord import app_commands
from discord.ext import commands

from characters.names import NAME_LIMIT
from characters.store.drafts import Draft
from characters.store.preference_store import Audience
from cogs.characters import (
    exporter,
    forget,
    importer,
    matches,
    name_choices,
    privacy,
    privacy_texts,
    roster,
    saving,
    texts,
    trash,
)
from cogs.characters.base_cog import BaseCog
from cogs.characters.ui.answers import admit, answer, answering
from cogs.characters.ui.attachments import upload_of
from cogs.characters.ui.observing import observed

NAME = "GameCharacters"


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Characters(
    BaseCog,
    commands.GroupCog,
    name=NAME,
    group_name="character",
    group_description="The characters you play.",
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

    @app_commands.command()
    @app_commands.describe(
        name="What they are called; leave it out to fill in a form",
        description="Who they are and what they look like",
        portrait="PNG, JPEG, WebP, GIF or AVIF, at most 10 MB",
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
        """See all your characters: open one to play, edit, share or delete it."""
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

    @app_commands.command(name="privacy")
    @app_commands.describe(look="Who may look; leave it out to see how it is now")
    @app_commands.choices(
        look=[
            app_commands.Choice(name=label, value=each.value)
            for each, label in privacy_texts.AUDIENCES.items()
        ]
    )
    async def privacy_(self, interaction: discord.Interaction, look: str = "") -> None:
        """Choose who may look at the character you play."""
        async with answering(interaction):
            await admit(interaction)
            owner_id = interaction.user.id
            if look:
                await self.registry.preferences.set_audience(owner_id, Audience(look))
            await answer(interaction, await privacy.own_view(self.registry, owner_id))

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
        with observed(interaction):
            return await name_choices.choices(self.registry, interaction.user.id, text)

"""The `/character` commands: `await bot.load_extension("cogs.characters")`."""

import characters


def _check_core() -> None:
    """Raises ImportError if the module `characters` that Python finds is not ours."""
    if "open_registry" in getattr(characters, "__all__", ()):
        return
    place = characters.__file__ or str(list(characters.__path__))
    raise ImportError(
        f"The cogs need the module `characters` of the package game-characters, but Python "
        f"finds {place}: rename that file or folder."
    )


_check_core()  # before the imports below, which need the right module

from characters.extras import needed_for  # noqa: E402 - see above
from characters.platforms import check_platform  # noqa: E402 - see above

check_platform()

with needed_for("cogs.characters", "discord"):
    from cogs.characters.cog import NAME, Characters
    from cogs.characters.ui.host import Bot, check_names


async def setup(bot: Bot) -> None:
    """Raises OperatorError if the bot already has a cog or command with a name of ours."""
    check_names(bot, "cogs.characters", NAME, "character")
    await bot.add_cog(Characters(bot))

"""`/character list` with a gallery of 25 faces: drawn for the first time, and again."""

from benchmarks.discord_api import PLAYER, Workspace, logged_in
from benchmarks.interactions import bot_with_characters
from benchmarks.race import Claim, Rounds, below, within

CHARACTERS = 50  # two pages
FIRST, AGAIN = 0.4, 0.01  # seconds
ROUNDS = 50


async def measure() -> list[Claim]:
    """Seconds from arrival to answer; above an empty command, where the picture is remembered."""
    async with bot_with_characters(CHARACTERS) as bot, logged_in(bot) as workspace:
        await workspace.command("nothing")
        registry, user_id = bot.character_registry, int(PLAYER["id"])
        others = (await registry.roster(user_id)).characters[25:]
        await registry.portraits.collage(*others)  # until everything is loaded
        first = (await workspace.command("character", "list")).seconds
        again = await _above_nothing(workspace)
    return [
        below(FIRST, "the first list with 25 faces", first),
        within(AGAIN, "the same list again, above a no-op command", again),
    ]


async def _above_nothing(workspace: Workspace) -> Rounds:
    above: Rounds = []
    for _ in range(ROUNDS):
        ours = await workspace.command("character", "list")
        theirs = await workspace.command("nothing")
        above.append(ours.seconds - theirs.seconds)
    return above

"""`block`, `unblock` and `blocked`: who may not use the bot."""

from typing import Annotated

import typer

from characters.cli.console import Json, Terminal, counted
from characters.errors import OperatorError
from characters.maintenance.workspace import Workspace
from characters.store.block_store import REMEMBERED, BlockStore
from characters.store.keys import USER_ID_LIMIT

UserId = Annotated[int, typer.Argument(metavar="ID", help="The user's id at Discord.")]


def block_command(user_id: UserId, *, as_json: Json = False) -> int:
    """Shuts a user out of the bot: all they can still do is `/character forget`.

    Their characters stay, and main bots still get them. It takes effect within ten seconds.
    """
    return _change(user_id, blocked=True, as_json=as_json)


def unblock_command(user_id: UserId, *, as_json: Json = False) -> int:
    """Lets a user use the bot again."""
    return _change(user_id, blocked=False, as_json=as_json)


def blocked_command(*, as_json: Json = False) -> int:
    """Lists the ids of the users who are shut out."""

    async def users(workspace: Workspace) -> list[int]:
        return await BlockStore(workspace.client).users()

    terminal = Terminal(as_json=as_json)
    found = terminal.run("Reading", users)
    terminal.table(("user",), [(str(each),) for each in found])
    terminal.result({"users": found}, f"{counted(len(found), 'user')} blocked.")
    return 0


def _change(user_id: int, *, blocked: bool, as_json: bool) -> int:
    async def change(workspace: Workspace) -> bool:
        if not 0 < user_id < USER_ID_LIMIT:
            raise OperatorError(f"{user_id} is no id of a user: copy it from Discord.")
        store = BlockStore(workspace.client)
        return await (store.block(user_id) if blocked else store.unblock(user_id))

    terminal = Terminal(as_json=as_json)
    changed = terminal.run("Changing", change)
    words = {
        (True, True): f"User {user_id} is blocked, within {REMEMBERED:.0f} seconds.",
        (True, False): f"User {user_id} was blocked already.",
        (False, True): f"User {user_id} may use the bot again, within {REMEMBERED:.0f} seconds.",
        (False, False): f"User {user_id} was not blocked.",
    }
    terminal.result({"user": user_id, "changed": changed}, words[blocked, changed])
    return 0

"""Operations of the drop-in functions."""

from typing import Any

import game_characters
from characters.errors import RosterFull
from tests.histories import model
from tests.histories.client import GONE, ROSTER, Client, content_of_dict
from tests.histories.model import Content, Table
from tests.histories.steps import of_user


async def create(client: Client) -> None:
    user_id, (name, description) = client.user_id(), client.texts()
    content = Content(name, description, None)

    async def created() -> str:
        found = await game_characters.create_character(user_id, name, description, client.redis)
        client.moved(user_id, found["char_id"], ROSTER)
        assert content_of_dict(found) == content
        return found["char_id"]

    answer = await client.ask(f"drop-in create {user_id} {content}", created())
    full = answer == RosterFull.__name__
    char_id, told = ("new", answer) if full else (answer, content)
    client.note([of_user(told, model.create, user_id, char_id, content)])


async def get(client: Client) -> None:
    user_id, char_id = client.a_character()
    request = game_characters.get_character(user_id, char_id, client.redis)
    answer = await client.ask(
        f"drop-in get {user_id} {char_id}", request, lambda found: found and content_of_dict(found)
    )
    client.note([of_user(answer, model.get, user_id, char_id)])


async def listed(client: Client) -> None:
    user_id = client.user_id()

    def read(found: list[dict[str, Any]]) -> Table[str, Content]:
        return Table({each["char_id"]: content_of_dict(each) for each in found})

    request = game_characters.list_characters(user_id, client.redis)
    answer = await client.ask(f"drop-in list {user_id}", request, read)
    client.note([of_user(answer, model.listed, user_id)])


async def active(client: Client) -> None:
    user_id = client.user_id()

    def read(found: dict[str, Any] | None) -> Any:
        return found and (found["char_id"], content_of_dict(found))

    request = game_characters.get_active_character(user_id, client.redis)
    answer = await client.ask(f"drop-in active {user_id}", request, read)
    client.note([of_user(answer, model.active, user_id)])


async def activate(client: Client) -> None:
    user_id, char_id = client.a_character()
    request = game_characters.set_active_character(user_id, char_id, client.redis)
    await client.ask(f"drop-in activate {user_id} {char_id}", request)
    client.note([of_user(None, model.set_active, user_id, char_id)])


async def delete(client: Client) -> None:
    user_id, char_id = client.a_character()
    request = game_characters.delete_character(user_id, char_id, client.redis)
    answer = await client.ask(f"drop-in delete {user_id} {char_id}", request)
    if answer:
        client.moved(user_id, char_id, GONE)
    client.note([of_user(answer, model.erase, user_id, char_id)])

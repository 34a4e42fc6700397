"""Operations of the registry on one character or on all of a user."""

from collections.abc import Callable
from typing import Any

from characters.model import Character
from characters.roster import Roster
from tests.histories import lobby_model, model
from tests.histories.client import GONE, ROSTER, TRASH, USERS, Client, content_of, deleted, table_of
from tests.histories.model import Content
from tests.histories.steps import actives, of_lobby, of_user


async def create(client: Client) -> None:
    user_id, (name, description), portrait = client.user_id(), client.texts(), client.portrait()
    content = Content(name, description, portrait and portrait.path)

    async def created() -> str:
        character = await client.registry.create(user_id, name, description, portrait)
        client.saw(user_id, character)
        assert content_of(character) == content
        return character.char_id

    answer = await client.ask(f"create {user_id} {content}", created())
    if answer == "RosterFull":
        client.note([of_user(answer, model.create, user_id, "new", content)])
    else:
        client.note([of_user(content, model.create, user_id, answer, content)])


async def activate(client: Client) -> None:
    user_id, char_id = client.a_character()
    request = client.registry.activate(user_id, char_id)
    answer = await client.ask(f"activate {user_id} {char_id}", request, content_of)
    client.note([of_user(answer, model.activate, user_id, char_id)])


async def delete(client: Client) -> None:
    user_id, char_id = client.a_character()
    request = client.registry.delete(user_id, char_id)
    answer = await client.ask(f"delete {user_id} {char_id}", request, content_of)
    client.moved(user_id, char_id, TRASH)
    client.note([of_user(answer, model.delete, user_id, char_id)])


async def restore(client: Client) -> None:
    user_id, char_id = client.a_character(TRASH)
    request = client.registry.restore(user_id, char_id)
    answer = await client.ask(f"restore {user_id} {char_id}", request, content_of)
    if isinstance(answer, Content):
        client.moved(user_id, char_id, ROSTER)
    client.note([of_user(answer, model.restore, user_id, char_id)])


async def bring_back(client: Client) -> None:
    """A version before an edit, from the trash."""
    if not client.shared.edited:
        return
    user_id, version_id, _ = client.chance.choice(client.shared.edited)
    request = client.registry.restore(user_id, version_id)
    answer = await client.ask(f"bring back {user_id} {version_id}", request, _seen(client, user_id))
    client.note([of_user(answer, model.bring_back, user_id, version_id)])


async def undo_edit(client: Client) -> None:
    if not client.shared.edited:
        return
    user_id, version_id, seen = client.chance.choice(client.shared.edited)
    request = client.registry.undo_edit(user_id, version_id, seen)
    answer = await client.ask(f"undo {user_id} {version_id}", request, _seen(client, user_id))
    content = client.shared.versions[seen]
    client.note([of_user(answer, model.undo_edit, user_id, version_id, content)])


def _seen(client: Client, user_id: int) -> Callable[[Character], Content]:
    def read(character: Character) -> Content:
        client.saw(user_id, character)
        return content_of(character)

    return read


async def erase(client: Client) -> None:
    user_id, char_id = client.a_character()
    answer = await client.ask(f"erase {user_id} {char_id}", client.registry.erase(user_id, char_id))
    if answer:
        client.moved(user_id, char_id, GONE)
    client.note([of_user(answer, model.erase, user_id, char_id)])


async def get(client: Client) -> None:
    user_id, char_id = client.a_character()

    request = client.registry.get(user_id, char_id)
    answer = await client.ask(f"get {user_id} {char_id}", request, _seen(client, user_id))
    found = None if answer == "UnknownCharacter" else answer
    client.note([of_user(found, model.get, user_id, char_id)])


async def active(client: Client) -> None:
    user_id = client.user_id()

    def read(character: Character | None) -> Any:
        return character and (character.char_id, content_of(character))

    answer = await client.ask(f"active {user_id}", client.registry.active(user_id), read)
    client.note([of_user(answer, model.active, user_id)])


async def roster(client: Client) -> None:
    user_id = client.user_id()

    def read(found: Roster) -> Any:
        client.saw(user_id, *found.characters)
        return table_of(found.characters), found.active_id

    answer = await client.ask(f"roster {user_id}", client.registry.roster(user_id), read)
    client.note([of_user(answer, model.roster, user_id)])


async def trash(client: Client) -> None:
    user_id = client.user_id()
    answer = await client.ask(f"trash {user_id}", client.registry.trash(user_id), deleted)
    client.note([of_user(answer, model.trash, user_id)])


async def party(client: Client) -> None:
    def read(found: dict[int, Character]) -> lobby_model.Party:
        return tuple((key, each.char_id, content_of(each)) for key, each in found.items())

    answer = await client.ask("party", client.registry.party(USERS), read)
    client.note([actives(answer, USERS)])


async def forget(client: Client) -> None:
    """Records and seats are removed independently of one another."""
    user_id = client.user_id()
    await client.ask(f"forget {user_id}", client.registry.forget(user_id), lambda _: None)
    gone = [each for owner, each in client.shared.places if owner == user_id]
    for char_id in gone:
        client.moved(user_id, char_id, GONE)
    steps = (lobby_model.forget_seat, lobby_model.remove_forgotten)
    lobby = [of_lobby(None, each, user_id) for each in steps]
    client.note([of_user(None, model.forget, user_id)], lobby)

"""What a bot and a main bot do for a user, and how it looks when it is done."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import game_characters
from characters.errors import LobbyClosed, LobbyStarted, NotSeated, UnknownCharacter
from characters.lobby.lobby import Lobby, Player
from characters.model import TRASH_NOTE
from characters.store.drafts import Draft, Unsaved, Upload
from characters.store.user_records import user_records
from characters.transfer.formats.portable import Contents, FileKind, Portable
from game_characters.registries import registry_of
from tests.crashes.place import ANA, BOB, DRAFT, OLD, Found, Place, ReadyRenderer
from tests.limits import limit

HOST = 1  # of lobbies in which the user is a player
IMAGE = b"image"

Act = Callable[[Place, int], Awaitable[object]]


async def _nothing(place: Place, user_id: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a user does, and can do again.

    `holds` says whether it had its effect once. `touches` are the ids of what `seed` made and this
    changes, `ends` of what it removes for good. `over` is what it raises where it was done before.
    `alone` is for what looks at the whole store: no other user is in it. Without `keeps_files`,
    files go before their records, so that what was interrupted can be done again.
    """

    act: Act
    holds: Callable[[Found], bool]
    prepare: Act = _nothing
    touches: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    over: tuple[type[Exception], ...] = ()
    alone: bool = False
    keeps_files: bool = True


async def image(_: Upload | None = None) -> bytes:
    return IMAGE


async def _create(place: Place, user_id: int) -> None:
    portrait, _ = await place.registry.portraits.keep(image)
    await place.registry.create(user_id, "New", "", portrait)


async def _save_new(place: Place, user_id: int) -> None:
    """What the player typed goes on from an earlier draft, and has another portrait."""
    draft = Draft("new", name="New", upload=Upload("url", len(IMAGE)), earlier_id=DRAFT)
    await place.registry.save(user_id, draft, image)


async def _save_draft(place: Place, user_id: int) -> None:
    await place.registry.save(user_id, Draft("new", name="New", earlier_id=DRAFT), image)


async def _save_refused(place: Place, user_id: int) -> None:
    draft = Draft("other", name="\u200b", upload=Upload("url", len(IMAGE)), earlier_id=DRAFT)
    with suppress(Unsaved):
        await place.registry.save(user_id, draft, image)


async def _edit(place: Place, user_id: int, **fields: Upload | bool) -> None:
    seen = place.character(user_id, ANA).version
    await place.registry.save(user_id, Draft(ANA, seen, "Anna", **fields), image)  # type: ignore[arg-type] - of a draft


async def _edited_before(place: Place, user_id: int) -> None:
    await _edit(place, user_id)


async def _undo_edit(place: Place, user_id: int) -> None:
    edited = place.character(user_id, ANA).with_fields(name="Anna")
    records = await user_records(place.client, user_id)
    (version_id,) = records.trash.keys() - {OLD.encode()}
    await place.registry.undo_edit(user_id, version_id.decode(), edited.version)


async def _activate(place: Place, user_id: int) -> None:
    await place.registry.activate(user_id, BOB)


async def _delete(place: Place, user_id: int) -> None:
    await place.registry.delete(user_id, ANA)


async def _delete_beyond_limit(place: Place, user_id: int) -> None:
    """The one in the trash has to go for it."""
    with limit("TRASH_ENTRIES", 1):
        await place.registry.delete(user_id, ANA)


async def _restore(place: Place, user_id: int) -> None:
    await place.registry.restore(user_id, OLD)


async def _erase(place: Place, user_id: int) -> None:
    await place.registry.erase(user_id, BOB)


async def _forget(place: Place, user_id: int) -> None:
    await place.registry.forget(user_id)


async def _import(place: Place, user_id: int, name: str) -> None:
    """A card, read already: a worker process does that, and changes nothing."""
    card = Portable(name, "from a file", foreign={"card": {"x": 1}}).with_portrait(IMAGE)
    importer = place.registry.importer
    plan = await importer.plan(user_id, Contents(FileKind.CARD, [card]), update=True)
    async for progress in importer.run(user_id, plan):
        for failure in progress.outcome.failures:
            raise failure.reason


async def _open(place: Place, user_id: int) -> None:
    await place.registry.lobbies.open(Lobby(user_id, 5, user_id, "Title", seats=4))


async def _open_of_host(place: Place, user_id: int) -> None:
    await place.registry.lobbies.open(Lobby(user_id, 5, HOST, "Title", seats=4))


async def _join(place: Place, user_id: int) -> None:
    await place.registry.lobbies.join(user_id, Player(user_id, "Player"))


async def _seated(place: Place, user_id: int) -> None:
    await _open_of_host(place, user_id)
    await _join(place, user_id)


async def _hosting(place: Place, user_id: int) -> None:
    await _open(place, user_id)
    await _join(place, user_id)


async def _leave(place: Place, user_id: int) -> None:
    await place.registry.lobbies.leave(user_id, user_id)


async def _start(place: Place, user_id: int) -> None:
    session = await place.registry.lobbies.start(user_id, user_id, token="token")
    assert [each["char_id"] for each in session.characters] == [ANA]


async def _close(place: Place, user_id: int) -> None:
    await place.registry.lobbies.close(user_id, user_id)


async def _create_by_main_bot(place: Place, user_id: int) -> None:
    registry_of(place.redis).portraits._renderer = ReadyRenderer()
    create = game_characters.create_character
    await create(user_id, "New", "", place.redis, image_data=IMAGE)


async def _delete_by_main_bot(place: Place, user_id: int) -> None:
    await game_characters.delete_character(user_id, BOB, place.redis)


def _edited(found: Found, *, portrait: bool) -> bool:
    """What it was is in the trash, once."""
    ana = found.get(ANA)
    if ana is None or ana["name"] != "Anna" or bool(ana["image_path"]) is not portrait:
        return False
    (earlier,) = _versions(found)
    return earlier["name"] == ANA and bool(earlier["image_path"])


def _undone(found: Found) -> bool:
    ana = found.get(ANA)
    (earlier,) = _versions(found)
    return ana is not None and (ana["name"], earlier["name"]) == (ANA, "Anna")


def _versions(found: Found) -> list[dict[str, Any]]:
    trash = [json.loads(each) for each in found.records.trash.values()]
    return [each for each in trash if "earlier" in each[TRASH_NOTE]]


def _created(found: Found) -> bool:
    """Each call makes a character: the one that was killed, and the one after it."""
    new = found.named("New")
    return len(new) in {1, 2} and all(each["image_path"] for each in new)


def _saved(found: Found) -> bool:
    """Once, with what was typed before."""
    (new,) = found.named("New")
    return new["description"] == "typed" and bool(new["image_path"]) and not found.drafts


def _forgotten(found: Found) -> bool:
    return found.is_empty and (found.lobby is None or found.lobby.user_ids == [])


def _imported(found: Found, *, name: str) -> bool:
    (card,) = found.named(name)
    return card["description"] == "from a file" and bool(card["image_path"])


def _updated(found: Found) -> bool:
    """What was replaced is in the trash, once."""
    (earlier,) = _versions(found)
    return not earlier["description"] and bool(earlier["image_path"]) and _imported(found, name=ANA)


def _seats(found: Found) -> int:
    return len(found.lobby.players) if found.lobby else -1


def _state(found: Found) -> str:
    return found.lobby.state if found.lobby else ""


ana, bob, old = frozenset({ANA}), frozenset({BOB}), frozenset({OLD})
draft = frozenset({DRAFT})
upload = Upload("url", len(IMAGE))

OPERATIONS = {
    "create": Operation(_create, _created),
    "save-new": Operation(_save_new, _saved, touches=draft),
    "save-draft": Operation(_save_draft, _saved, touches=draft),
    "save-refused": Operation(_save_refused, lambda found: len(found.drafts) in {2, 3}),
    "edit": Operation(
        partial(_edit, upload=upload), partial(_edited, portrait=True), touches=ana, over=(Unsaved,)
    ),
    "edit-remove-portrait": Operation(
        partial(_edit, remove_portrait=True), partial(_edited, portrait=False), touches=ana
    ),
    "undo-edit": Operation(_undo_edit, _undone, prepare=_edited_before, touches=ana),
    "activate": Operation(_activate, lambda found: found.active == BOB, touches=bob),
    "delete": Operation(
        _delete,
        lambda found: found.places(ANA) == ["trash"] and not found.active,
        touches=ana,
        over=(UnknownCharacter,),
    ),
    "delete-beyond-limit": Operation(
        _delete_beyond_limit,
        lambda found: found.places(ANA) == ["trash"] and not found.places(OLD),
        touches=ana,
        ends=old,
        over=(UnknownCharacter,),
    ),
    "restore": Operation(_restore, lambda found: found.places(OLD) == ["characters"], touches=old),
    "erase": Operation(_erase, lambda found: not found.places(BOB), ends=bob),
    "forget": Operation(
        _forget,
        _forgotten,
        prepare=_seated,
        ends=ana | bob | old | draft,
        alone=True,
        keeps_files=False,
    ),
    "import": Operation(partial(_import, name="Card"), partial(_imported, name="Card")),
    "import-update": Operation(partial(_import, name=ANA), _updated, touches=ana),
    "lobby-open": Operation(_open, lambda found: _state(found) == "open"),
    "lobby-join": Operation(_join, lambda found: _seats(found) == 1, prepare=_open_of_host),
    "lobby-leave": Operation(
        _leave, lambda found: _seats(found) == 0, prepare=_seated, over=(NotSeated,)
    ),
    "lobby-start": Operation(
        _start,
        lambda found: _state(found) == "started",
        prepare=_hosting,
        over=(LobbyStarted,),
    ),
    "lobby-close": Operation(
        _close, lambda found: _state(found) == "closed", prepare=_hosting, over=(LobbyClosed,)
    ),
    "drop-in-create": Operation(_create_by_main_bot, _created),
    "drop-in-delete": Operation(_delete_by_main_bot, lambda found: not found.places(BOB), ends=bob),
}

"""Lobbies in the store, over every kind of client, and raced on a real Valkey."""

import asyncio
import random
import time
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.errors import (
    LobbyBusy,
    LobbyClosed,
    LobbyFull,
    LobbyGone,
    LobbyStarted,
    NobodySeated,
    NoSeat,
    NotSeated,
    NotTheHost,
    StorageUnavailable,
    WithoutCharacter,
)
from characters.lobby.lobbies import ANNOUNCED_SECONDS, Lobbies
from characters.lobby.lobby import Lobby, Player
from characters.model import Character
from characters.store.characters import CharacterStore
from characters.store.embedded import embedded_valkey
from characters.store.lobby_store import KEPT_SECONDS, LobbyStore
from tests.soak import trials

# Greater than any integer that a Lua number holds exactly.
HOST, ANA, BOB, CY = (10**18 + number for number in range(4))
LOBBY = Lobby(7, channel_id=8, host_id=HOST, title="The Sunken Keep", seats=2)


@pytest.fixture
def store(redis: Any) -> CharacterStore:
    return CharacterStore(redis)


@pytest.fixture
def lobbies(store: CharacterStore) -> Lobbies:
    return Lobbies(LobbyStore(store))


async def character(store: CharacterStore, user_id: int, name: str) -> Character:
    record = {"name": name, "last_used": 1.0, "theirs": [], "big": 2**60 + 1}
    return await store.create(user_id, Character(f"id-{name}", record), 100)


async def seat(lobbies: Lobbies, *user_ids: int) -> None:
    for user_id in user_ids:
        await lobbies.join(LOBBY.lobby_id, Player(user_id, f"player: {user_id}"))


async def test_a_new_lobby_is_kept_for_a_day(lobbies: Lobbies, redis: Any) -> None:
    await lobbies.open(LOBBY)
    assert await lobbies.get(LOBBY.lobby_id) == LOBBY
    assert (
        KEPT_SECONDS - 2
        <= await redis.ttl(f"game:lobby:{LOBBY.lobby_id}")
        <= KEPT_SECONDS
        == 24 * 60 * 60
    )
    await redis.expire(f"game:lobby:{LOBBY.lobby_id}", 5)
    await seat(lobbies, ANA)
    assert await redis.ttl(f"game:lobby:{LOBBY.lobby_id}") > 5


async def test_an_earlier_lobby_of_the_same_id_does_not_shine_through(lobbies: Lobbies) -> None:
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    await lobbies.close(LOBBY.lobby_id, HOST)
    await lobbies.open(replace(LOBBY, title="Another"))
    assert await lobbies.get(LOBBY.lobby_id) == replace(LOBBY, title="Another")


async def test_seats_are_in_the_order_in_which_they_were_taken_and_taken_once(
    lobbies: Lobbies,
) -> None:
    await lobbies.open(LOBBY)
    await seat(lobbies, BOB, ANA, BOB)
    lobby = await lobbies.get(LOBBY.lobby_id)
    assert lobby.players == (Player(BOB, f"player: {BOB}"), Player(ANA, f"player: {ANA}"))
    with pytest.raises(LobbyFull):
        await seat(lobbies, CY)
    await lobbies.leave(LOBBY.lobby_id, BOB)
    await seat(lobbies, CY)
    assert (await lobbies.get(LOBBY.lobby_id)).user_ids == [ANA, CY]


async def test_a_host_who_leaves_hands_the_lobby_to_who_came_first(lobbies: Lobbies) -> None:
    await lobbies.open(LOBBY)
    with pytest.raises(NotSeated):
        await lobbies.leave(LOBBY.lobby_id, HOST)
    await seat(lobbies, CY, ANA)
    await lobbies.leave(LOBBY.lobby_id, HOST)
    lobby = await lobbies.get(LOBBY.lobby_id)
    assert (lobby.host_id, lobby.former_host_id, lobby.user_ids, lobby.state) == (
        CY,
        HOST,
        [CY, ANA],
        "open",
    )
    await lobbies.leave(LOBBY.lobby_id, CY)
    lobby = await lobbies.get(LOBBY.lobby_id)
    assert (lobby.host_id, lobby.former_host_id, lobby.user_ids) == (ANA, CY, [ANA])
    await lobbies.leave(LOBBY.lobby_id, ANA)
    lobby = await lobbies.get(LOBBY.lobby_id)
    assert (lobby.state, lobby.closed_by, lobby.user_ids) == ("closed", None, [])


async def test_a_removed_host_is_still_the_host(lobbies: Lobbies) -> None:
    await lobbies.open(LOBBY)
    await seat(lobbies, HOST)
    await lobbies.remove(LOBBY.lobby_id, HOST, HOST)
    lobby = await lobbies.get(LOBBY.lobby_id)
    assert (lobby.host_id, lobby.user_ids, lobby.state) == (HOST, [], "open")


async def test_only_the_host_or_who_manages_removes_closes_and_starts(
    lobbies: Lobbies, store: CharacterStore
) -> None:
    await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA, BOB)
    with pytest.raises(NotTheHost):
        await lobbies.remove(LOBBY.lobby_id, BOB, ANA)
    with pytest.raises(NotTheHost):
        await lobbies.close(LOBBY.lobby_id, ANA)
    with pytest.raises(NotTheHost):
        await lobbies.start(LOBBY.lobby_id, ANA, token="a")
    await lobbies.remove(LOBBY.lobby_id, BOB, HOST)
    await lobbies.remove(LOBBY.lobby_id, ANA, CY, manages=True)
    assert (await lobbies.get(LOBBY.lobby_id)).user_ids == []
    with pytest.raises(NoSeat):
        await lobbies.remove(LOBBY.lobby_id, ANA, HOST)
    with pytest.raises(NotSeated):
        await lobbies.leave(LOBBY.lobby_id, ANA)
    await lobbies.close(LOBBY.lobby_id, CY, manages=True)
    assert (await lobbies.get(LOBBY.lobby_id)).closed_by == CY


@pytest.mark.parametrize("state", ["gone", "closed", "started"])
async def test_nothing_changes_in_a_lobby_that_is_over(
    lobbies: Lobbies, store: CharacterStore, state: str
) -> None:
    await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    match state:
        case "gone":
            await lobbies.delete(LOBBY.lobby_id)
        case "closed":
            await lobbies.close(LOBBY.lobby_id, HOST)
        case _:
            await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    error = {"gone": LobbyGone, "closed": LobbyClosed, "started": LobbyStarted}[state]
    for change in (
        lobbies.join(LOBBY.lobby_id, Player(BOB, "bob")),
        lobbies.leave(LOBBY.lobby_id, ANA),
        lobbies.touch(LOBBY.lobby_id, ANA),
        lobbies.close(LOBBY.lobby_id, BOB, manages=True),
        lobbies.start(LOBBY.lobby_id, HOST, token="b"),
    ):
        with pytest.raises(error):
            await change


async def test_a_repeated_call_whose_answer_was_lost_is_done_and_not_refused(
    lobbies: Lobbies, store: CharacterStore
) -> None:
    await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    await seat(lobbies, ANA)
    with pytest.raises(LobbyStarted):
        await seat(lobbies, BOB)
    await lobbies.open(LOBBY)
    for _ in range(2):
        await lobbies.close(LOBBY.lobby_id, BOB, manages=True)
    with pytest.raises(LobbyClosed):
        await lobbies.close(LOBBY.lobby_id, HOST)
    await lobbies.open(LOBBY)
    await seat(lobbies, HOST)
    for _ in range(2):
        await lobbies.leave(LOBBY.lobby_id, HOST)
    with pytest.raises(LobbyClosed):
        await lobbies.leave(LOBBY.lobby_id, ANA)


async def test_starting_freezes_the_party_in_seat_order(
    lobbies: Lobbies, store: CharacterStore
) -> None:
    bob, ana = await character(store, BOB, "Bert"), await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, BOB, ANA)
    session = await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    assert (session.session_id, session.channel_id, session.host_id) == (7, 8, HOST)
    assert session.characters == [
        {**bob.to_dict(), "user_id": BOB},
        {**ana.to_dict(), "user_id": ANA},
    ]
    await store.erase(BOB, bob.char_id)
    lobby = await lobbies.get(LOBBY.lobby_id)
    assert [each.to_dict() for each in lobby.party] == session.characters


@pytest.mark.parametrize("error", [None, StorageUnavailable])
async def test_a_start_whose_answer_is_lost_can_be_asked_for_again(
    lobbies: Lobbies,
    store: CharacterStore,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception] | None,
) -> None:
    await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    run, lost = store.client.run, [error]

    async def losing(*arguments: Any) -> Any:
        answer = await run(*arguments)
        if lost and arguments[0] == "lobby_start" and (failure := lost.pop()):
            raise failure
        return await run(*arguments) if error is None else answer

    monkeypatch.setattr(store.client, "run", losing)
    session = await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    assert [each["name"] for each in session.characters] == ["Ana"]
    assert await lobbies.start(LOBBY.lobby_id, HOST, token="a") == session
    with pytest.raises(LobbyStarted):
        await lobbies.start(LOBBY.lobby_id, HOST, token="b")


async def test_a_session_of_which_nobody_heard_can_be_started_again(
    lobbies: Lobbies, store: CharacterStore, redis: Any
) -> None:
    await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    session = await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    await redis.hset(
        f"game:lobby:{LOBBY.lobby_id}", "started_at", time.time() - ANNOUNCED_SECONDS - 1
    )
    with pytest.raises(NotTheHost):
        await lobbies.start(LOBBY.lobby_id, ANA, token="b")
    assert await lobbies.start(LOBBY.lobby_id, HOST, token="b") == session
    await lobbies.announced(LOBBY.lobby_id)
    with pytest.raises(LobbyStarted):
        await lobbies.start(LOBBY.lobby_id, HOST, token="c")


async def test_nobody_starts_without_players_or_without_a_character(
    lobbies: Lobbies, store: CharacterStore
) -> None:
    await lobbies.open(LOBBY)
    with pytest.raises(NobodySeated):
        await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    await character(store, ANA, "Ana")
    await seat(lobbies, ANA, BOB)
    with pytest.raises(WithoutCharacter, match="1 players"):
        await lobbies.start(LOBBY.lobby_id, HOST, token="a")


async def test_a_change_between_reading_the_party_and_starting_is_not_missed(
    lobbies: Lobbies, store: CharacterStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await character(store, ANA, "Ana")
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    party, changes = store.party, ["Bert", "Carl"]

    async def meanwhile(user_ids: Any) -> Any:
        found = await party(user_ids)
        if changes:
            await character(store, ANA, changes.pop())
            await lobbies.touch(LOBBY.lobby_id, ANA)
        return found

    monkeypatch.setattr(store, "party", meanwhile)
    session = await lobbies.start(LOBBY.lobby_id, HOST, token="a")
    assert [each["name"] for each in session.characters] == ["Bert"]
    await lobbies.open(LOBBY)
    await seat(lobbies, ANA)
    changes += [f"Nr {number}" for number in range(8)]
    with pytest.raises(LobbyBusy):
        await lobbies.start(LOBBY.lobby_id, HOST, token="b")


async def test_what_a_player_changes_is_noted_where_they_have_a_seat(
    lobbies: Lobbies,
) -> None:
    """In no lobby that is over, that was left, or where they are only the host."""
    for number in range(5):
        await lobbies.open(replace(LOBBY, lobby_id=number, host_id=ANA if number == 4 else HOST))
    for number in range(4):
        await lobbies.join(number, Player(ANA, "ana"))
    await lobbies.leave(1, ANA)
    await lobbies.close(2, HOST)
    before = [(await lobbies.get(number)).version for number in range(5)]
    touched = await lobbies.touch_seats(ANA)
    assert sorted(each.lobby_id for each in touched) == [0, 3]
    after = [(await lobbies.get(number)).version for number in range(5)]
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 0, 0, 1, 0]


async def test_forgetting_a_user_leaves_no_trace_in_any_lobby(
    lobbies: Lobbies, store: CharacterStore, redis: Any
) -> None:
    await character(store, ANA, "Ana")
    for lobby_id in (1, 2, 3):
        await lobbies.open(replace(LOBBY, lobby_id=lobby_id, seats=3))
        await lobbies.join(lobby_id, Player(ANA, "ana"))
    await lobbies.join(2, Player(BOB, "bob"))
    await lobbies.leave(2, HOST)
    await lobbies.start(3, HOST, token="a")
    await lobbies.open(replace(LOBBY, lobby_id=4, host_id=ANA))
    await lobbies.open(replace(LOBBY, lobby_id=5))
    await lobbies.open(replace(LOBBY, lobby_id=9, host_id=ANA))
    await lobbies.join(9, Player(BOB, "bob"))
    await lobbies.leave(9, ANA)
    await redis.set("game:lobby:6", "another program's")
    await redis.hset("game:lobby:7:chat", "theirs", "1")
    await redis.hset("game:lobby:8", "theirs", "1")
    changed: list[Lobby] = []
    await lobbies.forget_user(ANA, changed)
    assert sorted(lobby.lobby_id for lobby in changed) == [1, 2, 3, 4, 9]
    assert (await lobbies.get(1)).players == ()
    assert (await lobbies.get(2)).host_id == BOB
    with pytest.raises(LobbyGone):
        await lobbies.get(3)
    with pytest.raises(LobbyGone):
        await lobbies.get(4)
    assert (await lobbies.get(5)).state == "open"
    for lobby_id in (1, 2, 9):
        assert str(ANA) not in str(await redis.hgetall(f"game:lobby:{lobby_id}"))


async def test_a_party_is_every_users_active_character_in_order(store: CharacterStore) -> None:
    ana, bob = await character(store, ANA, "Ana"), await character(store, BOB, "Bert")
    await character(store, CY, "Old")
    new = await character(store, CY, "New")
    assert await store.party([CY, HOST, ANA, BOB, ANA]) == [new, None, ana, bob, ana]
    assert await store.party([]) == []


async def test_a_party_is_read_in_one_round_trip(valkey: Redis) -> None:
    store = CharacterStore(valkey)
    users = range(1, 65)
    for user_id in users:
        await character(store, user_id, "Ana")
    await store.party(users)
    before = (await valkey.info("stats"))["total_reads_processed"]
    assert all(await store.party(users))
    assert (await valkey.info("stats"))[
        "total_reads_processed"
    ] - before == 2  # the party, and this question


TRIALS, CLIENTS = trials(60, 2000), 64


async def start_later(process: Lobbies, lobby_id: int, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await process.start(lobby_id, HOST, token="a")


@pytest.mark.soak
async def test_64_clients_never_overfill_a_lobby_nor_sit_twice(tmp_path: Any) -> None:
    """Each trial: all join, some twice, some leave; in some the host closes or starts."""
    dice = random.Random(4)
    async with embedded_valkey(tmp_path) as url:
        clients = [Redis.from_url(url, protocol=dice.choice((2, 3))) for _ in range(CLIENTS)]
        processes = [Lobbies(LobbyStore(CharacterStore(client))) for client in clients]
        overfilled = doubled = late = 0

        async def ignoring(change: Any) -> bool:
            try:
                await change
            except (LobbyBusy, LobbyClosed, LobbyFull, LobbyStarted, NobodySeated, NotSeated):
                return False
            return True

        for user in range(1, 41):
            await character(CharacterStore(clients[0]), user, "Ana")
        started = 0
        for trial in range(TRIALS):
            lobby = replace(LOBBY, lobby_id=trial, seats=dice.randint(2, 25))
            await processes[0].open(lobby)
            users = [dice.randint(1, 40) for _ in processes]
            closing, starting = dice.random() < 0.3, dice.random() < 0.3
            presses = [
                table.join(trial, Player(user, "x"))
                for table, user in zip(processes, users, strict=True)
            ]
            presses += [
                dice.choice(processes).leave(trial, dice.choice(users))
                for _ in range(dice.randint(0, 8))
            ]
            if closing:
                presses.insert(
                    dice.randrange(len(presses)), dice.choice(processes).close(trial, HOST)
                )
            if starting:
                presses.append(start_later(dice.choice(processes), trial, dice.random() / 20))
            dice.shuffle(presses)
            await asyncio.gather(*map(ignoring, presses))
            after = await processes[0].get(trial)
            if after.state == "started":
                started += 1
                late += await ignoring(processes[1].join(trial, Player(999, "late")))
                assert [each.record["user_id"] for each in after.party] == after.user_ids
                continue
            overfilled += len(after.players) > lobby.seats
            doubled += len(set(after.user_ids)) < len(after.players)
            if closing:
                late += await ignoring(processes[1].join(trial, Player(999, "late")))
                late += (await processes[0].get(trial)).players != after.players
            else:
                room = min(lobby.seats - len(after.players), 3)
                seated = [
                    await ignoring(processes[2].join(trial, Player(1000 + n, "x")))
                    for n in range(room + 1)
                ]
                assert seated == [True] * room + [room < lobby.seats - len(after.players)]
        for client in clients:
            await client.aclose()
    assert (overfilled, doubled, late) == (0, 0, 0)
    assert started > TRIALS / 20

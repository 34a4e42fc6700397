"""Records that scripts change as text: only those that Python reads, and as Python changes them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from characters.errors import UnknownCharacter
from characters.model import Character
from characters.portrait_fields import PortraitFile
from characters.store.characters import CharacterStore
from characters.store.scripts import load_script

USER = 42
CHARACTERS, TRASH = f"game:characters:{USER}", f"game:trash:{USER}"
TEXTS = [
    "",
    'She says "no".\n\tC:\\temp\\ and / and \x7f?',
    '"last_used": 1.5, "trashed": {"at": 1.5, "active": true}}',
    "Größe 山 👩‍🚀 Ана",
]


class CountingRedis(Redis):
    """Counts the requests."""

    count = 0

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        self.count += 1
        return await super().execute_command(*command, **options)


@pytest.fixture
def counting(valkey_url: str) -> CountingRedis:
    return CountingRedis.from_url(valkey_url)


@pytest.mark.parametrize("text", TEXTS)
async def test_a_change_takes_one_round_trip(counting: CountingRedis, text: str) -> None:
    async with counting:
        store = CharacterStore(counting)
        portrait = PortraitFile("/srv/" + "0" * 32 + ".webp", None, "top", is_small=True)
        ana = Character.new("Ana", text.replace("\x7f", ""), portrait).with_favourite(
            favourite=True
        )
        ana = await store.create(USER, ana, 5)
        await store.activate(USER, ana.char_id)  # loads the script
        await store.delete(USER, ana.char_id)
        await store.restore(USER, ana.char_id, 5)
        counting.count = 0
        used = await store.activate(USER, ana.char_id)
        deleted, _ = await store.delete(USER, ana.char_id)
        (trashed,) = await store.trash(USER)
        restored = await store.restore(USER, ana.char_id, 5)
        assert counting.count == 4
        assert used == deleted == restored == ana.with_fields(last_used=used.last_used)
        assert trashed.was_active
        assert await store.roster(USER) == ([used], ana.char_id)


# Each is what a hasty pattern would take for a record that it can change.
DIFFICULT = [
    b'{"name": "Ana", "last_used": 1.5, "stats": {"last_used": 2.5}}',
    b'{"name": "Ana", "stats": {"last_used": 2.5}}',
    b'{"name": "Ana", "last_used": 1.5, "last_used": 2.5}',
    b'{"last_used": 1.5, "name": "Ana", "description": "\\"last_used\\": 2.5}"}',
    b'{"name": "Ana", "last_used": 1.5, "trashed": {"at": 1.5, "active": true}}',
    b'{"name": "Ana", "last_used": 1.5, "trashed": true}',
    b'{"name": "Ana", "last_used": null, "hp": -1, "large": ' + b"9" * 30 + b"}",
    b'{\n "name": "Ana",\n "last_used": 1.5\n}',
    b'{"name": "Ana", "last\\u005fused": 1.5}',
    b'{"name": "Ana", "last_used": 15e-1}',
    b'{"name": "Ana"}',
    b'{"name": "Ana", "last_used": 1.5, "text": "\\ud800"}',
    b'{"name": "Ana", "last_used": 1.5, "text": "\xed\xa0\x80"}',
    # Python does not read these.
    b'{"name": "Ana", "last_used": 1.5',
    b'{"name": "Ana", "last_used": 1.5}}',
    b'{"name": "Ana", "last_used": 1.5,}',
    b'{"name": "Ana" "last_used": 1.5}',
    b'{"name": "Ana", "last_used": 01.5}',
    b'{"name": "Ana", "last_used": 1.}',
    b'{"name": "Ana", "last_used": 1.5, "large": ' + b"9" * 5000 + b"}",
    b'{"name": "Ana", "last_used": 1.5, "text": "\n"}',
    b'{"name": "Ana", "last_used": 1.5, "text": "\\x"}',
    b'{"name": "Ana", "last_used": 1.5, "text": "\xe0\xc2\x80\xa0\x80"}',
    b'{"name": "Ana", "last_used": 1.5, "text": "\xe0\x80\x80"}',
    b'{"name": "Ana", "last_used": 1.5, "text": "\xff"}',
    b'{"name": "\xe3\x80\x80", "last_used": 1.5}',
    b'{"name": "\\n", "last_used": 1.5}',
    b'{"name": " ", "last_used": 1.5}',
    b'{"name": "", "last_used": 1.5}',
    b'{"name": 5, "last_used": 1.5}',
    b'["name", "last_used"]',
    b'{"name": "Ana", "name": " ", "last_used": 1.5}',
]


@pytest.mark.parametrize("record", DIFFICULT)
async def test_a_change_is_that_of_json(valkey: Redis, record: bytes) -> None:
    store = CharacterStore(valkey)
    await valkey.hset(CHARACTERS, "ana", record)
    expected: Character | None = None
    with suppress(ValueError):
        expected = Character.from_json("ana", record)
    if expected is None:
        for change in (store.activate, store.delete):
            with pytest.raises(UnknownCharacter):
                await change(USER, "ana")
        assert await valkey.hgetall(CHARACTERS) == {b"ana": record}
        assert await valkey.keys() == [CHARACTERS.encode()]
        return
    used = await store.activate(USER, "ana")
    assert used == expected.with_fields(last_used=used.last_used)
    assert Character.from_json("ana", await valkey.hget(CHARACTERS, "ana") or b"") == used
    assert (await store.delete(USER, "ana"))[0] == used
    (trashed,) = await store.trash(USER)
    assert trashed.without_field("trashed") == used.without_field("trashed")
    assert await store.restore(USER, "ana", 5) == used.without_field("trashed")


@pytest.mark.parametrize(
    "note",
    [
        b'{"at": 1.5, "active": true}',
        b'{"at": %d1., "active": true}',
        b'{"at": %d1.5, "active": no}',
    ],
)
async def test_trash_that_can_not_be_restored_stays(valkey: Redis, note: bytes) -> None:
    record = b'{"name": "Ana", "trashed": ' + note.replace(b"%d", b"99999999") + b"}"
    await valkey.hset(TRASH, "ana", record)
    with pytest.raises(UnknownCharacter):
        await CharacterStore(valkey).restore(USER, "ana", 5)
    assert await valkey.hgetall(TRASH) == {b"ana": record}


@pytest.mark.parametrize("head", [b'"trashed": {"at": 1.5}', b'"tr\\u0061shed": true', b'"a": 1'])
async def test_every_note_of_the_trash_goes_as_from_json(valkey: Redis, head: bytes) -> None:
    note = b'{"at": 9999999999.5, "active": true}'
    await valkey.hset(TRASH, "ana", b'{"name": "Ana", ' + head + b', "trashed": ' + note + b"}")
    restored = await CharacterStore(valkey).restore(USER, "ana", 5)
    assert "trashed" not in restored.record
    assert Character.from_json("ana", await valkey.hget(CHARACTERS, "ana") or b"") == restored


async def test_what_nobody_can_read_is_not_lost_where_it_is_restored(valkey: Redis) -> None:
    note = b', "trashed": {"at": 9999999999.5, "active": true}}'
    await valkey.hset(TRASH, "ana", b'{"name": 5' + note)
    store = CharacterStore(valkey)
    with pytest.raises(UnknownCharacter):
        await store.restore(USER, "ana", 5)
    assert await valkey.hgetall(CHARACTERS) == {b"ana": b'{"name": 5}'}
    assert (await store.roster(USER)).characters == []


@pytest.fixture
def blocking(valkey_url: str) -> Iterator[BlockingRedis]:
    with BlockingRedis.from_url(valkey_url) as client:
        yield client


VALUE = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text())
RECORD = st.dictionaries(st.sampled_from(["name", "last_used", "a", '"', "trashed"]), VALUE)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    record=RECORD, name=st.text(), ascii_only=st.booleans(), spaced=st.booleans(), data=st.data()
)
def test_what_is_changed_as_text_python_reads(
    blocking: BlockingRedis,
    record: dict[str, Any],
    name: str,
    ascii_only: bool,  # noqa: FBT001 - hypothesis passes it
    spaced: bool,  # noqa: FBT001 - as above
    data: st.DataObject,
) -> None:
    """Records as any program writes them, with a byte changed in half of them."""
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(record | {"name": name}, ensure_ascii=ascii_only, separators=separators)
    record_bytes = bytearray(text.encode(errors="surrogatepass"))
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(record_bytes) - 1))
        record_bytes[place] = data.draw(st.integers(0, 255))
    if is_changed(blocking, bytes(record_bytes)):
        before = Character.from_json("ana", bytes(record_bytes))
        after = Character.from_json("ana", blocking.hget(CHARACTERS, "ana"))  # type: ignore[arg-type]
        assert after == before.with_fields(last_used=7.5)


def is_changed(client: BlockingRedis, record: bytes) -> bool:
    """Whether the script changed it itself."""
    script = load_script("activate")
    client.hset(CHARACTERS, "ana", record)
    answer = client.eval(script.source, 1, CHARACTERS, "ana", "7.5")
    return answer[0] == b"done"

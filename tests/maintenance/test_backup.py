"""A backup restores what was there, byte for byte, and overwrites nothing unasked."""

import asyncio
import json
import os
import tarfile
import tracemalloc
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.errors import OperatorError
from characters.maintenance.backup import BackupResult, backup
from characters.maintenance.backup_file import Part, entries, open_backup
from characters.maintenance.backup_writer import BackupWriter, new_file
from characters.maintenance.check import check
from characters.maintenance.locations import Location
from characters.maintenance.restore import RestoreResult, restore
from characters.maintenance.workspace import Workspace
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import STORE_IDS, thumbnail_of
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey
from tests.operator import add, everything, files, keys, portrait, record, trashed
from tests.soak import trials


@pytest.fixture
def client(redis: Any) -> StoreClient:
    return StoreClient(redis)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar"


async def fill(client: StoreClient, assets: FolderAssets) -> None:
    """Two users with trash, an active mark, corrupt records, unknown fields, files of others."""
    await add(
        client,
        1,
        "ana",
        record(await portrait(assets), extra={"empty": []}, large=2**70, float=0.1),
    )
    await add(client, 1, "corrupt", b'\xff\xed\xb2\x80 not "JSON"\r\n')
    await add(
        client,
        1,
        "id \udcff".encode(errors="surrogateescape").decode("latin-1"),
        b'{ "name":"Bob" ,"tail":1.0}',
    )
    await add(client, 1, "old", trashed(await portrait(assets)), place="trash")
    await assets.put("theirs/ana.png", b"another program's")
    await add(client, 1, "theirs", record(image_path="theirs/ana.png"))
    await client.execute("SET", keys(client, 1).active, "ana")
    await client.execute("HSET", keys(client, 1).foreign, "ana", b'{"card": {"x": 1}}')
    await client.execute("HSET", keys(client, 1).preferences, "look", b"servers")
    await add(client, 2, "cleo", record(await portrait(assets)))
    await client.execute("SET", keys(client, 3).active, "stale")


async def clear(client: StoreClient, assets: FolderAssets) -> None:
    for each in await everything(client):
        for key in keys(client, each.user_id):
            await client.execute("DEL", key)
    for name in files(assets.root):
        (assets.root / name).unlink()


async def restored(
    client: StoreClient,
    assets: FolderAssets,
    file: Path,
    *,
    url: str | None = None,
    **options: Any,
) -> RestoreResult:
    return await restore(Workspace(client, assets, url), open_backup(file), **options)


async def backed_up(
    client: StoreClient,
    assets: FolderAssets,
    file: Path,
    *,
    url: str | None = None,
    **options: Any,
) -> BackupResult:
    return await backup(Workspace(client, assets, url), file, **options)


async def test_restored_into_an_empty_store_it_is_equal(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await fill(client, assets)
    before = await everything(client), files(assets.root)
    assert await backed_up(client, assets, file) == BackupResult(
        users=3, records=6, files=7, missing=[]
    )
    await clear(client, assets)
    done = await restored(client, assets, file)
    assert (done.users, done.skipped, done.records["new"], done.files["new"]) == (3, [], 10, 7)
    assert (await everything(client), files(assets.root)) == before
    assert 0 < await client.execute("TTL", keys(client, 1).trash) <= 7 * 86400


async def test_drafts_and_rates_are_not_in_it(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await add(client, 1, "ana", record())
    await add(client, 1, "draft", b"typed", place="drafts")
    await backed_up(client, assets, file)
    assert b"typed" not in file.read_bytes()


async def test_one_user_can_be_backed_up_and_restored(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await fill(client, assets)
    before = await everything(client)
    assert (await backed_up(client, assets, file, user_id=2)).users == 1
    assert {part.user_id for part in open_backup(file).parts()} == {2}
    await backed_up(client, assets, file, replace=True)
    await clear(client, assets)
    assert (await restored(client, assets, file, user_id=2)).users == 1
    assert await everything(client) == [each for each in before if each.user_id == 2]


async def test_a_user_without_characters_is_a_sentence_and_no_file(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    with pytest.raises(OperatorError, match="User 7 has no characters"):
        await backed_up(client, assets, file, user_id=7)
    assert list(file.parent.glob("*.tar*")) == []
    await add(client, 1, "ana", record())
    await backed_up(client, assets, file)
    with pytest.raises(OperatorError, match="User 7 is not in this backup"):
        await restored(client, assets, file, user_id=7)


async def test_an_existing_file_is_replaced_only_if_asked(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    file.write_text("precious")
    with pytest.raises(OperatorError, match="exists already"):
        await backed_up(client, assets, file)
    assert file.read_text() == "precious"
    await backed_up(client, assets, file, replace=True)
    assert open_backup(file).users == 0


async def test_only_its_owner_can_read_it(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await backed_up(client, assets, file)
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_missing_portrait_is_reported_and_its_record_kept(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    saved = await portrait(assets)
    await add(client, 1, "ana", record(saved))
    Path(saved.path).unlink()
    assert await backed_up(client, assets, file) == BackupResult(1, 1, 1, [saved.path])


async def test_a_key_of_another_type_is_reported_and_left_as_it_is(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await add(client, 1, "ana", record())
    await backed_up(client, assets, file)
    await client.execute("DEL", keys(client, 1).characters)
    await client.execute("SET", keys(client, 1).characters, "theirs")
    done = await restored(client, assets, file, replace=True)
    assert [each.what for each in done.skipped] == ["characters ana"]
    assert (await backed_up(client, assets, file, replace=True)).missing == [
        keys(client, 1).characters
    ]
    assert await client.execute("GET", keys(client, 1).characters) == b"theirs"


async def test_a_portrait_elsewhere_is_reported_too(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await add(client, 1, "ana", record(image_path="/etc/passwd"))
    await add(client, 1, "bob", trashed(PortraitFile("s3://bucket/bob.webp", None)), place="trash")
    await add(client, 1, "cleo", record(image_url="https://example.org/cleo.png"))
    done = await backed_up(client, assets, file)
    assert done.missing == ["/etc/passwd", "s3://bucket/bob.webp"]


@pytest.mark.parametrize("name", ["a\\b.png", "/".join(["d" * 200] * 5) + "/p.png"])
async def test_a_name_that_restore_refuses_is_reported_and_not_in_it(
    client: StoreClient, assets: FolderAssets, file: Path, name: str
) -> None:
    await assets.put(name, b"image")
    await add(client, 1, "ana", record(image_path=name))
    done = await backed_up(client, assets, file)
    assert (done.records, done.files, done.missing) == (1, 0, [f"{assets.root}/{name}"])
    assert open_backup(file).users == 1


@pytest.mark.parametrize("spelling", ["x/../assets", "link", "deep/link/assets"])
async def test_the_folder_may_have_other_names(
    client: StoreClient, assets: FolderAssets, file: Path, tmp_path: Path, spelling: str
) -> None:
    saved = await portrait(assets)
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to(assets.root)
    (tmp_path / "deep" / "link").symlink_to(tmp_path)
    await add(client, 1, "ana", record(saved))
    other = FolderAssets(tmp_path / spelling)
    assert await backed_up(client, other, file) == BackupResult(
        users=1, records=1, files=2, missing=[]
    )
    assert await check(Workspace(client, other)) == []
    await clear(client, assets)
    for link in (tmp_path / "link", tmp_path / "deep" / "link"):
        link.unlink()  # as on another computer
    there = FolderAssets(tmp_path / "there")
    await restored(client, there, file)
    assert await check(Workspace(client, there)) == []
    assert len(files(there.root)) == 2


async def test_a_user_with_many_portraits_takes_the_memory_of_one(
    valkey: Redis, assets: FolderAssets, file: Path
) -> None:
    client = StoreClient(valkey)
    for number in range(30):
        await assets.put(f"theirs/{number}.png", os.urandom(2**20))
        await add(client, 1, f"id{number}", record(image_path=f"theirs/{number}.png"))
    tracemalloc.start()
    assert (await backed_up(client, assets, file)).files == 30
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * 2**20


async def test_what_differs_is_left_as_it_is_and_reported(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await fill(client, assets)
    await backed_up(client, assets, file)
    await add(client, 1, "ana", record(name="Ana now"))
    await add(client, 1, "new", record())
    await client.execute("SET", keys(client, 1).active, "new")
    (assets.root / "theirs/ana.png").write_bytes(b"another image")
    before = await everything(client), files(assets.root)
    done = await restored(client, assets, file)
    assert [each.what for each in done.skipped if each.user_id == 1] == [
        f"{assets.root}/theirs/ana.png",
        "characters ana",
        "the active mark",
    ]
    assert (await everything(client), files(assets.root)) == before


async def test_what_differs_is_replaced_if_asked(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await fill(client, assets)
    before = await everything(client), files(assets.root)
    await backed_up(client, assets, file)
    await add(client, 1, "ana", record(name="Ana now"))
    await client.execute("SET", keys(client, 1).active, "theirs")
    (assets.root / "theirs/ana.png").write_bytes(b"another image")
    done = await restored(client, assets, file, replace=True)
    assert (done.records["replaced"], done.files["replaced"], done.skipped) == (2, 1, [])
    assert (await everything(client), files(assets.root)) == before


async def test_a_character_deleted_since_is_restored_only_if_asked(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await add(client, 1, "ana", record())
    before = await everything(client)
    await backed_up(client, assets, file)
    await client.execute("DEL", keys(client, 1).characters)
    await add(client, 1, "ana", trashed(), place="trash")
    assert [each.what for each in (await restored(client, assets, file)).skipped] == [
        "characters ana"
    ]
    await restored(client, assets, file, replace=True)
    assert await everything(client) == before


async def test_repeated_it_completes_what_was_interrupted(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await fill(client, assets)
    before = await everything(client), files(assets.root)
    await backed_up(client, assets, file)
    await client.execute("HDEL", keys(client, 1).characters, "ana")
    await client.execute("DEL", keys(client, 2).characters)
    next(path for path in assets.root.iterdir() if path.name.endswith(".webp")).unlink()
    assert (await restored(client, assets, file)).skipped == []
    assert (await everything(client), files(assets.root)) == before


async def add_outdated(client: StoreClient, assets: FolderAssets) -> PortraitFile:
    """Records of a folder that was renamed since: a portrait of ours, and of another program."""
    saved = await portrait(assets)
    await assets.put("char_42_1.png", b"image")
    await add(client, 1, "ana", record(image_path=f"/srv/old/{Path(saved.path).name}"))
    await add(client, 42, "bob", record(image_path="/home/x/assets/char_42_1.png"))
    return saved


async def test_files_of_outdated_paths_are_found_and_restored_elsewhere(
    client: StoreClient, assets: FolderAssets, file: Path, tmp_path: Path
) -> None:
    saved = await add_outdated(client, assets)
    before = files(assets.root)
    done = await backed_up(client, assets, file)
    assert done == BackupResult(users=2, records=2, files=3, missing=[])
    await clear(client, assets)
    there = FolderAssets(tmp_path / "elsewhere")
    assert (await restored(client, there, file)).skipped == []
    assert files(there.root) == before
    assert await check(Workspace(client, there)) == []
    first, second = await everything(client)
    paths = [json.loads(first.characters[b"ana"]), json.loads(second.characters[b"bob"])]
    assert [each["image_path"] for each in paths] == [
        f"{there.root}/{Path(saved.path).name}",
        f"{there.root}/char_42_1.png",
    ]


async def test_records_with_outdated_paths_are_equal_in_the_same_assets(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    await add_outdated(client, assets)
    before = await everything(client), files(assets.root)
    await backed_up(client, assets, file)
    done = await restored(client, assets, file)
    assert (done.records["same"], done.files["same"], done.skipped) == (2, 3, [])
    await clear(client, assets)
    await restored(client, assets, file)
    assert (await everything(client), files(assets.root)) == before


async def test_each_portrait_is_read_once(
    client: StoreClient, assets: FolderAssets, file: Path
) -> None:
    """Found: those that were the same were read a second time."""
    read: list[str] = []

    class CountingAssets(FolderAssets):
        async def read(self, *paths: str) -> list[bytes | None]:
            read.extend(paths)
            return await super().read(*paths)

        async def load(self, path: str) -> bytes | None:
            if not path.endswith(STORE_IDS):
                read.append(path)
            return await super().load(path)

    await fill(client, assets)
    await backed_up(client, assets, file)
    await restored(client, CountingAssets(assets.root), file)
    assert sorted(read) == sorted(str(assets.root / name) for name in files(assets.root))


async def test_records_say_where_the_portraits_are_now(
    client: StoreClient, assets: FolderAssets, file: Path, tmp_path: Path
) -> None:
    saved = await FolderAssets(assets.root, "https://old.example.org").save(b"large", b"small")
    for char_id, data in {
        "ana": record(saved, extra=[]),
        "bob": record(image_url="https://x.example.org/b"),
    }.items():
        await add(client, 1, char_id, data)
    await backed_up(client, assets, file, url="https://old.example.org")
    await clear(client, assets)
    there = FolderAssets(tmp_path / "elsewhere", "https://new.example.org")
    await restored(client, there, file, url="https://new.example.org")
    (found,) = await everything(client)
    name = Path(saved.path).name
    assert json.loads(found.characters[b"ana"])["image_path"] == f"{there.root}/{name}"
    assert json.loads(found.characters[b"ana"])["image_url"] == f"https://new.example.org/{name}"
    assert found.characters[b"bob"] == record(image_url="https://x.example.org/b")
    assert await there.read(name, thumbnail_of(name)) == [b"large", b"small"]
    assert await check(Workspace(client, there)) == []


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda data: data[:0], "was not written by `backup`"),
        (lambda data: b"PK\x03\x04" + data, "was not written by `backup`"),
        (lambda data: data[: len(data) // 2], "damaged|ends too early"),
        (lambda data: data[:-3000], "damaged|ends too early"),
        (lambda data: data.replace(b"large", b"LARGE", 1), "damaged"),
        (lambda data: data.replace(b'"version": 1', b'"version": 2'), "version 2"),
        (
            lambda data: data.replace(b"manifest.json", b"manifest.jsom"),
            "was not written by `backup`",
        ),
    ],
)
async def test_a_damaged_file_is_a_sentence(
    valkey: Redis, assets: FolderAssets, file: Path, harm: Callable[[bytes], bytes], complaint: str
) -> None:
    client = StoreClient(valkey)
    await fill(client, assets)
    await backed_up(client, assets, file)
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(OperatorError, match=complaint) as caught:
        open_backup(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../x",
            "/etc/passwd",
            "",
            "users/1/other",
            "users/0/records.jsonl",
            f"users/{2**63}/records.jsonl",
        ),
        *(
            f"users/1/portraits/{name}"
            for name in ("", ".", "../../x", "/etc/passwd", "a//b", "a\\b", "a\nb", "x" * 999)
        ),
    ],
)
def test_a_name_that_leads_out_of_the_assets_is_refused(file: Path, name: str) -> None:
    with new_file(file, replace=False) as stream:
        writer = BackupWriter(stream, Location("/srv/", None))
        writer._add(name, b"data")
        writer.complete(1)
    with pytest.raises(OperatorError, match="was not written by `backup`"):
        open_backup(file)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE]
)
def test_only_plain_files_are_taken(file: Path, kind: bytes) -> None:
    with tarfile.open(file, "w") as tar:
        member = tarfile.TarInfo("manifest.json")
        member.type, member.linkname = kind, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(OperatorError, match="was not written by `backup`"):
        open_backup(file)


@pytest.mark.parametrize("size", [2**28 + 1, 2**33 - 1, 2**60])
def test_a_size_that_the_file_does_not_have_takes_no_memory(file: Path, size: int) -> None:
    for name in ("manifest.json", "x" * 200):  # the second one by way of an extended header
        member = tarfile.TarInfo(name)
        member.size = size
        file.write_bytes(member.tobuf(tarfile.PAX_FORMAT) + b"data")
        with pytest.raises(OperatorError, match="was not written by `backup`"):
            open_backup(file)


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'["drafts", "a", "b"]', b'["active", 7]', b"[" * 100_000]
)
def test_a_line_that_backup_does_not_write_is_refused(line: bytes) -> None:
    with pytest.raises(OperatorError, match="can't be read"):
        list(entries(line))


def test_an_interrupted_backup_leaves_no_file(file: Path) -> None:
    def interrupted() -> None:
        with new_file(file, replace=False) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(file.parent.iterdir()) == []


def test_remains_of_killed_backups_are_removed_by_the_next(file: Path) -> None:
    old, fresh, theirs = (
        file.with_name(name)
        for name in (f".{file.name}.1.partial", f".{file.name}.2.partial", ".x.partial")
    )
    for each in (old, fresh, theirs):
        each.touch()
    os.utime(old, (0, 0))
    with new_file(file, replace=False) as stream:
        stream.write(b"whole")
    assert set(file.parent.iterdir()) == {file, fresh, theirs}


@pytest.mark.parametrize(
    ("number", "advice"), [(28, "free some space, or choose"), (13, r"\): choose another folder")]
)
def test_the_reason_why_it_could_not_be_written_is_reported(
    file: Path, number: int, advice: str
) -> None:
    def write() -> None:
        with new_file(file, replace=False):
            raise OSError(number, os.strerror(number))

    with pytest.raises(OperatorError, match=advice):
        write()


@pytest.mark.soak
async def test_thousands_of_characters_with_portraits(valkey: Redis, tmp_path: Path) -> None:
    """Equal, and in no more memory than for a few."""
    users, each = trials(100, 200), 20
    client, assets, there = (
        StoreClient(valkey),
        FolderAssets(tmp_path / "assets"),
        FolderAssets(tmp_path / "there"),
    )
    assets.root.mkdir()
    for user_id in range(1, users + 1):
        commands: list[tuple[Any, ...]] = []
        for number in range(each):
            name = f"{user_id * each + number:032x}.webp"
            (assets.root / name).write_bytes(f"large {name}".encode())
            if number == 0:  # most of the time goes into writing files that survive a power failure
                (assets.root / thumbnail_of(name)).write_bytes(f"small {name}".encode())
            data = record(description="山" * 300, image_path=name)
            commands.append(("HSET", keys(client, user_id).characters, f"id{number}", data))
        await client.execute_all(commands)
    file = tmp_path / "backup.tar"
    tracemalloc.start()
    done = await backed_up(client, assets, file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.users, done.records, done.files) == (users, users * each, users * each + users)
    assert peak < 5 * 2**20 < file.stat().st_size
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(embedded_valkey(tmp_path / "empty"))
        empty = StoreClient(await stack.enter_async_context(Redis.from_url(url)))
        assert (await restored(empty, there, file)).skipped == []
        assert await everything(empty) == await everything(client)
    assert await asyncio.to_thread(files, there.root) == await asyncio.to_thread(files, assets.root)


def test_parts_of_a_user_come_with_the_portraits_first(file: Path) -> None:
    with new_file(file, replace=False) as stream:
        writer = BackupWriter(stream, Location("/srv/", None))
        writer.portrait(1, "a.png", b"1")
        writer._add("users/1/records.jsonl", b"")
        writer.complete(1)
    assert list(open_backup(file).parts(1)) == [Part(1, "a.png", b"1"), Part(1, "", b"")]

"""`python -m characters`: what an operator types, reads and interrupts, with a bot or without."""

import asyncio
import contextlib
import json
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from characters.cli.commands import main
from characters.maintenance.check import check
from characters.maintenance.findings import FindingKind
from characters.maintenance.workspace import Workspace
from characters.portraits.assets import STORE_IDS
from characters.portraits.folder import FolderAssets
from characters.store.client import StoreClient
from characters.store.embedded import embedded_valkey
from characters.store.keys import MAINTENANCE
from tests.operator import (
    add,
    command,
    everything,
    files,
    keys,
    new_command,
    portrait,
    record,
    run,
    trashed,
)
from tests.soak import trials


@contextlib.asynccontextmanager
async def bot(folder: Path) -> AsyncIterator[StoreClient]:
    """The store of a bot that runs in the folder during the block."""
    async with embedded_valkey(folder / "data") as url, Redis.from_url(url) as redis:
        yield StoreClient(redis)


async def fill(folder: Path, users: int = 3, *, age: float = 0) -> None:
    assets = FolderAssets(folder / "data" / "assets")
    async with bot(folder) as client:
        for user_id in range(1, users + 1):
            await add(client, user_id, "ana", record(await portrait(assets, age=age)))
            await client.execute("SET", keys(client, user_id).active, "ana")


async def content(folder: Path) -> tuple[Any, dict[str, bytes]]:
    async with bot(folder) as client:
        return await everything(client), await asyncio.to_thread(files, folder / "data" / "assets")


def documents(folder: Path, *arguments: Any, **settings: Any) -> tuple[int, Any]:
    status, out, err = run(folder, *arguments, "--json", **settings)
    assert err == ""
    return status, json.loads(out)


COMMANDS = (
    *("check", "stats", "sweep", "backup", "restore", "move-assets", "retag"),
    *("adopt", "block", "unblock", "blocked", "doctor"),
)


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_without_arguments_it_shows_the_help(tmp_path: Path, arguments: list[str]) -> None:
    status, out, err = run(tmp_path, *arguments)
    assert (status, err) == (0, "")
    assert "Usage: python -m characters" in out


def test_the_help_of_each_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in (*COMMANDS, "Exit status", "Ctrl-C"))
    for name in COMMANDS:
        assert main([name, "--help"]) == 0
        out, err = capsys.readouterr()
        assert "--json" in out
        assert err == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["chekc"], "No such command 'chekc'"),
        (["check", "--jsn"], "No such option"),
        (["backup"], "file"),
        (["backup", "x.tar", "--user", "ana"], "Invalid value for '--user'"),
        (["backup", "x.tar", "--user", "-1"], "Invalid value for '--user'"),
        (
            ["move-assets", "new", "--url", "example.org"],
            "it must be a URL without a password, like https://example.org/assets",
        ),
        (["move-assets", "new", "--url", "https://example.org/?x=hunter2"], "it must be a URL"),
        (
            ["move-assets", "s3://key:hunter2@bucket/x"],
            "it must be a folder, or an object store's URL without a password",
        ),
        (
            ["move-assets", "new", "--from", "https://bucket/x?sig=hunter2"],
            "Invalid value for '--from'",
        ),
    ],
)
def test_an_error_in_the_command_line_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert complaint in err
    assert "hunter2" not in err
    assert err.endswith("See `python -m characters --help`.\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "settings", "complaint"),
    [
        (["check"], {}, "There is no store in"),
        (["check"], {"REDIS_URL": "nonsense"}, "REDIS_URL has an unknown scheme"),
        (["check"], {"REDIS_URL": "redis://127.0.0.1:9"}, "does not answer"),
        (["restore", "no.tar"], {}, "can't be read (No such file or directory)"),
        (["restore", "."], {}, "can't be read (Is a directory)"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(
    tmp_path: Path, arguments: list[str], settings: dict[str, str], complaint: str
) -> None:
    status, out, err = run(tmp_path, *arguments, **settings)
    assert (status, out) == (1, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


async def test_check_exits_with_0_where_all_is_well_and_with_1_where_not(tmp_path: Path) -> None:
    await fill(tmp_path)
    assert run(tmp_path, "check") == (0, "All is well.\n", "")
    assert documents(tmp_path, "check") == (0, {"findings": []})
    async with bot(tmp_path) as client:
        await add(client, 2**60, "bob [bold]", b"{")
    status, out, _ = run(tmp_path, "check")
    assert status == 1
    assert all(
        part in out for part in ("corrupt record", "bob [bold]", str(2**60), "Players don't see it")
    )
    status, document = documents(tmp_path, "check")
    assert (status, len(document["findings"])) == (1, 1)
    finding = document["findings"][0]
    assert (finding["kind"], finding["user"]) == (
        "corrupt record",
        str(2**60),
    )  # a text: other languages round it


async def test_a_sweep_can_be_listed_first(tmp_path: Path) -> None:
    await fill(tmp_path)
    saved = await portrait(FolderAssets(tmp_path / "data" / "assets"), age=7200)
    async with bot(tmp_path) as client:
        await add(client, 1, "old", trashed(days=8), place="trash")
    status, out, _ = run(tmp_path, "sweep", "--dry-run")
    assert status == 0
    assert saved.path in out
    assert "To be removed: 1 character deleted more than seven days ago, 2 files" in out
    status, document = documents(tmp_path, "sweep")
    assert (status, document["trash"], len(document["files"])) == (0, 1, 2)
    assert documents(tmp_path, "sweep")[1]["files"] == []


async def test_assets_of_a_store_that_is_gone_are_adopted(tmp_path: Path) -> None:
    await fill(tmp_path)
    assets = FolderAssets(tmp_path / "data" / "assets")
    await portrait(assets, age=7200)
    await assets.put(STORE_IDS, b"0123456789abcdef\n")
    for arguments in (["sweep"], ["sweep", "--force"], ["sweep", "--dry-run"]):
        status, out, err = run(tmp_path, *arguments)
        assert (status, out) == (1, "")
        assert f"No file was removed: {assets.location} belongs to the store 01234567" in err
    status, out, err = run(tmp_path, "adopt")
    assert (status, err) == (0, "")
    assert out.startswith(f"{assets.location} belongs to this store, ")
    assert out.endswith("alone.\nBefore, these stores were noted there: 01234567.\n")
    status, document = documents(tmp_path, "adopt")
    assert (status, document["before"]) == (0, [document["store"]])
    assert document["location"] == assets.location
    assert documents(tmp_path, "sweep")[1]["files"]


async def test_assets_that_are_not_there_can_not_be_adopted(tmp_path: Path) -> None:
    await fill(tmp_path)
    status, out, err = run(tmp_path, "adopt", ASSETS_DIR=tmp_path / "none")
    assert (status, out, err) == (1, "", f"{tmp_path}/none is no folder: correct its name.\n")
    assert not (tmp_path / "none").exists()


def test_what_can_not_be_done_is_a_document_too(tmp_path: Path) -> None:
    status, out, err = run(tmp_path, "check", "--json")
    assert (status, json.loads(out)) == (1, {"error": err.rstrip("\n")})


async def test_what_goes_into_a_pipe_is_not_cut(tmp_path: Path) -> None:
    await fill(tmp_path)
    long = f"{tmp_path}/{'long' * 100}.webp"
    async with bot(tmp_path) as client:
        await add(client, 2, "bob", record(image_path=long))
    assert long in run(tmp_path, "check", COLUMNS="80")[1]


async def test_stats_counts(tmp_path: Path) -> None:
    await fill(tmp_path)
    async with bot(tmp_path) as client:
        for number in range(6):
            await add(client, 1, f"id{number}", record())
    status, document = documents(tmp_path, "stats")
    assert status == 0
    assert (
        document["users"],
        document["characters"],
        document["portraits"],
        document["thumbnails"],
    ) == (3, 9, 3, 3)
    assert {label: count for label, count in document["histogram"].items() if count} == {
        "1": 2,
        "6–10": 1,
    }
    status, out, _ = run(tmp_path, "stats")
    assert "Users by number of characters" in out
    assert "█" in out


async def test_a_backup_is_restored_into_an_empty_folder(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    await fill(old)
    before = await content(old)
    backup = tmp_path / "backup.tar"
    assert run(old, "backup", backup) == (0, f"{backup}: 3 users, 3 characters, 6 files.\n", "")
    shutil.rmtree(old / "data")
    status, out, err = run(old, "restore", backup)
    assert (status, err) == (0, "")
    assert out.startswith("Records and active marks: 6 new")
    assert await content(old) == before
    assert run(new, "restore", backup)[0] == 0
    assert run(new, "check")[0] == 0
    status, _, err = run(old, "backup", backup)
    assert (status, err) == (
        1,
        f"{backup} exists already: choose another name, or add --replace.\n",
    )


async def test_a_restore_that_skips_something_exits_with_1(tmp_path: Path) -> None:
    await fill(tmp_path)
    run(tmp_path, "backup", "backup.tar")
    async with bot(tmp_path) as client:
        await add(client, 1, "ana", record(name="Ana now"))
    status, document = documents(tmp_path, "restore", "backup.tar")
    assert (status, document["skipped"]) == (1, [{"user": "1", "what": "characters ana"}])
    assert documents(tmp_path, "restore", "backup.tar", "--replace")[1]["records"]["replaced"] == 1


async def test_portraits_are_moved_beside_a_bot_in_three_steps(tmp_path: Path) -> None:
    await fill(tmp_path)
    status, out, err = run(tmp_path, "move-assets", "new", "--keep")
    assert (status, out) == (0, "6 files copied, 3 records changed, 0 old portraits removed.\n")
    assert f"ASSETS_DIR={tmp_path}/new" in err
    async with bot(tmp_path) as client:
        await add(
            client, 4, "late", record(await portrait(FolderAssets(tmp_path / "data" / "assets")))
        )
    status, out, err = run(
        tmp_path, "move-assets", "new", "--from", "data/assets", ASSETS_DIR="new"
    )
    assert (status, out, err) == (
        0,
        "2 files copied, 1 record changed, 4 old portraits removed.\n",
        "",
    )
    assert files(tmp_path / "data" / "assets") == {}
    assert run(tmp_path, "check", ASSETS_DIR="new")[0] == 0
    assert run(tmp_path, "move-assets", "new", "--from", "typo")[0] == 1
    url = "https://example.org/p"
    _, _, err = run(tmp_path, "move-assets", "newer", "--url", url, ASSETS_DIR="new")
    assert f"ASSETS_DIR={tmp_path}/newer and ASSETS_URL={url}, restart" in err
    assert run(tmp_path, "move-assets", "newest", "--from", "new", ASSETS_DIR="newer")[2] == ""


async def test_retag_prepares_a_migration(tmp_path: Path) -> None:
    await fill(tmp_path)
    assert documents(tmp_path, "retag", "--braces") == (0, {"renamed": 6, "taken": []})
    status, out, _ = run(tmp_path, "check")
    assert status == 1
    assert "retag" in out
    assert run(tmp_path, "retag") == (0, "6 keys renamed.\n", "")
    assert run(tmp_path, "check")[0] == 0


async def test_beside_a_running_bot_it_uses_its_valkey(tmp_path: Path) -> None:
    await fill(tmp_path)
    async with bot(tmp_path) as client:
        status, out, err = await asyncio.to_thread(run, tmp_path, "check")
        assert (status, out, err) == (
            0,
            "All is well.\n",
            "The bot is running: using its Valkey.\n",
        )
        assert (await asyncio.to_thread(documents, tmp_path, "stats"))[1]["users"] == 3
        assert len(await everything(client)) == 3


async def stopped(
    arguments: tuple[Any, ...], number: signal.Signals, home: Path, folder: Path, written: int
) -> int:
    """Ends a command as soon as it has written so many files to the folder; the exit status."""
    process: Any = (command if written else new_command)(home, *arguments)
    while process.poll() is None:
        # Without any, Python itself has started, and imports our modules.
        if _answers_sigterm(process.pid) and len(list(folder.glob("*"))) >= written:
            break
        await asyncio.sleep(0.002)
    process.send_signal(number)
    _, err = await asyncio.to_thread(process.communicate)
    assert "Traceback" not in err
    assert process.returncode in {0, -number, 130}, err
    if process.returncode == 130:
        assert err.endswith("Stopped; nothing is half done. Run the same command again to go on.\n")
    return process.returncode


def _answers_sigterm(process_id: int) -> bool:
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{process_id}/status").read_text()
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (signal.SIGTERM - 1) & 1)
    return False


MOMENTS = trials((0, 60), (0, 1, 20, 60, 119))  # files written, of 120
KILLS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])


@KILLS
@pytest.mark.soak
async def test_a_backup_that_is_stopped_leaves_no_file(
    tmp_path: Path, number: signal.Signals
) -> None:
    await fill(tmp_path, 60)
    backups = tmp_path / "backups"
    backups.mkdir()
    for written in (0, 1):
        arguments = ("backup", backups / "backup.tar")
        status = await stopped(arguments, number, tmp_path, backups, written)
        assert (backups / "backup.tar").exists() == (status == 0)
        if number is not signal.SIGKILL and status:
            assert list(backups.iterdir()) == []
        (backups / "backup.tar").unlink(missing_ok=True)
    assert run(tmp_path, "backup", backups / "backup.tar")[0] == 0


@KILLS
@pytest.mark.soak
async def test_a_move_that_is_stopped_is_completed_by_the_next(
    tmp_path: Path, number: signal.Signals
) -> None:
    await fill(tmp_path, 60)
    before, new = await content(tmp_path), tmp_path / "new"
    statuses: set[int] = set()
    async with bot(tmp_path) as client:  # beside it, and so that it does not start anew each time
        for written in MOMENTS:
            statuses.add(await stopped(("move-assets", "new"), number, tmp_path, new, written))
            await client.execute("DEL", MAINTENANCE)  # as if that were two minutes ago
            kinds = await kinds_of_findings(client, tmp_path / "data" / "assets")
            assert kinds <= {FindingKind.ELSEWHERE, FindingKind.OUTDATED}
        assert (await asyncio.to_thread(run, tmp_path, "move-assets", "new"))[0] == 0
        assert await asyncio.to_thread(documents, tmp_path, "check", ASSETS_DIR="new") == (
            0,
            {"findings": []},
        )
        assert files(tmp_path / "data" / "assets") == {}
        assert (
            await asyncio.to_thread(run, tmp_path, "move-assets", "data/assets", "--from", "new")
        )[0] == 0
    assert statuses & {-number, 130}
    found, portraits = await content(tmp_path)
    assert (found, without_remains(portraits)) == before


@KILLS
@pytest.mark.soak
async def test_a_restore_that_is_stopped_is_completed_by_the_next(
    tmp_path: Path, number: signal.Signals
) -> None:
    await fill(tmp_path, 60)
    before, assets = await content(tmp_path), tmp_path / "data" / "assets"
    assert run(tmp_path, "backup", "backup.tar")[0] == 0
    shutil.rmtree(tmp_path / "data")
    statuses: set[int] = set()
    for written in MOMENTS:
        arguments = ("restore", "backup.tar")
        statuses.add(await stopped(arguments, number, tmp_path, assets, written))
        async with bot(tmp_path) as client:
            await client.execute("DEL", MAINTENANCE)  # as if that were two minutes ago
            assert await kinds_of_findings(client, assets) == set()
    assert run(tmp_path, "restore", "backup.tar")[0] == 0
    assert statuses & {-number, 130}
    found, portraits = await content(tmp_path)
    assert (found, without_remains(portraits)) == before


async def kinds_of_findings(client: StoreClient, assets: Path) -> set[FindingKind]:
    """In this process, which is faster than a command."""
    return {each.kind for each in await check(Workspace(client, FolderAssets(assets)))}


def without_remains(portraits: dict[str, bytes]) -> dict[str, bytes]:
    """Without the files that a killed write leaves until the next sweep."""
    return {name: data for name, data in portraits.items() if not name.endswith(".tmp")}


def test_a_user_is_blocked_listed_and_let_in_again(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path, users=1))
    assert run(tmp_path, "blocked")[1].endswith("0 users blocked.\n")
    assert run(tmp_path, "block", "42")[1] == "User 42 is blocked, within 10 seconds.\n"
    assert run(tmp_path, "block", "42")[1] == "User 42 was blocked already.\n"
    assert documents(tmp_path, "blocked") == (0, {"users": [42]})
    assert documents(tmp_path, "unblock", "42") == (0, {"user": 42, "changed": True})
    assert documents(tmp_path, "unblock", "42") == (0, {"user": 42, "changed": False})
    status, _, err = run(tmp_path, "block", "0")
    assert (status, err) == (1, "0 is no id of a user: copy it from Discord.\n")

"""What is wrong with an object store is said in one sentence, without a key or a password."""

import logging
import socket
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from characters.cli.console import exit_status
from characters.doctor.fact import Fact
from characters.doctor.published_assets import asset_facts
from characters.errors import OperatorError
from characters.maintenance.check import check
from characters.maintenance.move import move_assets
from characters.maintenance.workspace import Workspace
from characters.opening import open_assets
from characters.portraits import objects
from characters.portraits.assets import Assets
from characters.portraits.folder import FolderAssets
from characters.portraits.objects import ObjectAssets
from characters.portraits.store_problems import without_account
from characters.settings import AssetSettings, read_settings
from characters.store.client import StoreClient
from tests.object_servers import READER, READER_SECRET
from tests.operator import add, record

CANARIES = ("canary", READER_SECRET)


async def look(location: str) -> Fact:
    """The one thing that is to correct."""
    facts = await asset_facts(AssetSettings(assets_dir=location))
    (wrong,) = (fact for fact in facts if fact.advice)
    assert not any(each in str(facts) for each in CANARIES)
    assert wrong.advice.count(".") - wrong.advice.count("169.254.169.254") * 3 >= 1
    assert "\n" not in wrong.advice
    return wrong


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (
            {"AWS_ACCESS_KEY_ID": "canary-other"},
            "does not know this access key: correct AWS_ACCESS_KEY_ID",
        ),
        ({"AWS_SECRET_ACCESS_KEY": "canary"}, "correct AWS_SECRET_ACCESS_KEY"),
        (
            {"AWS_ACCESS_KEY_ID": READER, "AWS_SECRET_ACCESS_KEY": READER_SECRET},
            "let them read, write, list and delete objects there",
        ),
        ({"AWS_ALLOW_HTTP": ""}, "needs AWS_ALLOW_HTTP=true"),
        (
            {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
            "nothing answers there: correct AWS_ENDPOINT_URL",
        ),
        ({"AWS_ENDPOINT_URL": "127.0.0.1:1"}, "AWS_ENDPOINT_URL is no URL: begin it with https://"),
        ({"AWS_SECRET_ACCESS_KEY": None}, "there are no credentials: set AWS_ACCESS_KEY_ID and"),
    ],
)
async def test_wrong_settings_are_named(
    seaweedfs_bucket: str,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, str | None],
    advice: str,
) -> None:
    for name, value in settings.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    assert advice in (await look(seaweedfs_bucket)).advice


async def test_a_machine_without_credentials_and_without_a_role_is_told_what_to_set(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "WRITE_SECONDS", 0.3)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes connections and answers none
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("AWS_METADATA_ENDPOINT", address)
        advice = (await look(bucket)).advice
    assert "no answer in time; perhaps there are no credentials: set AWS_ACCESS_KEY_ID" in advice


@pytest.mark.usefixtures("seaweedfs_bucket")
async def test_a_missing_bucket_is_named() -> None:
    advice = (await look("s3://no-such-bucket/portraits")).advice
    assert (
        "s3://no-such-bucket/portraits/writable could not be written: there is no such bucket"
        in advice
    )
    assert "create it, or correct ASSETS_DIR" in advice


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (301, "PermanentRedirect", "correct AWS_REGION"),
        (301, "", "correct AWS_REGION"),
        (400, "AuthorizationHeaderMalformed", "correct AWS_REGION"),
        (403, "RequestTimeTooSkewed", "the clock of this machine differs from the store's: set it"),
        (400, "ExpiredToken", "set a new AWS_SESSION_TOKEN"),
        (403, "SomethingElse", "could not be written: SomethingElse."),
    ],
)
async def test_what_amazon_answers_is_explained(
    bucket: str, monkeypatch: pytest.MonkeyPatch, status: int, code: str, advice: str
) -> None:
    """As its documentation of error responses says."""

    async def refuse(_: web.Request) -> web.Response:
        text = f"<Error><Code>{code}</Code><Message>canary</Message></Error>" if code else ""
        return web.Response(status=status, text=text)

    app = web.Application()
    app.router.add_route("*", "/{name:.*}", refuse)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(server.make_url("")))
        assert advice in (await look(bucket)).advice


WITH_KEY = ("s3://canary@bucket/x", "s3://id:canary@bucket/x", "s3://id:can/ary@bucket/canary@b/x")


@pytest.mark.parametrize(
    "location", [*WITH_KEY, "gs://canary@bucket/x", "abfss://c:canary@account/x"]
)
async def test_a_location_with_a_key_is_refused_and_not_shown(
    location: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Found: `s3://KEY@bucket` was taken, and the key shown by every command and in the log."""
    monkeypatch.setenv("ASSETS_DIR", location)
    with pytest.raises(OperatorError, match="ASSETS_DIR has another value") as of_settings:
        read_settings(AssetSettings)
    with pytest.raises(OperatorError, match="without a password") as of_assets:
        open_assets(location)
    with pytest.raises(OperatorError) as of_store:
        ObjectAssets(f"what://{location.partition('://')[2]}")
    for caught in (of_settings, of_assets, of_store):
        assert "canary" not in str(caught.value)

    def fail() -> None:
        open_assets(location)

    exit_status(fail, as_json=True)
    assert "canary" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("s3://canary@bucket/x/a.webp", "s3://bucket/x/a.webp"),
        ("s3://id:can/ary@bucket/x/a.webp", "s3://bucket/x/a.webp"),
        ("abfss://container@account/x/a.webp", "abfss://container@account/x/a.webp"),
        ("abfss://container:canary@account/x/a.webp", "abfss://account/x/a.webp"),
        ("s3://bucket/a@b.png", "s3://bucket/a@b.png"),
        ("/srv/a@b/c.png", "/srv/a@b/c.png"),
    ],
)
def test_what_stands_before_an_at_sign_is_not_shown(path: str, shown: str) -> None:
    assert without_account(path) == shown


async def test_no_command_or_log_shows_a_key_in_an_old_record(
    valkey: Redis, any_assets: Assets, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Records of before name it."""
    caplog.set_level(logging.DEBUG)
    client = StoreClient(valkey)
    path = f"s3://id:canary@bucket/x/{'1' * 32}.webp"
    await add(client, 1, "ana", record(image_path=path, image_url=None))
    workspace = Workspace(client, any_assets)
    found = await check(workspace)
    assert [each.what for each in found] == [f"s3://bucket/x/{'1' * 32}.webp"]
    result = await move_assets(workspace, any_assets, FolderAssets(tmp_path / "new"))
    assert result.left == [f"s3://bucket/x/{'1' * 32}.webp"]
    assert await any_assets.read(path) == [None]
    assert "canary" not in str(found) + str(result) + caplog.text

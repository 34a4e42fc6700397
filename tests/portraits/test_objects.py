"""Portraits in an object store: their objects, hostile paths, and a server that is down."""

import logging
import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator

import obstore
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from obstore.store import from_url
from redis.asyncio import Redis

from characters.errors import OperatorError, PortraitUnsaved
from characters.maintenance.findings import FindingKind
from characters.maintenance.wrong_portraits import NamedPortrait, wrong_portraits
from characters.portraits import objects
from characters.portraits.assets import STORE_IDS, thumbnail_of
from characters.portraits.objects import ObjectAssets
from characters.portraits.renderer import Renderer
from characters.portraits.service import PortraitService
from characters.registry import Registry
from characters.store.characters import CharacterStore
from tests import images
from tests.player_input import USER, given, with_portrait
from tests.stored import all_stored

NAME = "0123456789abcdef" * 2


@pytest.fixture(params=["bucket", "seaweedfs_bucket"])
def bucket(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture
def assets(bucket: str) -> ObjectAssets:
    return ObjectAssets(bucket)


@pytest.fixture
def dead(bucket: str, monkeypatch: pytest.MonkeyPatch) -> ObjectAssets:
    """A store whose server is gone."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    return ObjectAssets(bucket)


@pytest.fixture
def stalled(bucket: str, monkeypatch: pytest.MonkeyPatch) -> Generator[ObjectAssets, None, None]:
    """A store whose server takes connections and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        yield ObjectAssets(bucket)


async def read(assets: ObjectAssets, path: str) -> bytes | None:
    (data,) = await assets.read(path)
    return data


async def test_objects_are_images_that_browsers_may_keep_for_ever(
    assets: ObjectAssets, bucket: str
) -> None:
    saved = await assets.save(b"image", b"thumbnail")
    for path in (saved.path, thumbnail_of(saved.path)):
        found = await obstore.get_async(from_url(bucket), path.removeprefix(f"{bucket}/"))
        assert found.attributes["Content-Type"] == "image/webp"
        assert found.attributes["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_what_is_no_image_is_not_kept_by_browsers(assets: ObjectAssets, bucket: str) -> None:
    await assets.create(STORE_IDS, b"id")
    await assets.put("writable", b"")
    for name in (STORE_IDS, "writable"):
        found = await obstore.get_async(from_url(bucket), name)
        assert "Cache-Control" not in found.attributes
        assert found.attributes.get("Content-Type") != "image/webp"


async def test_a_server_without_conditions_creates_all_the_same(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers that speak S3 answer 501 to If-None-Match."""
    seen: list[str] = []

    async def put(request: web.Request) -> web.Response:
        seen.append(request.headers.get("If-None-Match", ""))
        if seen[-1]:
            text = "<Error><Code>NotImplemented</Code></Error>"
            return web.Response(status=501, text=text)
        return web.Response(headers={"ETag": '"1"'})

    app = web.Application()
    app.router.add_put("/{name:.*}", put)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", str(server.make_url("")))
        assert await ObjectAssets(bucket).create("name", b"data")
    assert seen[-1] == ""
    assert set(seen[:-1]) == {"*"}


async def test_a_large_portrait_is_put_in_one_request(assets: ObjectAssets) -> None:
    image = bytes(9 * 2**20)
    assert await read(assets, (await assets.save(image, b"")).path) == image


async def test_an_object_in_a_folder_below_is_not_ours(assets: ObjectAssets, bucket: str) -> None:
    below = ObjectAssets(f"{bucket}/below")
    saved = await below.save(b"image", b"thumbnail")
    assert await all_stored(assets) == []
    assert len(await all_stored(below)) == 2
    assert await read(assets, saved.path) == b"image"


async def test_every_page_of_a_long_list_is_read(
    assets: ObjectAssets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    for _ in range(5):
        await assets.save(b"", b"")
    assert len(await all_stored(assets)) == 10


@pytest.fixture
async def kept(assets: ObjectAssets, bucket: str) -> ObjectAssets:
    """The folder above the location: objects named secret.webp and portrait.webp are in both."""
    above = ObjectAssets(bucket.removesuffix("/portraits"))
    for place in (assets, above):
        await place.put("portrait.webp", place.location.encode())
    await above.put("secret.webp", b"secret")
    return above


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/",
        "/etc/passwd",
        "file:///etc/passwd",
        "{bucket}",
        "{bucket}/",
        "{bucket}/.",
        "{bucket}/..",
        "{bucket}/../secret.webp",
        "{bucket}/x/../../secret.webp",
        "{bucket}//portrait.webp",
        "{bucket}/./portrait.webp",
        "{bucket}/portrait.webp/",
        "{bucket}/..%2fsecret.webp",
        "{bucket}/%2e%2e/secret.webp",
        "{bucket}/portrait.webp?versionId=1",
        "{bucket}/portrait.webp\0",
        "{bucket}/\ud800",
        "{bucket}/a\nb",
        "{bucket}/\u2025/secret.webp",
        "{above}/portrait.webp?versionId=1",
        "{above}/portrait.webp\0",
        "{above}/portrait.webp\n",
        "{above}/..%2fportrait.webp",
        "{above}/.webp",
        "https://example.org/portrait.webp",
    ],
)
async def test_a_path_that_names_no_object_of_ours_is_neither_read_nor_removed(
    assets: ObjectAssets, kept: ObjectAssets, path: str
) -> None:
    hostile = path.format(bucket=assets.location, above=kept.location)
    assert await assets.read(hostile) == [None]
    await assets.remove(hostile)
    assert assets.normal(hostile) in {hostile, f"{assets.location}/{hostile}"}
    assert await read(assets, f"{assets.location}/portrait.webp")
    assert await kept.read(f"{kept.location}/secret.webp") == [b"secret"]


@pytest.mark.parametrize(
    "path",
    [
        "{above}/portrait.webp",
        "{bucket}-2/portrait.webp",
        "s3://other/some/portraits/portrait.webp",
        "gs://other/portrait.webp",
        "/srv/assets/portrait.webp",
        "assets/portrait.webp",
        "portrait.webp",
    ],
)
async def test_a_path_in_another_location_means_the_object_of_that_name_in_ours(
    assets: ObjectAssets, kept: ObjectAssets, path: str
) -> None:
    moved = path.format(bucket=assets.location, above=kept.location)
    assert assets.normal(moved) == f"{assets.location}/portrait.webp"
    assert await read(assets, moved) == assets.location.encode()
    await assets.remove(moved)
    assert await read(assets, moved) is None
    assert await read(kept, f"{kept.location}/portrait.webp") == kept.location.encode()


@pytest.mark.parametrize("name", ["char_42_1.png", "char_42_1.JPEG", "my cat.gif", "a-b.c.avif"])
async def test_an_image_of_another_program_may_have_been_in_another_location(
    assets: ObjectAssets, name: str
) -> None:
    await assets.put(name, b"image")
    assert await read(assets, f"/srv/assets/{name}") == b"image"


async def test_a_dead_server_is_an_error_at_once(dead: ObjectAssets, bucket: str) -> None:
    started = time.monotonic()
    with pytest.raises(OSError, match="could not be written: nothing answers there"):
        await dead.save(b"image", b"thumbnail")
    with pytest.raises(OSError, match="could not be written"):
        await dead.check_writable()
    with pytest.raises(OSError, match="could not be listed"):
        await all_stored(dead)
    with pytest.raises(OSError, match="could not be removed"):
        await dead.remove(f"{bucket}/{NAME}.webp")
    assert await read(dead, f"{bucket}/{NAME}.webp") is None
    assert time.monotonic() - started < 20


async def test_a_server_that_does_not_answer_is_given_up(
    stalled: ObjectAssets, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = time.monotonic()
    assert await stalled.read(*[f"{bucket}/{NAME}.webp"] * 6) == [None] * 6
    assert time.monotonic() - started < 4  # one after the other it would be 6
    monkeypatch.setattr(objects, "WRITE_SECONDS", 0.2)
    with pytest.raises(TimeoutError, match="no answer in time"):
        await stalled.save(b"image", b"thumbnail")
    with pytest.raises(TimeoutError, match="no answer in time"):
        await stalled.remove(f"{bucket}/{NAME}.webp")


async def test_a_check_of_many_portraits_ends_where_the_store_does_not_answer(
    stalled: ObjectAssets, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "WRITE_SECONDS", 0.5)
    names = [f"{number:032x}.webp" for number in range(500)]
    named = [NamedPortrait(1, "ana", f"{bucket}/{name}", name) for name in names]
    started = time.monotonic()
    with pytest.raises(OSError, match=f"{bucket} sends none of 128 objects"):
        await wrong_portraits(named, stalled)
    assert time.monotonic() - started < 2.5  # one batch after the other it would be 4
    found = await wrong_portraits(named[:1], stalled)
    assert {each.kind for each in found} == {FindingKind.UNREADABLE_OBJECT}


@pytest.mark.usefixtures("bucket")
async def test_a_missing_bucket_is_named_in_the_error() -> None:
    with pytest.raises(
        OSError,
        match="s3://no-such-bucket/x/writable could not be written: there is no such bucket",
    ):
        await ObjectAssets("s3://no-such-bucket/x/").check_writable()


async def test_a_portrait_is_refused_as_unsaved_where_the_store_is_down(
    dead: ObjectAssets, caplog: pytest.LogCaptureFixture
) -> None:
    service = PortraitService(dead, Renderer())
    saved, refusal = await service.keep(given(images.png()))
    assert saved is None
    assert isinstance(refusal, PortraitUnsaved)
    assert "could not be written" in caplog.text
    assert "canary" not in caplog.text


async def test_a_portrait_is_removed_with_its_character(
    assets: ObjectAssets, valkey: Redis
) -> None:
    registry = Registry(CharacterStore(valkey), assets)
    ana = await with_portrait(registry)
    assert await registry.portraits.portrait(ana)
    (thumbnail,) = await registry.portraits.thumbnails(ana)
    assert thumbnail
    await registry.erase(USER, ana.char_id)
    assert await all_stored(assets) == []


async def test_no_error_or_log_quotes_a_signed_url(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_SAS_KEY", "sv=2024-11-04&sig=canary")
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")
    assets = ObjectAssets("az://container/portraits")
    with pytest.raises(OSError, match="could not be written: nothing answers there") as caught:
        await assets.save(b"image", b"thumbnail")
    logging.getLogger("tests").error("The portrait is lost", exc_info=caught.value)
    assert await read(assets, f"az://container/portraits/{NAME}.webp") is None
    assert "could not be read: its store: nothing answers there" in caplog.text
    assert "canary" not in caplog.text


@pytest.mark.parametrize(
    "url", ["az://container/portraits", "s3:///portraits", "s3://bucket/a//b", "what://bucket"]
)
def test_a_url_that_makes_no_store_is_an_error_that_names_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(OperatorError, match=re.escape(f"'{url}' makes no object store")):
        ObjectAssets(url)


def test_a_program_that_ends_right_after_a_request_is_not_aborted(dead: ObjectAssets) -> None:
    program = (
        "import asyncio, sys; from characters.portraits.objects import ObjectAssets; "
        "asyncio.run(anext(ObjectAssets(sys.argv[1]).stored()))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, dead.location], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(
        f"OSError: {dead.location} could not be listed: "
    )

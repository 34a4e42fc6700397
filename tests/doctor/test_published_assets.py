"""Whether portraits are seen outside is tried with a file, which is removed again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from characters.doctor import published_assets
from characters.doctor.fact import Fact
from characters.doctor.published_assets import CONTENT, asset_facts
from characters.settings import AssetSettings
from characters.web import application

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def look(location: Path | str, url: str | None = None) -> dict[str, Fact]:
    settings = AssetSettings(assets_dir=location, assets_url=url)
    return {fact.name: fact for fact in await asset_facts(settings)}


async def served_by(handler: Handler, folder: Path) -> Fact:
    folder.mkdir()
    app = web.Application()
    app.router.add_get("/{name}", handler)
    async with TestServer(app) as server:
        return (await look(folder, str(server.make_url(""))))["served"]


async def test_a_folder_that_is_served_is_well(tmp_path: Path) -> None:
    async with TestServer(application(tmp_path, {})) as server:
        facts = await look(tmp_path, str(server.make_url("")))
    assert not any(fact.advice for fact in facts.values())
    assert "only inside this network" in facts["served"].value
    assert list(tmp_path.iterdir()) == []


async def test_an_object_store_is_tried_too(bucket: str) -> None:
    facts = await look(bucket)
    assert (facts["location"].value, facts["writable"].value) == (bucket, "yes")
    assert not any(fact.advice for fact in facts.values())


async def test_without_a_url_portraits_are_attachments(tmp_path: Path) -> None:
    served = (await look(tmp_path))["served"]
    assert "attachments" in served.value
    assert not served.advice


async def test_a_server_of_another_folder_is_found_out(tmp_path: Path) -> None:
    other, folder = tmp_path / "other", tmp_path / "assets"
    other.mkdir()
    folder.mkdir()
    async with TestServer(application(other, {})) as server:
        served = (await look(folder, str(server.make_url(""))))["served"]
    assert "ASSETS_DIR" in served.advice


async def test_a_server_that_may_not_read_the_files_is_found_out(tmp_path: Path) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=403)

    assert "UMask=0022" in (await served_by(refuse, tmp_path / "assets")).advice


async def test_a_server_that_names_another_type_is_found_out(tmp_path: Path) -> None:
    async def download(_: web.Request) -> web.Response:
        return web.Response(body=CONTENT, content_type="application/octet-stream")

    assert "image/webp" in (await served_by(download, tmp_path / "assets")).advice


async def test_a_server_that_is_silent_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_assets, "FETCH_SECONDS", 0.2)

    async def silent(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    assert "TimeoutError" in (await served_by(silent, tmp_path / "assets")).value


async def test_no_server_is_found_out(tmp_path: Path) -> None:
    served = (await look(tmp_path, "http://127.0.0.1:9/assets"))["served"]
    assert "nothing answers" in served.value
    assert "ASSETS_URL" in served.advice


async def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    facts = await look(tmp_path / "assets")
    assert "ASSETS_DIR" in facts["location"].advice
    assert not (tmp_path / "assets").exists()


@pytest.mark.parametrize("location", [Path("/dev/null"), "az://container/folder"])
async def test_a_location_that_can_not_be_used_is_one_line(location: Path | str) -> None:
    facts = await look(location)
    assert list(facts) == ["location"]
    assert facts["location"].advice


async def test_a_folder_that_is_not_writable_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests may run as root, who can write everywhere: the system call refuses instead."""

    async def refuse(*_: object) -> bool:
        return False

    monkeypatch.setattr("aiofiles.os.access", refuse)
    facts = await look(tmp_path)
    assert facts["writable"].value == "no"
    assert "let this user write" in facts["writable"].advice

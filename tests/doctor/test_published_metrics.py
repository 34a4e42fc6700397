"""Whether metrics are on, and whether strangers can read them."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from characters.doctor import published_metrics
from characters.doctor.fact import Fact
from characters.doctor.published_metrics import metrics_facts
from characters.metrics.exposition import metrics_page
from characters.registry import Registry
from characters.settings import Settings
from characters.web import application, metrics_application
from tests.servers import free_port


async def look(**settings: str) -> dict[str, Fact]:
    return {fact.name: fact for fact in await metrics_facts(Settings(_env_file=None, **settings))}  # type: ignore[call-arg,arg-type] - pydantic's


def address(server: TestServer) -> str:
    return f"{server.host}:{server.port}"


async def test_without_an_address_they_are_off() -> None:
    assert (await look())["served"].value == "no: METRICS_LISTEN is not set"


async def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_metrics.importlib.util, "find_spec", lambda _: None)
    served = (await look(metrics_listen="127.0.0.1:9464"))["served"]
    assert "game-characters[metrics]" in served.advice


async def test_where_the_bot_runs_they_are_on_and_not_published(
    registry: Registry, tmp_path: Path
) -> None:
    page = metrics_application(metrics_page(registry), {})
    async with TestServer(page) as metrics, TestServer(application(tmp_path, {})) as assets:
        url = str(assets.make_url("/assets"))
        facts = await look(metrics_listen=address(metrics), assets_url=url)
    assert facts["served"].value.startswith("yes, at http://127.0.0.1:")
    assert facts["published"].value == "no"
    assert not any(fact.advice for fact in facts.values())


async def test_where_no_bot_runs_it_is_no_fault() -> None:
    served = (await look(metrics_listen=f"0.0.0.0:{free_port()}"))["served"]
    assert "no bot runs" in served.value
    assert not served.advice


@pytest.mark.parametrize("path", ["/metrics", "/assets/metrics"])
async def test_where_a_proxy_publishes_them_it_says_so(registry: Registry, path: str) -> None:
    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=metrics_page(registry)("")[0])

    proxy = web.Application()
    proxy.router.add_get(path, metrics)
    async with TestServer(proxy) as server:
        url = str(server.make_url("/assets"))
        facts = await look(metrics_listen=address(server), assets_url=url)
    assert path in facts["published"].value
    assert "METRICS_LISTEN" in facts["published"].advice

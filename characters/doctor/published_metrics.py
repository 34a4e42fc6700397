"""Whether metrics are served, and to whom."""

import importlib.util

import aiohttp
from yarl import URL

from characters.doctor.fact import Fact
from characters.extras import MissingExtra
from characters.settings import Settings

SUBJECT = "metrics"
FETCH_SECONDS = 5.0
BEGINNING = 4096  # bytes of the page, whose first metric is the mark
MARK = b"characters_build_info"

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound to them here


async def metrics_facts(settings: Settings) -> list[Fact]:
    address = settings.metrics_address
    if address is None:
        return [Fact(SUBJECT, "served", "no: METRICS_LISTEN is not set")]
    if importlib.util.find_spec("prometheus_client") is None:
        missing = MissingExtra("METRICS_LISTEN", "prometheus_client", "metrics")
        return [Fact(SUBJECT, "served", "no", str(missing))]
    host, port = address
    host = _EVERYWHERE.get(host, host)
    where = f"http://[{host}]:{port}/metrics" if ":" in host else f"http://{host}:{port}/metrics"
    is_served = await _are_metrics(where)
    value = f"yes, at {where}" if is_served else f"at {where}, which does not answer: no bot runs"
    found = [Fact(SUBJECT, "served", value)]
    if settings.assets_url:
        found.append(await _published(settings.assets_url))
    return found


async def _published(assets_url: str) -> Fact:
    for url in (f"{assets_url}/metrics", str(URL(assets_url).origin() / "metrics")):
        if await _are_metrics(url):
            advice = "Let the proxy of ASSETS_URL pass on ASSETS_LISTEN alone, not METRICS_LISTEN."
            return Fact(SUBJECT, "published", f"everybody can read them at {url}", advice)
    return Fact(SUBJECT, "published", "no")


async def _are_metrics(url: str) -> bool:
    limit = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
            return MARK in await answer.content.read(BEGINNING)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False

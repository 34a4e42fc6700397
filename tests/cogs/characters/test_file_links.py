"""`/character import` with a link instead of a file."""

import json
import logging
import secrets
import sys
from functools import partial
from typing import Any

import pytest
import simcord

from characters.registry import Registry
from characters.transfer.file_link import fetch_file
from characters.transfer.formats.portable import FILE_LIMIT
from tests.internet import PUBLIC, Internet, link
from tests.people import answer, buttons, read

FILE = json.dumps({"tuppers": [{"name": "Yan"}]}).encode()
URL = "https://images.example/export.json"


@pytest.fixture
def site(world: simcord.Env, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> Internet:
    """A web site with an export of Tupperbox."""
    assert world.bot
    fetch = partial(fetch_file, authorities=internet.authorities)
    # The module that the bot of this test has imported; others import the cogs anew.
    monkeypatch.setattr(sys.modules["cogs.characters.importer"], "fetch_file", fetch)
    internet.files["/export.json"] = FILE
    return internet


async def give(player: Any, channel: Any, **options: Any) -> Any:
    return answer(await player.slash(channel, "character import", **options))


async def names(registry: Registry, player: Any) -> list[str]:
    return [each.name for each in (await registry.roster(player.id)).characters]


async def test_a_file_behind_a_link_is_shown_and_imported_by_its_button(
    site: Internet, ana: Any, channel: Any, registry: Registry
) -> None:
    plan = await give(ana, channel, link=f" {URL} ")
    assert "**1 new**: Yan" in read(plan)
    assert await names(registry, ana) == []
    await ana.click(plan.message, label="Import 1 new")
    assert "**1** imported" in read(plan)
    assert await names(registry, ana) == ["Yan"]
    assert [request.path for request in site.requests] == ["/export.json"] * 2


async def test_a_link_to_an_attachment_is_a_link_as_any_other(
    site: Internet, ana: Any, channel: Any, registry: Registry
) -> None:
    site.names["cdn.discordapp.com"] = [[PUBLIC]]
    site.files["/attachments/1/2/tuppers.json"] = FILE
    url = "https://cdn.discordapp.com/attachments/1/2/tuppers.json?ex=1&is=2&hm=3"
    plan = await give(ana, channel, link=url)
    await ana.click(plan.message, label="Import 1 new")
    assert await names(registry, ana) == ["Yan"]


async def test_a_link_that_ended_meanwhile_is_one_sentence_and_nothing_is_imported(
    site: Internet, ana: Any, channel: Any, registry: Registry
) -> None:
    plan = await give(ana, channel, link=URL)
    site.site = 1  # no server listens there
    await ana.click(plan.message, label="Import 1 new")
    assert "No public web server answered behind that link" in read(plan)
    assert await names(registry, ana) == []


async def test_what_changed_behind_the_link_is_shown_again(
    site: Internet, ana: Any, channel: Any, registry: Registry
) -> None:
    plan = await give(ana, channel, link=URL)
    site.files["/export.json"] = FILE.replace(b"Yan", b"Xia")
    await ana.click(plan.message, label="Import 1 new")
    assert "**1 new**: Xia" in read(plan)
    assert await names(registry, ana) == []


async def test_exactly_one_of_file_and_link_is_asked_for(
    site: Internet, ana: Any, channel: Any
) -> None:
    assert read(await give(ana, channel)) == "Please give a file, or the link to one."
    both = await give(ana, channel, file=("a.json", FILE), link=URL)
    assert read(both) == "Please give either a file or a link, not both."
    assert not site.requests


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("hello", "begins with https://"),
        ("http://images.example/export.json", "begins with https://"),
        ("https://ana@images.example/export.json", "user name or a port number"),
        ("https://images.example:8443/export.json", "user name or a port number"),
        ("https://127.0.0.1/export.json", "No public web server answered"),
        ("https://inward.example/export.json", "No public web server answered"),
        ("https://images.example/" + "a" * 2048, "That link is too long"),
        (link(status=404), "answered with an error (404)"),
        (link(status=302, Location="https://10.0.0.1/"), "No public web server answered"),
        (link(Content_Encoding="gzip"), "in a form that can't be read"),
        (link(size=FILE_LIMIT + 1), "at most 10 MiB"),
        (link(size=0), "no characters that I can read"),
    ],
)
async def test_a_link_that_can_not_be_used_is_one_sentence(
    world: simcord.Env, site: Internet, ana: Any, channel: Any, url: str, sentence: str
) -> None:
    told = await give(ana, channel, link=url)
    assert sentence in read(told).replace("\\", "")
    assert not buttons(told)
    assert not world.errors
    assert site.hits == 0


async def test_no_log_has_the_query_of_a_link(
    site: Internet, ana: Any, channel: Any, caplog: pytest.LogCaptureFixture
) -> None:
    secret = secrets.token_hex()
    with caplog.at_level(logging.INFO):
        for url in (f"{URL}?key={secret}", link(status=500, key=secret), f"http://x/?{secret}"):
            await give(ana, channel, link=url)
    ours = [each.getMessage() for each in caplog.records if each.name != "aiohttp.access"]
    assert secret not in "".join(ours)
    assert any(secret in str(request.url) for request in site.requests)

"""A file to import that is fetched from a link."""

import pytest

from characters.errors import FileProblem, LinkProblem, UnreadableFile, UnusableFileLink
from characters.portraits import fetching
from characters.transfer.file_link import fetch_file
from characters.transfer.formats.portable import FILE_LIMIT
from characters.workers.process_limit import ProcessLimit
from tests.internet import Internet, link


async def test_a_file_of_the_limit_is_fetched_whole(internet: Internet) -> None:
    url = link(size=FILE_LIMIT)
    assert await fetch_file(url, 1, authorities=internet.authorities) == bytes(FILE_LIMIT)
    assert internet.requests[0].headers["Accept"] == "*/*"


async def test_a_larger_file_is_refused(internet: Internet) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        await fetch_file(link(size=FILE_LIMIT + 1), 1, authorities=internet.authorities)
    assert (refusal.value.problem, refusal.value.limit) == (FileProblem.TOO_LARGE, FILE_LIMIT)


async def test_a_server_that_stalls_is_given_up(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.2)
    with pytest.raises(UnusableFileLink) as refusal:
        await fetch_file(link(then="wait"), 1, authorities=internet.authorities)
    assert refusal.value.problem is LinkProblem.SLOW


async def test_it_waits_for_one_of_the_few_places_of_links(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "WAIT", 0.1)
    monkeypatch.setattr(fetching, "LINKS", ProcessLimit(1))
    async with fetching.LINKS.slot(2):
        with pytest.raises(UnusableFileLink) as refusal:
            await fetch_file(link(), 1, authorities=internet.authorities)
    assert refusal.value.problem is LinkProblem.BUSY
    assert not internet.requests


async def test_the_status_of_a_refusal_is_known(internet: Internet) -> None:
    with pytest.raises(UnusableFileLink) as refusal:
        await fetch_file(link(status=404), 1, authorities=internet.authorities)
    assert (refusal.value.problem, refusal.value.status) == (LinkProblem.REFUSED, 404)

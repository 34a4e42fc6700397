"""Fetching an image URL."""

import asyncio
import secrets
import socket
import traceback
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from characters.errors import ImageTooLarge, LinkProblem, UnusableLink
from characters.portraits import fetching as fetch
from characters.portraits.fetching import LIMIT, fetch_image, is_public_address
from characters.workers.process_limit import ProcessLimit
from tests.internet import DEAF, PUBLIC, Internet, link

NOT_PUBLIC = """
    0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.255.255 192.0.2.1 192.168.1.1
    198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 ::
    ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:224.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
    64:ff9b::808:808 64:ff9b:1::1 64:ff9b:1:ffff::1 100::1 2001::1 2001:0:ffff::1 2001:db8::1
    2002::1 2002:808:808::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1 ff02::1 ff0e::1
"""
INWARD = """
    127.0.0.1 127.255.255.254 0x7f000001 0x7f.0.0.1 0xa9fea9fe 127。0。0。1 ①②⑦.0.0.1 0.0.0.0
    localhost localhost. LOCALHOST:443 inward.example 10.0.0.1 172.16.0.1 192.168.0.1 100.64.0.1
    169.254.169.254 224.0.0.1 255.255.255.255 [::1] [::] [0:0:0:0:0:0:0:1] [::127.0.0.1]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:169.254.169.254] [::ffff:0:127.0.0.1]
    [64:ff9b::127.0.0.1] [64:ff9b:1::10.0.0.1] [2001:0:7f00:1::] [2002:7f00:1::] [fd00:ec2::254]
    [fe80::1] [fec0::1] [ff02::1]
"""
REFUSED = """
    https://127.1/ https://2130706433/ https://0177.0.0.1/ https://017700000001/ https://0/
    https://2852039166/ http://images.example/ http://images.example:443/ http://127.0.0.1:443/
    ftp://images.example/ file:///etc/passwd data:image/png;base64,iVBORw0KGgo=
    javascript:alert(1) gopher://127.0.0.1:6379/_FLUSHALL redis://127.0.0.1:6379/0
    unix:///var/run/docker.sock https://[::1/ https://[fe80::1%25lo]/
    https://127.0.0.1\\@images.example/ https://images.example@127.0.0.1/
    https://images.example:443@127.0.0.1/ https://user@images.example/
    https://user:password@images.example/ https://:password@images.example/
    https://images.example:0/ https://images.example:80/ https://images.example:6379/
    https://images.example:8443/ https://images.example:99999/ https://images..example/
    https://images.example%00.inward.example/ https://[::1%25%0d%0a]/ https://[:]/
    https://[443::1..]/ https://[fe80::1%25]/ https://[]/ https://xn--/ https://xn--xn--/
    https://xn--_①-/ https://a.99999999999..xn--xn--/ https://[①::1]/
"""
# As redirects these would be relative, or could not be sent.
INCOMPLETE = [
    "",
    "images.example/",
    "//images.example/",
    "https://",
    "https:///a",
    "https://a\0/",
    "https://\ud800/",
]
LEADING_INWARDS = [f"https://{host}/" for host in INWARD.split()]


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450:4001::200e"]
)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_any_other_address_is_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("url", LEADING_INWARDS + REFUSED.split() + INCOMPLETE)
async def test_a_hostile_url_is_refused_before_connecting(internet: Internet, url: str) -> None:
    with pytest.raises(UnusableLink):
        await fetch_image(url, authorities=internet.authorities)
    assert (internet.connected, internet.hits) == ([], 0)


@pytest.mark.parametrize("url", LEADING_INWARDS + REFUSED.split())
async def test_a_redirect_to_a_hostile_url_is_not_followed(internet: Internet, url: str) -> None:
    with pytest.raises(UnusableLink):
        await internet.fetch(status=302, Location=url)
    assert (internet.connected, internet.hits) == ([(PUBLIC, 443)], 0)


@pytest.mark.parametrize("url", LEADING_INWARDS)
async def test_without_the_check_of_the_address_the_canary_is_reached(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(fetch, "is_public_address", lambda _: True)
    with pytest.raises(UnusableLink):
        await fetch_image(url)
    assert internet.hits > 0


async def test_a_name_that_points_inwards_the_second_time_is_refused_then(
    internet: Internet,
) -> None:
    internet.names["images.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert await internet.fetch(size=3) == bytes(3)
    with pytest.raises(UnusableLink):
        await internet.fetch(size=3)
    assert (internet.connected, internet.hits) == ([(PUBLIC, 443)], 0)


@pytest.mark.parametrize("first", [DEAF, "127.0.0.1", "::1"])
async def test_a_name_with_addresses_of_both_kinds_never_leads_inwards(
    internet: Internet, first: str
) -> None:
    internet.names["images.example"] = [[first, "10.0.0.1", DEAF]]
    with pytest.raises(UnusableLink):
        await internet.fetch()
    assert ({*internet.connected}, internet.hits) == ({(DEAF, 443)}, 0)


async def test_ten_mebibytes_are_fetched_whole_from_port_443(internet: Internet) -> None:
    assert await internet.fetch(size=LIMIT) == bytes(LIMIT)
    assert internet.connected == [(PUBLIC, 443)]


@pytest.mark.parametrize(
    "answer", [{"size": LIMIT + 1}, {"Content_Length": LIMIT + 1, "then": "wait"}]
)
async def test_more_bytes_are_refused_announced_or_not(
    internet: Internet, answer: dict[str, Any]
) -> None:
    with pytest.raises(ImageTooLarge) as refusal:
        await internet.fetch(**answer)
    assert refusal.value.limit == LIMIT


async def test_no_compression_is_asked_for(internet: Internet) -> None:
    await internet.fetch()
    assert internet.requests[0].headers["Accept-Encoding"] == "identity"


async def test_a_third_redirect_is_not_followed(internet: Internet) -> None:
    with pytest.raises(UnusableLink) as refusal:
        await internet.fetch(
            status=302, Location=link(status=302, Location=link(status=302, Location=link()))
        )
    assert refusal.value.problem is LinkProblem.REDIRECTED
    assert len(internet.requests) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_two_redirects_are_followed_without_cookies(internet: Internet, status: int) -> None:
    second = f"?status={status}&Location=/?size=3"
    assert await internet.fetch(status=status, Location=second, Set_Cookie="a=b") == bytes(3)
    assert [request.headers.get("Cookie") for request in internet.requests] == [None, None, None]


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity", "x"])
async def test_a_compressed_answer_is_refused(internet: Internet, encoding: str) -> None:
    with pytest.raises(UnusableLink) as refusal:
        await internet.fetch(Content_Encoding=encoding)
    assert refusal.value.problem is LinkProblem.ENCODED


@pytest.mark.parametrize("status", [204, 206, 302, 304, 404, 500])
async def test_an_answer_with_another_status_is_refused_with_it(
    internet: Internet, status: int
) -> None:
    with pytest.raises(UnusableLink) as refusal:
        await internet.fetch(status=status)
    assert (refusal.value.problem, refusal.value.status) == (LinkProblem.REFUSED, status)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"Content_Length": 100, "then": "abort"}, id="connection lost"),
        pytest.param({"host": "other.example"}, id="certificate of another name"),
    ],
)
async def test_a_server_that_can_not_be_used_is_unreachable(
    internet: Internet, answer: dict[str, Any]
) -> None:
    with pytest.raises(UnusableLink) as refusal:
        await internet.fetch(**answer)
    assert refusal.value.problem is LinkProblem.UNREACHABLE


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("images.example/a.png", LinkProblem.MALFORMED),
        ("http://images.example/a.png", LinkProblem.MALFORMED),
        ("https://user@images.example/a.png", LinkProblem.DECORATED),
        ("https://images.example:8443/a.png", LinkProblem.DECORATED),
        ("https://127.0.0.1/a.png", LinkProblem.UNREACHABLE),
    ],
)
@pytest.mark.usefixtures("internet")
async def test_a_refused_url_has_its_problem(url: str, problem: LinkProblem) -> None:
    with pytest.raises(UnusableLink) as refusal:
        await fetch_image(url)
    assert (refusal.value.problem, refusal.value.status) == (problem, 0)


async def test_a_certificate_of_an_unknown_authority_is_refused(internet: Internet) -> None:
    with pytest.raises(UnusableLink):
        await fetch_image(link())
    assert internet.requests == []


async def test_a_proxy_from_the_environment_is_not_used(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{internet.canary}")
    await internet.fetch()
    assert internet.connected == [(PUBLIC, 443)]


@pytest.mark.parametrize("answer", [{}, {"size": 3}, {"Content_Length": 100, "size": 3}])
async def test_a_server_that_stalls_is_given_up(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]
) -> None:
    monkeypatch.setattr(fetch, "TIMEOUT", 0.2)
    with pytest.raises(UnusableLink) as refusal:
        await internet.fetch(then="wait", **answer)
    assert refusal.value.problem is LinkProblem.SLOW


async def test_a_server_that_does_not_finish_connecting_is_given_up_sooner(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "TIMEOUT", None)
    monkeypatch.setattr(fetch, "CONNECT_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        internet.site = mute.getsockname()[1]
        with pytest.raises(UnusableLink) as refusal:
            await internet.fetch()
    assert refusal.value.problem is LinkProblem.SLOW


@pytest.mark.parametrize(
    "host", ["images.example:1", "images.example", "other.example", "inward.example", "["]
)
async def test_a_refusal_never_shows_the_query(internet: Internet, host: str) -> None:
    secret = secrets.token_hex()
    with pytest.raises(UnusableLink) as refusal:
        await internet.fetch(host, secret=secret, then="babble")
    assert secret not in "".join(traceback.format_exception(refusal.value))


async def test_a_link_is_measured_before_it_is_read(internet: Internet) -> None:
    with pytest.raises(UnusableLink) as refusal:
        await fetch_image("https://images.example/" + "a" * 2048, authorities=internet.authorities)
    assert refusal.value.problem is LinkProblem.TOO_LONG


async def test_few_links_are_fetched_at_once_and_the_others_wait_but_not_for_ever(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "LINKS", ProcessLimit(2))
    assert await asyncio.gather(*(internet.fetch(size=1) for _ in range(6))) == [b"\0"] * 6
    monkeypatch.setattr(fetch, "WAIT", 0.3)
    monkeypatch.setattr(fetch, "TIMEOUT", 1.0)
    slow = [internet.fetch(then="wait") for _ in range(3)]
    answers = await asyncio.gather(*slow, return_exceptions=True)
    problems = [each.problem for each in answers if isinstance(each, UnusableLink)]
    assert sorted(problems) == sorted([LinkProblem.SLOW, LinkProblem.SLOW, LinkProblem.BUSY])


async def test_slow_links_of_one_player_do_not_keep_those_of_another_waiting(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "LINKS", ProcessLimit(4))
    monkeypatch.setattr(fetch, "TIMEOUT", 0.5)
    slow, good = link(then="wait"), link(size=1)

    async def fetch_slowly(owner: int) -> None:
        with pytest.raises(UnusableLink):
            await fetch_image(slow, owner, authorities=internet.authorities)

    tasks = [asyncio.create_task(fetch_slowly(owner)) for owner in (1, 2) for _ in range(20)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(3):  # in the order of their coming it would be 5 s
        for _ in range(3):
            assert await fetch_image(good, 3, authorities=internet.authorities) == b"\0"
    await asyncio.gather(*tasks)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*"a.-_:/@[]%?#\\ é。\0😀", "\ud800", "%0d%0a", "%25", "::1", "xn--", "443"]
        ),
        max_size=9,
    ),
    st.sampled_from(["https://", "https:", "https://[", ""]),
)
def test_any_text_is_a_link_or_refused(parts: list[str], start: str) -> None:
    async def attempt() -> None:
        with pytest.raises((UnusableLink, ImageTooLarge)):
            await fetch_image(start + "".join(parts))

    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror("no name is looked up here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        asyncio.run(attempt())

"""REDIS_URL with several hosts: its parts, as redis-py gets them."""

import pytest

from characters.store.address import CLUSTER, SENTINEL, read_address


@pytest.mark.parametrize("tls", ["", "s"])
def test_a_cluster(tls: str) -> None:
    url = f"redis{tls}+cluster://ana:p%40ss@one,two:7000,[::1]:7001/0?ssl_ca_certs=/etc/my%20ca.pem"
    address = read_address(url)
    assert (address.kind, address.hosts) == (CLUSTER, (("one", 6379), ("two", 7000), ("::1", 7001)))
    options = address.options()
    assert options.pop("ssl", False) is bool(tls)
    assert options == {
        "username": "ana",
        "password": "p@ss",
        "ssl_ca_certs": "/etc/my ca.pem",
    }


def test_sentinel() -> None:
    account = "sentinel_username=watch&sentinel_password=a%26b"
    address = read_address(f"redis+sentinel://:secret@one,two:7000/my%20master/5?{account}")
    assert (address.kind, address.master) == (SENTINEL, "my master")
    assert address.hosts == (("one", 26379), ("two", 7000))
    assert address.sentinel_account == ("watch", "a&b")
    assert address.options() == {"password": "secret", "db": 5}


@pytest.mark.parametrize("url", ["redis://host", "rediss://a:b@[::1]:1/2?db=3", "unix:///a/b.sock"])
def test_the_url_of_one_server_stays_as_it_is(url: str) -> None:
    address = read_address(url)
    assert (address.url, address.hosts) == (url, ())

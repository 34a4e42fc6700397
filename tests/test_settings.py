"""Settings from the environment and from .env."""

from pathlib import Path

import pytest

from characters.errors import OperatorError
from characters.settings import AssetSettings, RegistrySettings, Settings, read_settings

TOKEN = "canary-token-MTA4.x.y"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_has_to_be_set() -> None:
    settings = read_settings(Settings)
    assert settings.discord_token is None
    assert settings.redis_url is None
    assert settings.data_dir == Path("data")
    assert settings.assets_folder == Path("data/assets")
    assert settings.public_url is None
    assert settings.listen_address is None
    assert settings.roster_limit == 100
    assert settings.log_level == "INFO"
    assert settings.shard_count is None
    assert settings.shards is None
    assert settings.log_format == "text"
    assert settings.metrics_address is None


def test_the_environment_wins_over_dotenv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ROSTER_LIMIT=5\nDATA_DIR=/srv/data\nTHEIR_OWN=1\n")
    monkeypatch.setenv("ROSTER_LIMIT", "7")
    settings = read_settings(Settings)
    assert (settings.roster_limit, settings.assets_folder) == (7, Path("/srv/data/assets"))


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "")
    monkeypatch.setenv("ROSTER_LIMIT", "")
    settings = read_settings(Settings)
    assert (settings.redis_url, settings.roster_limit) == (None, 100)


def test_the_assets_are_seen_at_their_url_or_else_at_the_listen_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSETS_LISTEN", "127.0.0.1:8080")
    settings = read_settings(Settings)
    assert (settings.public_url, settings.listen_address) == (
        "http://127.0.0.1:8080",
        ("127.0.0.1", 8080),
    )
    monkeypatch.setenv("ASSETS_URL", "https://example.org/assets/")
    assert read_settings(Settings).public_url == "https://example.org/assets"


def test_an_ipv6_address_can_be_listened_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETS_LISTEN", "[::1]:8080")
    settings = read_settings(Settings)
    assert (settings.public_url, settings.listen_address) == ("http://[::1]:8080", ("::1", 8080))


def test_metrics_have_an_address_of_their_own_as_portraits_are_published(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSETS_LISTEN", "127.0.0.1:8080")
    monkeypatch.setenv("METRICS_LISTEN", "127.0.0.1:9464")
    assert read_settings(Settings).metrics_address == ("127.0.0.1", 9464)
    monkeypatch.setenv("METRICS_LISTEN", "127.0.0.1:8080")
    with pytest.raises(OperatorError, match=r"METRICS_LISTEN is .* another one than ASSETS_LISTEN"):
        read_settings(Settings)


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "[::]:8080"])
def test_listening_everywhere_is_no_address_to_be_seen_at(
    monkeypatch: pytest.MonkeyPatch, listen: str
) -> None:
    monkeypatch.setenv("ASSETS_LISTEN", listen)
    assert read_settings(Settings).public_url is None


def test_portraits_may_lie_in_an_object_store_which_we_do_not_serve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSETS_DIR", "s3://bucket/folder")
    monkeypatch.setenv("ASSETS_LISTEN", "127.0.0.1:8080")
    settings = read_settings(Settings)
    assert (settings.assets_location, settings.assets_folder) == ("s3://bucket/folder", None)
    assert (settings.public_url, settings.listen_address) == (None, ("127.0.0.1", 8080))
    monkeypatch.setenv("ASSETS_URL", "https://cdn.example.org/folder")
    assert read_settings(Settings).public_url == "https://cdn.example.org/folder"


@pytest.mark.parametrize(
    "value",
    [
        *(
            "https://bucket.example.org/folder",
            "memory:///",
            "file:///srv/assets",
            "s3://",
            "ftp://host/folder",
        ),
        *("s3://id:hunter2@bucket/folder", "s3://bucket/folder?secret=hunter2"),
    ],
)
def test_not_every_url_is_an_object_store(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ASSETS_DIR", value)
    with pytest.raises(OperatorError, match=r"ASSETS_DIR has .* like s3://bucket/folder") as caught:
        read_settings(Settings)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "wants"),
    [
        ("REDIS_URL", "localhost:6379", "a URL like redis://"),
        ("REDIS_URL", "redis://:p/ss@host", "a URL like redis://"),
        ("ASSETS_URL", "example.org", "like https://"),
        ("ASSETS_URL", "https://example.org/?x=1", "like https://"),
        ("ASSETS_URL", "https://user:hunter2@example.org", "without a password"),
        ("ASSETS_LISTEN", "8080", "host:port"),
        ("ASSETS_LISTEN", "localhost:http", "host:port"),
        ("ASSETS_LISTEN", "localhost:99999", "host:port"),
        ("ROSTER_LIMIT", "many", "a whole number from 1 to 1000"),
        ("ROSTER_LIMIT", "0", "a whole number from 1 to 1000"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("SHARD_COUNT", "0", "a whole number from 1 to 10000"),
        ("SHARD_IDS", "0", "below SHARD_COUNT, which must be set too"),
        ("SHARD_IDS", "0;1", "numbers and ranges from 0, like 0,1 or 0-3"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("METRICS_LISTEN", "9464", "host:port, like 127.0.0.1:9464"),
    ],
)
def test_a_bad_value_names_the_variable_and_what_it_must_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wants: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(OperatorError) as caught:
        read_settings(Settings)
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} ")
    assert wants in sentence
    assert "hunter2" not in sentence
    assert name in {"REDIS_URL", "ASSETS_URL"} or repr(value) in sentence


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("valkey://host", "has an unknown scheme"),
        ("redis+other://host", "has an unknown scheme"),
        ("redis://:hunter2@one,two", "has several hosts, but no +cluster or +sentinel"),
        ("redis+sentinel://:hunter2@one,two", "names no master"),
        ("redis+sentinel://one/master/hunter2", "names a database that is no number"),
        ("redis+cluster://one:hunter2", "names a host that is none"),
        ("redis+cluster://:hunter2@one,,two", "names a host that is none"),
        ("redis+cluster://one/3", "names a database, but a cluster has only one"),
        ("redis://:p/hunter2@host", "names no host"),
    ],
)
def test_what_is_wrong_with_the_url_of_the_store_is_said(
    monkeypatch: pytest.MonkeyPatch, url: str, problem: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(OperatorError) as caught:
        read_settings(Settings)
    assert str(caught.value).startswith(f"REDIS_URL {problem}")
    assert "it must be a URL like redis://" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "shards"),
    [("0", [0]), ("0,1", [0, 1]), ("0-3", [0, 1, 2, 3]), ("7, 2-3", [7, 2, 3])],
)
def test_shards_are_numbers_and_ranges(
    monkeypatch: pytest.MonkeyPatch, value: str, shards: list[int]
) -> None:
    monkeypatch.setenv("SHARD_COUNT", "8")
    monkeypatch.setenv("SHARD_IDS", value)
    assert read_settings(Settings).shards == shards


@pytest.mark.parametrize(
    "value", ["8", "3-1", "0,0", "0-2,1", "-1", "0-", ",", "0,", "a", "0-99999"]
)
def test_shards_that_are_none(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SHARD_COUNT", "8")
    monkeypatch.setenv("SHARD_IDS", value)
    with pytest.raises(OperatorError) as caught:
        read_settings(Settings)
    assert len(str(caught.value).splitlines()) == 1
    assert "SHARD_IDS" in str(caught.value)


def test_a_wrong_number_of_shards_is_named_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARD_COUNT", "many")
    monkeypatch.setenv("SHARD_IDS", "0-3")
    with pytest.raises(OperatorError) as caught:
        read_settings(Settings)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["SHARD_COUNT"]


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROSTER_LIMIT", "many")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(OperatorError, match=r"ROSTER_LIMIT is 'many'.*\nLOG_LEVEL is 'loud'"):
        read_settings(Settings)


def test_no_sentence_holds_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("REDIS_URL", "http://:hunter2@localhost")
    with pytest.raises(OperatorError) as caught:
        read_settings(Settings)
    assert "hunter2" not in str(caught.value)
    monkeypatch.delenv("REDIS_URL")
    assert TOKEN not in repr(read_settings(Settings))


def test_the_drop_in_functions_ignore_settings_that_they_do_not_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("REDIS_URL", "memory:")
    assert read_settings(AssetSettings).roster_limit == 100


def test_the_cogs_ignore_settings_of_our_own_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host may use these names for itself: nobody serves portraits at its ASSETS_LISTEN."""
    monkeypatch.setenv("LOG_LEVEL", "TRACE")
    monkeypatch.setenv("ASSETS_LISTEN", "127.0.0.1:8080")
    monkeypatch.setenv("DISCORD_TOKEN", "")
    settings = read_settings(RegistrySettings)
    assert (settings.public_url, settings.roster_limit) == (None, 100)

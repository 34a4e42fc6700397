"""Settings, read from the environment and from `.env`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from characters.errors import OperatorError
from characters.store.address import BadAddress, read_address

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


LOCATION = "a folder, or an object store's URL without a password, like s3://bucket/folder"
WEB_URL = "a URL without a password, like https://example.org/assets"
MOST_SHARDS = 10_000
_SHARDS = re.compile(r"(?P<first>[0-9]{1,4})(-(?P<last>[0-9]{1,4}))?")
STORE_URL = (
    "a URL like redis://host:6379/0, rediss://host:6379/0, unix:///path, "
    "redis+cluster://host:6379,host:6379 or redis+sentinel://host:26379,host:26379/master-name"
)
OBJECT_STORES = {"s3", "gs", "az", "abfs", "abfss"}


def web_url(value: str) -> str:
    """A URL for players' browsers, without a slash at its end. Raises ValueError."""
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError
    if url.username or url.password:
        raise ValueError
    return value.rstrip("/")


def location(value: Path | str) -> Path | str:
    """A folder, or the URL of an object store without a password. Raises ValueError."""
    if "://" not in str(value):
        return Path(value)
    url = urlsplit(str(value))
    if url.scheme not in OBJECT_STORES or not url.hostname:
        raise ValueError
    account, _, place = str(value).partition("://")[2].rpartition("@")
    # Only a container of Azure stands before an `@`; a key there would be shown with every path.
    if set(":/@") & set(account) or (account and url.scheme not in {"abfs", "abfss"}):
        raise ValueError
    if ":" in place.partition("/")[0] or url.query or url.fragment:
        raise ValueError
    return str(value)


def _redis_url(value: SecretStr) -> SecretStr:
    read_address(value.get_secret_value())
    return value


def _address(value: str) -> str:
    url = urlsplit(f"//{value}")
    if not url.hostname or not url.port or url.path or url.username:
        raise ValueError
    return value


def _log_format(value: str) -> str:
    if value.lower() not in {"text", "json"}:
        raise ValueError
    return value.lower()


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ValueError
    return value.upper()


def shard_ids(value: str) -> list[int]:
    """The numbers in a list of numbers and ranges, like `0,2-4`. Raises ValueError."""
    found: list[int] = []
    for part in value.split(","):
        match = _SHARDS.fullmatch(part.strip())
        if match is None:
            raise ValueError
        first = int(match["first"])
        found += range(first, int(match["last"] or first) + 1)
    if not found or len(set(found)) < len(found) or len(found) > MOST_SHARDS:
        raise ValueError
    return found


def _below_count(value: str, others: ValidationInfo) -> str:
    highest = max(shard_ids(value))
    if "shard_count" in others.data and highest >= (others.data["shard_count"] or 0):
        raise ValueError
    return value


class AssetSettings(BaseSettings):
    """What the drop-in functions need. The description of a field says what its value must be."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Annotated[Path, Field(description="a folder")] = Path("data")
    assets_dir: Annotated[
        Annotated[Path | str, BeforeValidator(location)] | None, Field(description=LOCATION)
    ] = None
    assets_url: Annotated[
        Annotated[str, AfterValidator(web_url)] | None, Field(description=WEB_URL)
    ] = None
    roster_limit: Annotated[
        int, Field(ge=1, le=1000, description="a whole number from 1 to 1000")
    ] = 100

    near_cache: Annotated[bool, Field(description="true or false")] = True

    @property
    def assets_location(self) -> Path | str:
        """The folder, or the URL in an object store, where portraits lie."""
        return self.assets_dir or self.data_dir / "assets"

    @property
    def public_url(self) -> str | None:
        """The URL at which the assets can be seen from outside."""
        return self.assets_url


class RegistrySettings(AssetSettings):
    """What the cogs need."""

    redis_url: Annotated[
        Annotated[SecretStr, AfterValidator(_redis_url)] | None,
        Field(description=STORE_URL),
    ] = None


class Settings(RegistrySettings):
    """What our own bot needs, and the command line, which runs beside it."""

    discord_token: Annotated[SecretStr | None, Field(description="the bot's token")] = None
    assets_listen: Annotated[
        Annotated[str, AfterValidator(_address)] | None,
        Field(description="host:port, like 127.0.0.1:8080"),
    ] = None
    shard_count: Annotated[
        int | None,
        Field(ge=1, le=MOST_SHARDS, description=f"a whole number from 1 to {MOST_SHARDS}"),
    ] = None
    shard_ids: Annotated[
        Annotated[str, AfterValidator(_below_count)] | None,
        Field(
            description="numbers and ranges from 0, like 0,1 or 0-3, each below SHARD_COUNT, "
            "which must be set too"
        ),
    ] = None
    log_level: Annotated[
        Annotated[str, AfterValidator(_level)],
        Field(description="DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    ] = "INFO"
    log_format: Annotated[
        Annotated[str, AfterValidator(_log_format)], Field(description="text or json")
    ] = "text"
    metrics_listen: Annotated[
        Annotated[str, AfterValidator(_address)] | None,
        Field(description="host:port, like 127.0.0.1:9464, and another one than ASSETS_LISTEN"),
    ] = None

    @field_validator("metrics_listen")
    @classmethod
    def _is_private(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Portraits are published, metrics are not."""
        if value is not None and value == info.data.get("assets_listen"):
            raise ValueError
        return value

    @property
    def shards(self) -> list[int] | None:
        """The numbers of SHARD_IDS; None for all."""
        return shard_ids(self.shard_ids) if self.shard_ids else None

    @property
    def assets_folder(self) -> Path | None:
        """The folder that can be served; None where portraits lie in an object store."""
        return self.assets_location if isinstance(self.assets_location, Path) else None

    @property
    def listen_address(self) -> tuple[str, int] | None:
        return _host_and_port(self.assets_listen)

    @property
    def metrics_address(self) -> tuple[str, int] | None:
        return _host_and_port(self.metrics_listen)

    @property
    def public_url(self) -> str | None:
        """ASSETS_URL, or else the listen address of one host that serves a folder."""
        if self.assets_url or not self.listen_address or not self.assets_folder:
            return self.assets_url
        if self.listen_address[0] in {"0.0.0.0", "::"}:  # noqa: S104 - nothing is bound to them here
            return None
        return f"http://{self.assets_listen}"


def _host_and_port(address: str | None) -> tuple[str, int] | None:
    if address is None:
        return None
    url = urlsplit(f"//{address}")
    return url.hostname or "", url.port or 0


_Settings = TypeVar("_Settings", bound=AssetSettings)


def read_settings(kind: type[_Settings]) -> _Settings:
    """Raises OperatorError with a line for each bad value: its name, and what it must be."""
    try:
        return kind()
    except ValidationError as error:
        lines = [_complaint(kind, problem) for problem in error.errors()]
        raise OperatorError("\n".join(dict.fromkeys(lines))) from None


def _complaint(kind: type[AssetSettings], problem: "ErrorDetails") -> str:
    name = str(problem["loc"][0])
    expected = kind.model_fields[name].description
    reason = problem.get("ctx", {}).get("error")
    if isinstance(reason, BadAddress):
        return f"{name.upper()} {reason}; it must be {expected}."
    if name in {"redis_url", "assets_dir", "assets_url"}:  # the value may hold a password
        return f"{name.upper()} has another value; it must be {expected}."
    return f"{name.upper()} is {problem['input']!r}; it must be {expected}."

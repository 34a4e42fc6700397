"""Our Lua scripts, each one atomic step.

The first line, `-- keys: <name>, <name>`, makes a variable of each key. Of several keys of a user a
script needs only the first one, and makes the others of it, which takes less time than to send
them. On a cluster it gets all of them: while a slot moves, a node that lacks one of them refuses
the script, but a key of which it was not told may read as empty.

A line `-- include <name>` stands for the file `lua/included/<name>.lua`; `-- include limits` for
the numbers of `characters.store.limits`, by their names there.
"""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from characters.store import limits
from characters.store.keys import KINDS

_INCLUDE = re.compile(r"^-- include ([a-z_]+)\n", re.MULTILINE)
_KEYS = re.compile(r"-- keys: ([a-z_, ]+)\n")
# A command that changes a user's characters, or which one is active.
_CHANGE = re.compile(r"redis\.call\('(?:SET|HSET|DEL|HDEL)', (?:characters|active)\b")

_loaded: dict[str, "Script"] = {}  # by SHA-1, and by source


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
    text = _INCLUDE.sub(lambda match: _included(match[1]), _read(name))
    match = _KEYS.match(text)
    if match is None:
        raise ValueError(f"{name}.lua does not name its keys in its first line")
    keys = tuple(match[1].split(", "))
    source = _variables(*keys) + text[match.end() :]
    sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
    script = Script(source, sha, keys, _CHANGE.search(source) is not None)
    _loaded[sha] = _loaded[source] = script
    return script


def keys_used(code: str, sent: list[str]) -> list[str]:
    """All keys that a script uses which was sent these; `code` is its SHA-1 or its source."""
    script = _loaded.get(code)
    if not script or len(script.keys) == 1 or len(sent) > 1:
        return sent
    first, *others = (KINDS[name] for name in script.keys)
    return [*sent, *(sent[0].replace(first, kind, 1) for kind in others)]


def _included(name: str) -> str:
    return _limits() if name == "limits" else _read(f"included/{name}")


def _variables(first: str, *others: str) -> str:
    lines = [f"local {first} = KEYS[1]\n"]
    if others:
        end = len(f"game:{KINDS[first]}")
        lines.append(f"local game, user = {first}:sub(1, 5), {first}:sub({end + 1})\n")
    for number, name in enumerate(others, 2):
        lines.append(f"local {name} = KEYS[{number}] or game .. '{KINDS[name]}' .. user\n")
    return "".join(lines)


def _limits() -> str:
    values = {name: value for name, value in vars(limits).items() if name.isupper()}
    return "".join(f"local {name} = {value}\n" for name, value in values.items())


def _read(name: str) -> str:
    return (files("characters.store") / "lua" / f"{name}.lua").read_text(encoding="utf-8")

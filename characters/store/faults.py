"""What an operator can do about a store that answers with an error."""

import ssl
from typing import Any

from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)

from characters.store.scripts import keys_used

_SCRIPTS = {"EVAL", "EVALSHA"}
# Beginnings of errors that have no class of their own, and of those that scripts report.
_TEXTS = {
    "WRONGTYPE": "another program uses a key of this name: rename that program's key",
    "OOM": "the server has no memory left: raise its `maxmemory`",
    "READONLY": "the server is a read-only replica: set REDIS_URL to the primary",
    "NOPERM": "the user (ACL) may not do that: allow all commands on the keys game:*",
    "ACL failure": "the user (ACL) may not do that: allow all commands on the keys game:*",
    "The user executing the script": (
        "the user (ACL) may not do that: allow all commands on the keys game:*"
    ),
    "MISCONF": "the server can't write to its disk: free space there",
    "NOREPLICAS": "the server has too few replicas: start them",
}
_CLASSES: dict[type[Exception], str] = {
    NoPermissionError: _TEXTS["NOPERM"],
    OutOfMemoryError: _TEXTS["OOM"],
    ReadOnlyError: _TEXTS["READONLY"],
    AuthenticationError: "the server refuses the password or user (ACL): correct them in the URL",
    ssl.SSLCertVerificationError: (
        "the server's certificate is not trusted: set `ssl_ca_certs` in the URL to its authority"
    ),
}


def causes(error: BaseException) -> list[BaseException]:
    """The error, what caused it, and so on."""
    found = [error]
    while cause := found[-1].__cause__ or found[-1].__context__:
        found.append(cause)
    return found


def advice(error: BaseException) -> str | None:
    """What an operator can do; None for an error that may pass by itself."""
    for each in causes(error):
        for kind, text in _CLASSES.items():
            if isinstance(each, kind):
                return text
        if isinstance(each, ResponseError):
            for beginning, text in _TEXTS.items():
                if str(each).startswith(beginning):
                    return text
    return None


def keys_of(command: tuple[Any, ...]) -> list[str]:
    """The keys of a command that has any; of a script all that its first line names."""
    if command[0] not in _SCRIPTS:
        return [_text(each) for each in command[1:2]]
    return keys_used(command[1], [_text(each) for each in command[3 : 3 + int(command[2])]])


def _text(key: Any) -> str:
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)

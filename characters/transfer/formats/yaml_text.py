"""YAML, as text-generation-webui keeps characters: read within limits, as JSON values.

https://yaml.org/spec/1.1. Aliases and tags are refused: a few aliases of aliases would need more
memory than any computer has.
"""

import json
import re
from typing import Any

import yaml

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.json_text import DEPTH_LIMIT

SIZE_LIMIT = 2**20  # bytes
VALUES_LIMIT = 10_000

_LONG_NUMBER = re.compile(r"[-+\w.:]{100,}")  # PyYAML takes quadratic time for some
_CHARACTER = re.compile(rb"^ *[\"']?(name|bot|char_name|context)[\"']? *:", re.MULTILINE)
# The first is faster, and not everywhere.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def looks_like_yaml(data: bytes) -> bool:
    """Whether a text has a line that begins with the field of a name or a text."""
    return bool(_CHARACTER.search(data))


def read_yaml(data: bytes) -> Any:
    """JSON values: what JSON does not have becomes text. Raises UnreadableFile."""
    if len(data) > SIZE_LIMIT:
        raise UnreadableFile(FileProblem.TOO_MUCH)
    try:
        text = data.decode()
        _check(text)
        value = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is a safe loader
        return json.loads(json.dumps(value, default=str))
    except (yaml.YAMLError, ValueError, TypeError, ArithmeticError):
        raise UnreadableFile(FileProblem.NOT_YAML) from None


def _check(text: str) -> None:
    """Raises UnreadableFile where loading might take too much."""
    loader = _LOADER(text)
    depth = count = 0
    while loader.check_event():
        event = loader.get_event()
        count += 1
        if isinstance(event, yaml.ScalarEvent) and _LONG_NUMBER.fullmatch(event.value):
            raise UnreadableFile(FileProblem.TOO_MUCH)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
            raise UnreadableFile(FileProblem.NOT_YAML)
        if count > VALUES_LIMIT:
            raise UnreadableFile(FileProblem.TOO_MUCH)
        if depth > DEPTH_LIMIT:
            raise UnreadableFile(FileProblem.TOO_DEEP)

"""What the near cache remembers of a user, of which it returns copies that may be changed."""

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic_core import from_json

from characters.model import Character

_Record = dict[str, Any]


class RememberedCharacter:
    """The active character of a user, if there is one.

    `character` and `to_dict`, which is as `Character.to_dict`, make objects of their own each time.
    Raises ValueError where it can't be remembered. `size` is about how many bytes it takes.
    """

    __slots__ = ("_char_id", "_record", "size", "to_dict")

    to_dict: Callable[[], _Record | None]

    def __init__(self, character: Character | None) -> None:
        self._char_id = ""
        self.size = 500
        if character is None:
            self._record = self.to_dict = _nothing
            return
        self._char_id = character.char_id
        self._record, _ = _copier(dict(character.record))
        self.to_dict, size = _copier(character.to_dict())
        self.size += 500 + size

    def character(self) -> Character | None:
        record = self._record()
        return None if record is None else Character(self._char_id, record)


class RememberedList:
    """The characters of a user as dicts, in the order of a roster.

    Raises ValueError where they can't be remembered, or take more than `LARGEST` bytes.
    """

    __slots__ = ("_copiers", "size")

    LARGEST = 2**20

    def __init__(self, characters: list[_Record]) -> None:
        self._copiers: list[Callable[[], _Record]] = []
        self.size = 500
        for each in characters:
            copier, size = _copier(each.copy())
            self._copiers.append(copier)
            self.size += size
            if self.size > self.LARGEST:
                raise ValueError("too large")

    def to_dicts(self) -> list[_Record]:
        """New objects each time."""
        return [copy() for copy in self._copiers]


def _copier(record: _Record) -> tuple[Callable[[], _Record], int]:
    """Returns copies of the record that share nothing which can be changed; and its size in bytes.

    Raises ValueError for nested values that `from_json` does not read.
    """
    if not any(isinstance(each, (dict, list)) for each in record.values()):
        return record.copy, 500 + sum(map(sys.getsizeof, record.values()))
    try:
        data = json.dumps(record).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    from_json(data)
    return partial(from_json, data), 500 + len(data)


def _nothing() -> None:
    return None

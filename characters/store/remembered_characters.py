"""What the near cache remembers of a user, of which it returns copies that may be changed.

A record with nested values is kept as JSON, and read anew each time. Both objects raise ValueError
where that can't be done or takes long; their `size` is how many bytes they take, or more.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from pydantic_core import from_json

from characters.model import Character

NESTED_BYTES = 32 * 2**10  # of JSON, read at a stretch: 1 ms, with a garbage collection 8

_Record = dict[str, Any]
_Copier = Callable[[], _Record]


class RememberedCharacter:
    """The active character of a user, if there is one.

    `character` and `to_dict`, which is as `Character.to_dict`, make objects of their own each time.
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
        (self._record, self.to_dict), size = _copiers([character.record, character.to_dict()])
        self.size += size

    def character(self) -> Character | None:
        record = self._record()
        return None if record is None else Character(self._char_id, record)


class RememberedList:
    """The characters of a user as dicts, in the order of a roster."""

    __slots__ = ("_copiers", "size")

    def __init__(self, characters: list[_Record]) -> None:
        self._copiers, size = _copiers(characters)
        self.size = 500 + size

    def to_dicts(self) -> list[_Record]:
        """New objects each time."""
        return [copy() for copy in self._copiers]


def _copiers(records: Iterable[Mapping[str, Any]]) -> tuple[list[_Copier], int]:
    """For each record what returns copies of it, and how many bytes all of that takes.

    The copies share nothing that can be changed. Raises ValueError where records with nested values
    are more than `NESTED_BYTES`, or can't be read: half symbols, or nested too deeply.
    """
    copiers: list[_Copier] = []
    size = nested = 0
    for record in records:
        if not any(isinstance(each, (dict, list)) for each in record.values()):
            copy = dict(record)
            copiers.append(copy.copy)
            size += sys.getsizeof(copy) + sum(map(sys.getsizeof, (*copy, *copy.values())))
            continue
        try:
            data = json.dumps(record, ensure_ascii=False).encode()
        except RecursionError:
            raise ValueError("nested too deeply") from None
        nested += len(data)
        if nested > NESTED_BYTES:
            raise ValueError("too much to be read each time")
        from_json(data)
        copiers.append(partial(from_json, data))
        size += 300 + len(data)
    return copiers, size


def _nothing() -> None:
    return None

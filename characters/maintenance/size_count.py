"""Counts what a sweep comes across, for the metrics of every process."""

import time
from collections.abc import Iterable

from characters.measures import Sizes
from characters.portraits.assets import AssetFile
from characters.store.user_records import UserRecords


class SizeCount:
    """Users are those with a character."""

    def __init__(self) -> None:
        self._users = self._characters = self._trash = 0

    def add(self, records: UserRecords) -> None:
        self._users += bool(records.characters)
        self._characters += len(records.characters)
        self._trash += len(records.trash)

    def sizes(self, files: Iterable[AssetFile]) -> Sizes:
        """With the files that are in the assets."""
        found = [each.size for each in files]
        counted = (self._users, self._characters, self._trash)
        return Sizes(*counted, len(found), sum(found), time.time())

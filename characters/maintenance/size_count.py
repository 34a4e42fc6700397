"""Counts what a sweep comes across, for the metrics of every process."""

import time

from characters.measures import Sizes
from characters.store.user_records import UserRecords


class SizeCount:
    """Users are those with a character."""

    def __init__(self) -> None:
        self._users = self._characters = self._trash = 0

    def add(self, records: UserRecords) -> None:
        self._users += bool(records.characters)
        self._characters += len(records.characters)
        self._trash += len(records.trash)

    def sizes(self, files: int, file_bytes: int) -> Sizes:
        """With how many files are in the assets, and their bytes."""
        counted = (self._users, self._characters, self._trash)
        return Sizes(*counted, files, file_bytes, time.time())

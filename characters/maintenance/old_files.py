"""The files of portraits that were written long ago, less those that records name."""

from characters.portraits.assets import AssetFile, Assets, stem_of
from characters.store.user_records import UserRecords

GRACE = 60 * 60  # seconds: a portrait is saved before its record, while a form may be open


class OldFiles:
    """Portraits with their thumbnails, where both were written before a time.

    Only their `stems` are kept in memory, about 120 bytes each: a store may have millions of files.
    `count` and `size` (in bytes) are those of all files with names of ours, also of younger ones.
    """

    def __init__(self, assets: Assets, before: float) -> None:
        self._assets = assets
        self._before = before
        self.stems: set[str] = set()
        self.count = self.size = 0

    @classmethod
    async def find(cls, assets: Assets, before: float) -> "OldFiles":
        """Those written before `before`, in seconds since the epoch. Raises OSError."""
        found = cls(assets, before)
        young: set[str] = set()
        async for file in assets.stored():
            found.count += 1
            found.size += file.size
            stems = found.stems if file.modified <= before else young
            stems.add(stem_of(file.path))
        found.stems -= young
        return found

    async def leave_out(self, records: UserRecords) -> None:
        """Leaves out what the user's records and drafts name."""
        if self.stems:
            self.stems -= await records.stems()

    async def files(self) -> dict[str, list[AssetFile]]:
        """By stem, the files that are left and were not written again meanwhile. Raises OSError."""
        found: dict[str, list[AssetFile]] = {}
        if not self.stems:
            return found
        async for file in self._assets.stored():
            if (stem := stem_of(file.path)) in self.stems:
                found.setdefault(stem, []).append(file)
        return {
            stem: files
            for stem, files in found.items()
            if all(file.modified <= self._before for file in files)
        }

"""What must hold after the process of an operation was killed, and when it is done again."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from characters.maintenance.sweep import sweep
from characters.portraits.assets import STORE_IDS, stem_of, thumbnail_of
from tests.crashes.children import Children, clear_folder
from tests.crashes.operations import Operation
from tests.crashes.place import ANA, BOB, DRAFT, OLD, SEEDED, Found, Place, grow_old, opened


class Crashes:
    """Users whose operations are killed, in an empty store; then they do the same again."""

    def __init__(self, children: Children, operation: Operation) -> None:
        self._children = children
        self._operation = operation
        self._before: dict[int, Found] = {}

    async def prepare(self) -> int:
        """Makes another user, whose id it returns."""
        if self._operation.alone and self._before:
            await self.recover()
        user_id = 1000 + len(self._before)
        async with self._opened() as place:
            if not self._before:
                await place.redis.flushall()
                clear_folder(self._children.folder)
            await place.seed(user_id)
            await self._operation.prepare(place, user_id)
            self._before[user_id] = await place.found(user_id)
        return user_id

    async def recover(self) -> None:
        """Checks what is left of all users, at once, after a sweep and when all is done again."""
        async with self._opened() as place:
            await self._check(place, files=self._operation.keeps_files)
            await _sweep_later(place)
            named = await self._check(place, files=self._operation.keeps_files)
            assert not (left := unnamed(place, named)), f"nothing names {left}"
            for user_id in self._before:
                with suppress(*self._operation.over):
                    await self._operation.act(place, user_id)
            await self._check(place)
            for user_id in self._before:
                found = await place.found(user_id)
                assert self._operation.holds(found), f"it is not done: {found}"
        self._before.clear()

    def _opened(self) -> AbstractAsyncContextManager[Place]:
        return opened(self._children.url, self._children.folder)

    async def _check(self, place: Place, *, files: bool = True) -> set[str]:
        """Returns the stems of all portraits that are named."""
        named: set[str] = set()
        for user_id, before in self._before.items():
            found = await place.found(user_id)
            check_kept(self._operation, before, found)
            stems = await found.records.stems()
            lost = without_file(place, stems) if files else []
            assert not lost, f"there are no files {lost}"
            named |= stems
        return named


async def _sweep_later(place: Place) -> None:
    """One sweep, as if two hours had gone."""
    grow_old(place.assets.root)
    await sweep(place.workspace, force=True)


def without_file(place: Place, stems: Iterable[str]) -> list[str]:
    """The files of portraits that are named and not there."""
    names = [name for stem in stems for name in (f"{stem}.webp", thumbnail_of(f"{stem}.webp"))]
    return [name for name in names if not Path(place.assets.root, name).is_file()]


def unnamed(place: Place, stems: set[str]) -> list[str]:
    """The files that are no portraits that are named, temporary files too."""
    names = {each.name for each in place.assets.root.iterdir()} - {STORE_IDS}
    return [name for name in names if stem_of(name) not in stems]


def check_kept(operation: Operation, before: Found, after: Found) -> None:
    """Nothing is lost, and what the operation has nothing to do with is as it was."""
    for place, key in SEEDED:
        if key not in operation.touches | operation.ends:
            was, now = (getattr(each.records, place)[key.encode()] for each in (before, after))
            assert was == now, f"{key} was changed"
    for char_id in {ANA, BOB, OLD} - operation.ends:
        assert len(after.places(char_id)) == 1, f"{char_id} is in {after.places(char_id)}"
    if DRAFT not in operation.ends:
        assert DRAFT in after.drafts or after.named("New"), "what was typed is lost"

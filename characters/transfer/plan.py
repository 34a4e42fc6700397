"""What an import would do, before it is done."""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from characters.errors import AmbiguousName, InvalidName, RosterFull
from characters.model import ID_LIMIT, Character
from characters.names import (
    folded,
)
from characters.roster import Roster
from characters.store.foreign_store import read_foreign
from characters.transfer.candidates import identity, mended
from characters.transfer.changes import Differences, changed_fields, differences
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import (
    Failure,
    FileKind,
    Portable,
    digest,
)

_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LIMIT}}}")


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    SKIPPED = "skipped"
    NO_ROOM = "no room"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one character of the file.

    `existing` is the player's own character that it matches, `failure` says why it can't be
    imported, and `portrait` whether the portrait in the file is to become the character's.
    `losses` are what can't be kept beside what the existing character has, and `differences` what
    else of it than the portrait an update would change.
    """

    fate: Fate
    portable: Portable
    char_id: str = ""
    existing: Character | None = None
    failure: Failure | None = None
    portrait: bool = False
    losses: tuple[Loss, ...] = ()
    differences: Differences = field(default_factory=Differences)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; existing characters change only with `update`.

    `failures` are the characters that can't be read, `losses` what is not kept of the whole file;
    `active_id` becomes active, unless the player chooses another character before.
    """

    kind: FileKind
    steps: list[Step]
    failures: list[Failure]
    losses: tuple[Loss, ...]
    update: bool
    active_id: str | None

    def of(self, fate: Fate) -> list[Step]:
        return [step for step in self.steps if step.fate is fate]

    @property
    def signature(self) -> str:
        """Changes if other characters would be created or changed than the player agreed to."""
        promised = [
            (step.fate, step.char_id, step.existing and step.existing.version)
            for step in self.steps
            if step.fate in {Fate.NEW, Fate.CHANGED}
        ]
        return digest(json.dumps(promised))[:12]

    @property
    def work(self) -> list[Step]:
        """The steps that change something."""
        fates = {Fate.NEW, Fate.CHANGED} if self.update else {Fate.NEW}
        return [step for step in self.steps if step.fate in fates]


async def plan_steps(
    user_id: int,
    characters: Sequence[Portable],
    roster: Roster,
    foreign: Mapping[str, bytes],
    trash_ids: Collection[str],
    roster_limit: int,
) -> list[Step]:
    """A step for each character. Portraits of existing characters are not compared.

    `foreign` is the JSON of the foreign data of the user's characters, by char_id.
    """
    planner = _Planner(user_id, roster, foreign, trash_ids)
    checked: list[Step] = []
    for portable in characters:
        checked.append(planner.check(portable))
        await asyncio.sleep(0)  # a file may have thousands, and other players are waiting
    steps: list[Step] = []
    room = roster_limit - len(roster.characters)
    for each in checked:
        step = planner.match(each)
        if step.fate is Fate.NEW:
            room -= 1
            if room < 0:
                failure = Failure(step.portable.name, RosterFull(roster_limit))
                step = replace(step, fate=Fate.NO_ROOM, failure=failure)
        steps.append(step)
        await asyncio.sleep(0)
    return steps


def active_id_after(roster: Roster, steps: Sequence[Step]) -> str | None:
    """The active character; for a player without one, the new one that was used last."""
    new = [Character(step.char_id, step.portable.fields) for step in steps if step.fate is Fate.NEW]
    if roster.active_id or not new:
        return roster.active_id
    return max(new, key=lambda each: (each.last_used, each.created_at)).char_id


class _Planner:
    """Finds the id of each character of a file, and the existing character that it matches."""

    def __init__(
        self,
        user_id: int,
        roster: Roster,
        foreign: Mapping[str, bytes],
        trash_ids: Collection[str],
    ) -> None:
        self._user_id = user_id
        self._foreign = foreign
        self._existing = {each.char_id: each for each in roster.characters}
        self._by_name = defaultdict[str, list[Character]](list)
        for each in roster.characters:
            self._by_name[folded(each.name)].append(each)
        self._trash_ids = trash_ids
        self._ids_in_file: set[str | None] = set()
        self._taken: set[str] = set()
        self._equal = Counter[str]()

    def check(self, portable: Portable) -> Step:
        """The step for a new character, or one that is skipped.

        Every character is checked before one is matched by name, so that none takes the existing
        character of another.
        """
        self._ids_in_file.add(portable.char_id)
        try:
            portable = mended(portable)
        except InvalidName as error:
            return Step(Fate.SKIPPED, portable, failure=Failure(portable.name, error))
        char_id = self._free_id(portable)
        self._taken.add(char_id)
        return Step(Fate.NEW, portable, char_id, portrait=bool(portable.image_id))

    def match(self, step: Step) -> Step:
        """The step, of a character that was checked, if it matches an existing character."""
        if step.fate is Fate.SKIPPED:
            return step
        existing = self._existing.get(step.char_id)
        if existing is None:
            name = step.portable.name
            same_name = self._with_name(name)
            if len(same_name) > 1:
                failure = Failure(name, AmbiguousName(len(same_name), name))
                return replace(step, fate=Fate.SKIPPED, failure=failure)
            if not same_name:
                return step
            existing = same_name[0]
        self._taken.add(existing.char_id)
        complete = self._complete(existing)
        different = differences(complete, step.portable)
        fate = Fate.CHANGED if different.any else Fate.SAME
        losses = changed_fields(step.portable, complete).losses
        # The existing record keeps the fields that an import does not write.
        kept = [each for each in step.portable.losses if each.kind is not LossKind.RECORD_FIELDS]
        return Step(
            fate,
            replace(step.portable, losses=tuple(kept)),
            existing.char_id,
            existing,
            losses=losses,
            differences=different,
        )

    def _complete(self, existing: Character) -> Character:
        """The character with its foreign data, which is large: it is let go at once."""
        char_id = existing.char_id
        foreign = read_foreign(self._user_id, char_id, self._foreign.get(char_id))
        return existing.with_foreign(foreign)

    def _with_name(self, name: str) -> list[Character]:
        """The existing characters with this name that no other character of the file matches."""
        others = self._taken | self._ids_in_file
        named = self._by_name.get(folded(name), [])
        return [each for each in named if each.char_id not in others]

    def _free_id(self, portable: Portable) -> str:
        """The id in the file, or one that is the same for the same user and file each time.

        So it does no harm to import a file twice.
        """
        if portable.char_id and _ID.fullmatch(portable.char_id) and self._is_free(portable.char_id):
            return portable.char_id
        content = digest(json.dumps([self._user_id, *identity(portable)], sort_keys=True))
        while True:
            char_id = digest(f"{content}:{self._equal[content]}")[:32]
            self._equal[content] += 1
            if self._is_free(char_id):
                return char_id

    def _is_free(self, char_id: str) -> bool:
        return char_id not in self._taken and char_id not in self._trash_ids

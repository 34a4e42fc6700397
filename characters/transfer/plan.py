"""What an import would do, before it is done."""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import PurePath
from typing import Any, NamedTuple

from characters.errors import CharacterError
from characters.model import ID_LIMIT, Character, Roster
from characters.names import clean_description, clean_name
from characters.transfer.formats.portable import (
    FOREIGN,
    IMAGE_SOURCE,
    TIMES,
    Contents,
    Failure,
    Portable,
    as_object,
    bounded,
    digest,
)

_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LIMIT}}}")

Shows = Callable[[Character, Portable], Awaitable[bool]]
"""Says whether a character already shows the portrait of one in a file."""


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    SKIPPED = "skipped"
    OVER = "over"


class Step(NamedTuple):
    """What happens to one character of the file.

    `existing` is the player's own that it would change, `reason` says why it is skipped, and `portrait` whether the one
    in the file has yet to be prepared.
    """

    fate: Fate
    portable: Portable
    char_id: str = ""
    existing: Character | None = None
    reason: str = ""
    portrait: bool = False


class Plan(NamedTuple):
    """What an import would do. Changes are only made where the player wants an `update`.

    `failures` are the parts of the file that can't be read, `losses` what is left out of all; `active_id` is who is
    active when all is done, unless the player chooses meanwhile.
    """

    kind: str
    steps: list[Step]
    failures: list[Failure]
    losses: tuple[str, ...]
    update: bool
    active_id: str | None

    def of(self, fate: Fate) -> list[Step]:
        return [step for step in self.steps if step.fate is fate]

    @property
    def signature(self) -> str:
        """What the player agrees to: it is another one where other characters would be made or changed."""
        promised = [
            (step.fate, step.char_id, step.existing and step.existing.version)
            for step in self.steps
            if step.fate in {Fate.NEW, Fate.CHANGED}
        ]
        return digest(json.dumps(promised))[:12]

    @property
    def work(self) -> list[Step]:
        """The steps that change something."""
        return [
            step
            for step in self.steps
            if step.fate is Fate.NEW or (self.update and step.fate is Fate.CHANGED)
        ]


async def plan_import(
    user_id: int,
    contents: Contents,
    roster: Roster,
    trash_ids: Collection[str],
    limit: int,
    shows: Shows,
    *,
    update: bool,
) -> Plan:
    """The plan for this roster, which is changed by nobody but the returned plan's execution."""
    planner = _Planner(user_id, contents, roster, trash_ids)
    steps: list[Step] = []
    room = limit - len(roster.characters)
    for portable in contents.characters:
        planner.look_at(portable)
        await asyncio.sleep(0)  # a file may have thousands, and others are waiting
    for step in planner.steps():
        if step.fate is Fate.NEW:
            steps.append(step if room > 0 else step._replace(fate=Fate.OVER))
            room -= 1
        elif step.existing and not await shows(step.existing, step.portable):
            steps.append(step._replace(fate=Fate.CHANGED, portrait=True))
        else:
            steps.append(step)
        await asyncio.sleep(0)
    new = [Character(step.char_id, step.portable.fields) for step in steps if step.fate is Fate.NEW]
    latest_first = sorted(
        new, key=lambda each: (-each.last_used, -each.created_at)
    )  # and else as in the file
    active_id = roster.active_id or next((each.char_id for each in latest_first), None)
    return Plan(contents.kind, steps, contents.failures, contents.losses, update, active_id)


def changed_fields(
    portable: Portable, existing: Character
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What an update writes into an existing record, its portrait aside, and what can't be kept.

    The times stay: when somebody was last played, the registry knows better than a file. What other files said of the
    character stays too, and so does a description where another program's file has none.
    """
    fields = {key: value for key, value in portable.fields.items() if key not in TIMES}
    losses: tuple[str, ...] = ()
    if isinstance(fields.get(FOREIGN), dict) and isinstance(existing.record.get(FOREIGN, {}), dict):
        together = {FOREIGN: {**as_object(existing.record.get(FOREIGN)), **fields[FOREIGN]}}
        kept, losses = bounded(together)
        fields |= kept
    if portable.description or portable.ours:  # another program's may be elsewhere in its file
        fields["description"] = portable.description
    return {**fields, "name": portable.name}, losses


def image_source(path: str, image_id: str) -> dict[str, str]:
    """The field that says what the portrait at this path was imported from; it means nothing for any other portrait."""
    return {"portrait": PurePath(path).name, "of": image_id}


def is_imported_from(character: Character, image_id: str) -> bool:
    path = character.image_path
    return path is not None and character.record.get(IMAGE_SOURCE) == image_source(path, image_id)


class _Planner:
    def __init__(
        self, user_id: int, contents: Contents, roster: Roster, trash_ids: Collection[str]
    ) -> None:
        self._user_id = user_id
        self._mine = {each.char_id: each for each in roster.characters}
        self._mine_by_name = defaultdict[str, list[Character]](list)
        for each in roster.characters:
            self._mine_by_name[each.name.casefold()].append(each)
        self._trash_ids = trash_ids
        self._named = {each.char_id for each in contents.characters}
        self._cleaned: list[
            tuple[Portable, str, str]
        ] = []  # with why it can't be imported, or else its id
        self._taken: set[str] = set()
        self._alike = Counter[str]()

    def steps(self) -> Iterator[Step]:
        for portable, reason, char_id in self._cleaned:
            yield (
                Step(Fate.SKIPPED, portable, reason=reason)
                if reason
                else self._step(portable, char_id)
            )

    def look_at(self, portable: Portable) -> None:
        """Finds its id: before the first step is taken, so that nobody else in the file is taken for it by name."""
        try:
            name, description = clean_name(portable.name), clean_description(portable.description)
        except CharacterError as error:
            reason = str(error)
            self._cleaned.append((portable, reason[:1].upper() + reason[1:], ""))
            return
        portable = replace(portable, name=name, description=description)
        char_id = next(
            each
            for each in self._ids(portable)
            if each not in self._taken and each not in self._trash_ids
        )
        self._taken.add(char_id)
        self._cleaned.append((portable, "", char_id))

    def _step(self, portable: Portable, char_id: str) -> Step:
        if char_id not in self._mine:
            match self._namesakes(portable.name):
                case []:
                    pass
                case [existing]:
                    char_id = existing.char_id
                case several:
                    reason = f"You have {len(several)} characters with this name: I can't tell which one is meant."
                    return Step(Fate.SKIPPED, portable, reason=reason)
        self._taken.add(char_id)
        if existing := self._mine.get(char_id):
            return Step(
                Fate.CHANGED if _differs(existing, portable) else Fate.SAME,
                portable,
                char_id,
                existing,
            )
        return Step(Fate.NEW, portable, char_id, portrait=bool(portable.image_id))

    def _namesakes(self, name: str) -> list[Character]:
        """Those of the player with this name that nothing else in the file means."""
        mine = self._mine_by_name.get(name.casefold(), [])
        return [
            each
            for each in mine
            if each.char_id not in self._taken and each.char_id not in self._named
        ]

    def _ids(self, portable: Portable) -> Iterator[str]:
        """Ids for a character, the same for the same file and user each time: to import twice is harmless."""
        if portable.char_id and _ID.fullmatch(portable.char_id):
            yield portable.char_id
        parts = [
            self._user_id,
            portable.name,
            portable.description,
            portable.fields,
            portable.image_id,
        ]
        content = digest(json.dumps(parts, sort_keys=True))
        while True:
            yield digest(f"{content}:{self._alike[content]}")[:32]
            self._alike[content] += 1


def _differs(existing: Character, portable: Portable) -> bool:
    fields, _ = changed_fields(portable, existing)
    return any(
        key not in existing.record or existing.record[key] != value for key, value in fields.items()
    )

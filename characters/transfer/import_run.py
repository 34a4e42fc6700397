"""One import: carries out a plan, several characters at a time, and says how far it is."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from characters.admission import Admission
from characters.errors import (
    CharacterChanged,
    CharacterError,
    ImportFailed,
    LinkProblem,
    PortraitRefused,
    StorageUnavailable,
    UnusableLink,
)
from characters.model import Character
from characters.portrait_fields import FOCUS, PortraitFile
from characters.portraits.service import KeptPortrait, PortraitService
from characters.references import References
from characters.store.characters import CharacterStore
from characters.store.foreign_store import ForeignStore
from characters.transfer.changes import changed_fields
from characters.transfer.formats.image_source import image_source, with_imported_portrait
from characters.transfer.formats.losses import Loss, LossKind
from characters.transfer.formats.portable import Failure
from characters.transfer.link_time import LinkTime
from characters.transfer.plan import Fate, Plan, Step

AT_ONCE = 4  # characters whose portraits are fetched
LINKS_SECONDS = 60.0  # for all links of an import together

FetchLink = Callable[[str], Awaitable[bytes]]
"""Returns the bytes of the image behind a URL; may raise PortraitRefused."""

log = logging.getLogger(f"game_characters.{__name__}")


@dataclass(frozen=True, slots=True)
class WithoutPortrait:
    """A character that is imported without the portrait of the file, and why."""

    name: str
    reason: CharacterError


@dataclass(slots=True)
class Outcome:
    """What an import has done so far.

    `left` are existing characters that differ from the file's and were not to be updated.
    """

    created: list[Character] = field(default_factory=list[Character])
    updated: list[Character] = field(default_factory=list[Character])
    unchanged: list[Character] = field(default_factory=list[Character])
    left: list[Character] = field(default_factory=list[Character])
    failures: list[Failure] = field(default_factory=list[Failure])
    without_portrait: list[WithoutPortrait] = field(default_factory=list[WithoutPortrait])
    losses: list[Loss] = field(default_factory=list[Loss])


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How many characters are done; `outcome` is the same object each time."""

    done: int
    total: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ImportRun:
    store: CharacterStore
    foreign: ForeignStore
    portraits: PortraitService
    references: References
    admission: Admission
    roster_limit: int
    user_id: int
    plan: Plan
    fetch: FetchLink
    outcome: Outcome = field(default_factory=Outcome)
    # One portrait of an import at a time is prepared, so that those of other players come between.
    preparing: asyncio.Lock = field(default_factory=asyncio.Lock)
    link_time: LinkTime = field(default_factory=lambda: LinkTime(LINKS_SECONDS))

    async def progress(self) -> AsyncGenerator[ImportProgress, None]:
        """Imports; after each character says how far it is, and once before the first.

        What has not begun when the caller stops (`aclose`) is not done.
        """
        self._add_decided()
        work, gate, now = self.plan.work, asyncio.Semaphore(AT_ONCE), time.time()
        yield ImportProgress(0, len(work), self.outcome)
        tasks: list[asyncio.Task[None]] = []
        for number, step in enumerate(work):
            used_at = now - number / 1000  # rosters show the last used first: the file's order
            tasks.append(asyncio.create_task(self._import_within(gate, step, used_at)))
        try:
            for done, task in enumerate(asyncio.as_completed(tasks), start=1):
                await task
                yield ImportProgress(done, len(work), self.outcome)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        changed = len(self.outcome.created) + len(self.outcome.updated)
        log.info("User %s imported %d of %d characters", self.user_id, changed, len(work))

    def _add_decided(self) -> None:
        """Adds what the plan already decided to the outcome."""
        self.outcome.failures += self.plan.failures
        for step in self.plan.steps:
            if step.failure:
                self.outcome.failures.append(step.failure)
            elif step.existing and step.fate is Fate.SAME:
                self.outcome.unchanged.append(step.existing)
            elif step.existing and not self.plan.update:
                self.outcome.left.append(step.existing)

    async def _import_within(self, gate: asyncio.Semaphore, step: Step, used_at: float) -> None:
        name = step.portable.name
        async with gate:
            try:
                await self._import(step, used_at)
            except CharacterError as error:
                self.outcome.failures.append(Failure(name, error))
            except Exception:  # the other characters are imported all the same
                log.exception("A character of user %s could not be imported", self.user_id)
                self.outcome.failures.append(Failure(name, ImportFailed()))

    async def _import(self, step: Step, used_at: float) -> None:
        kept, refusal = await self._portrait(step)
        portable = step.portable
        link = portable.link or portable.image_url
        source: dict[str, Any] = {}
        if kept:
            source = image_source(kept.path, portable.image_id, link)
        elif link and not (step.existing and step.existing.has_portrait):
            source = image_source(None, portable.image_id, link)
        path = kept and kept.path
        try:
            if step.existing:
                unused = await self._update(step, step.existing, kept, source)
            else:
                unused = await self._create(step, kept, source, used_at)
        except StorageUnavailable:  # it may be saved all the same; the sweep removes unused files
            raise
        except CharacterError:
            await self.references.remove_unused(self.user_id, path)
            raise
        await self.references.remove_unused(self.user_id, *unused)
        if refusal:
            self.outcome.without_portrait.append(WithoutPortrait(portable.name, refusal))
        elif kept and kept.is_still:
            self.outcome.losses.append(Loss(LossKind.ANIMATION, portable.name))

    async def _portrait(self, step: Step) -> KeptPortrait:
        """The portrait in the file or behind its link; or why there is none."""
        portable = step.portable
        if not step.portrait:
            return KeptPortrait()
        image = portable.image
        try:
            if image is None and portable.image_url:
                image = await self._fetch(portable.image_url)
            if image is None:
                return KeptPortrait()
            source = partial(_already_here, image)
            async with self.preparing, self.admission.turn(self.user_id, has_begun=True):
                focus = portable.fields.get(FOCUS, "")
                return await self.portraits.keep(source, lossless=portable.ours, focus=focus)
        except PortraitRefused as error:
            return KeptPortrait(refusal=error)

    async def _fetch(self, url: str) -> bytes:
        """Raises PortraitRefused, also where the time for all links is over."""
        with self.link_time.running() as seconds:
            try:
                async with asyncio.timeout(seconds):
                    return await self.fetch(url)
            except TimeoutError:
                raise UnusableLink(LinkProblem.OUT_OF_TIME) from None

    async def _create(
        self, step: Step, kept: PortraitFile | None, source: dict[str, Any], used_at: float
    ) -> list[str | None]:
        """Returns the path of the new portrait if the character existed already."""
        portable = step.portable
        record = {"name": portable.name, "description": portable.description}
        record |= {"image_path": None, "image_url": None}
        record |= {"created_at": used_at, "last_used": used_at, **portable.fields}
        character = Character(step.char_id, record, portable.foreign)
        character = with_imported_portrait(character, kept, source)
        saved = await self.store.create(
            self.user_id, character, self.roster_limit, active_id=self.plan.active_id
        )
        self.outcome.losses += portable.losses
        if saved.record == character.record:
            self.outcome.created.append(saved)
            self._add_unkept(portable.name, kept=saved.foreign == character.foreign)
        else:
            self.outcome.unchanged.append(saved)
        return [] if saved.image_path == character.image_path else [character.image_path]

    def _add_unkept(self, name: str, *, kept: bool) -> None:
        """Adds a loss where another import took the room since the plan was made."""
        if not kept:
            self.outcome.losses.append(Loss(LossKind.NO_ROOM, name))

    async def _update(
        self,
        step: Step,
        planned: Character,
        kept: PortraitFile | None,
        source: dict[str, Any],
    ) -> list[str | None]:
        """Returns the paths of the portraits that the trash had no more room for."""
        portable = step.portable

        def change(character: Character) -> Character:
            if character.version != planned.version:  # the player agreed to change that version
                raise CharacterChanged
            fields, foreign, _ = changed_fields(portable, character)
            changed = character.with_fields(**fields).with_foreign(foreign)
            return with_imported_portrait(changed, kept, source)

        updated = await self.foreign.update(self.user_id, planned.char_id, change)
        before, after, is_whole, removed = updated
        self.outcome.updated.append(after.with_foreign({}))  # of all, it would be large
        self.outcome.losses += [*portable.losses, *changed_fields(portable, before).losses]
        self._add_unkept(portable.name, kept=is_whole)
        if before.image_path != after.image_path:
            await self.references.note_trashed(before.image_path)
        return [each.image_path for each in removed]


async def _already_here(image: bytes) -> bytes:
    return image

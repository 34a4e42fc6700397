"""Characters of a file into a user's roster: read, planned, then done, with progress."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from characters.errors import CharacterChanged, CharacterError, ImportRunning, StorageUnavailable
from characters.model import Character
from characters.names import NAME_LIMIT
from characters.portraits.fetching import fetch_image
from characters.portraits.service import ImageSource, KeptPortrait, PortraitService
from characters.references import References
from characters.store.characters import CharacterStore
from characters.transfer.formats.portable import IMAGE_SOURCE, Contents, Failure, Portable, digest
from characters.transfer.formats.reading import read
from characters.transfer.plan import (
    Fate,
    Plan,
    Step,
    changed_fields,
    image_source,
    is_imported_from,
    plan_import,
)

AT_ONCE = 4  # characters whose portraits are fetched and prepared
IMPORTS_AT_ONCE = 2  # in this process: each may hold a file of 10 MiB, and 50 MiB of what was in it

FetchLink = Callable[[str], Awaitable[bytes]]
"""Is asked for the bytes of an image behind a URL, and may raise PortraitRefused."""

_OWN_FAULT = "Something went wrong on my side with this one, and I have noted it down."

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What has become of a file so far.

    `portraits` are characters that came without theirs, `losses` those of which a part could not be kept; `left` are
    the player's own that differ from the file's, where no update was wanted.
    """

    created: list[Character] = field(default_factory=list[Character])
    updated: list[Character] = field(default_factory=list[Character])
    unchanged: list[Character] = field(default_factory=list[Character])
    left: list[Character] = field(default_factory=list[Character])
    failures: list[Failure] = field(default_factory=list[Failure])
    portraits: list[Failure] = field(default_factory=list[Failure])
    losses: list[Failure] = field(default_factory=list[Failure])


class Progress(NamedTuple):
    """How many characters are done; the outcome is complete when all are, and the same object each time."""

    done: int
    total: int
    outcome: Outcome


class Importer:
    """Every method raises StorageUnavailable where the store does not answer, but `run` names it as a failure."""

    def __init__(
        self,
        store: CharacterStore,
        gallery: PortraitService,
        limit: int,
        references: References,
    ) -> None:
        self._store = store
        self._portraits = gallery
        self._limit = limit
        self._references = references
        self._reading = asyncio.Semaphore()  # a hostile file may take much memory: so one at a time
        self._importing = asyncio.Semaphore(IMPORTS_AT_ONCE)
        self._users: set[int] = set()

    def check_idle(self, user_id: int) -> None:
        """Raises ImportRunning where an import of the user is under way in this process."""
        if user_id in self._users:
            raise ImportRunning

    @contextlib.asynccontextmanager
    async def turn(self, user_id: int) -> AsyncGenerator[None, None]:
        """To read, plan and run within: one file of a user at a time, and few of all. Raises ImportRunning."""
        self.check_idle(user_id)
        self._users.add(user_id)
        try:
            async with self._importing:
                yield
        finally:
            self._users.discard(user_id)

    async def read(self, data: bytes) -> Contents:
        """The characters in a file, read in a thread. Raises UnreadableFile."""
        async with self._reading:
            return await asyncio.to_thread(read, data)

    async def plan(self, user_id: int, contents: Contents, *, update: bool = False) -> Plan:
        """What an import would do now. Nothing is changed, and no link is fetched."""
        roster = await self._store.roster(user_id)
        trash_ids = {each.char_id for each in await self._store.trash(user_id, outdated=True)}
        return await plan_import(
            user_id, contents, roster, trash_ids, self._limit, self._shows, update=update
        )

    async def run(
        self, user_id: int, plan: Plan, fetch: FetchLink = fetch_image
    ) -> AsyncGenerator[Progress, None]:
        """Does what was planned, and says after each character how far it is; the first time before any.

        It does not count as creations per minute. It can be repeated without harm, also while it runs. Where the caller
        stops listening (`aclose`), what has not begun is not done.
        """
        outcome = _begun(plan)
        total, gate, now = len(plan.work), asyncio.Semaphore(AT_ONCE), time.time()
        yield Progress(0, total, outcome)

        async def do(number: int, step: Step) -> None:
            async with gate:
                try:
                    # The first of the file is the most recent one, as a roster is sorted.
                    await self._do(
                        user_id, step, plan, partial(fetch), now - number / 1000, outcome
                    )
                except CharacterError as error:
                    outcome.failures.append(Failure(step.portable.name, str(error)))
                except Exception:  # of one: the others still come
                    log.exception("A character of user %s could not be imported", user_id)
                    outcome.failures.append(Failure(step.portable.name, _OWN_FAULT))

        tasks = [asyncio.create_task(do(number, step)) for number, step in enumerate(plan.work)]
        try:
            for done, task in enumerate(asyncio.as_completed(tasks), start=1):
                await task
                yield Progress(done, total, outcome)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        changed = len(outcome.created) + len(outcome.updated)
        log.info("User %s imported %d of %d characters", user_id, changed, total)

    async def _do(
        self, user_id: int, step: Step, plan: Plan, fetch: FetchLink, now: float, outcome: Outcome
    ) -> None:
        portrait, refusal = await self._portrait(step, fetch)
        fields: dict[str, Any] = {}
        if portrait:
            fields = {"image_path": portrait.path, "image_url": portrait.url}
            fields[IMAGE_SOURCE] = image_source(portrait.path, step.portable.image_id)
        unused = {portrait.path if portrait else None}
        try:
            if step.existing:
                character, losses, unused = await self._update(
                    user_id, step.existing, step.portable, fields
                )
                outcome.updated.append(character)
            else:
                character, losses = _new(step, fields, now), step.portable.losses
                saved = await self._store.create(
                    user_id, character, self._limit, active_id=plan.active_id
                )
                (outcome.created if saved.record == character.record else outcome.unchanged).append(
                    saved
                )
                unused -= {saved.image_path}
        except CharacterError as error:
            if not isinstance(
                error, StorageUnavailable
            ):  # it may be saved all the same: that is for the sweep
                await self._references.remove_unused(user_id, *unused)
            raise
        await self._references.remove_unused(user_id, *unused)
        outcome.losses += [Failure(character.name, loss) for loss in losses]
        if refusal:
            outcome.portraits.append(Failure(character.name, str(refusal)))

    async def _portrait(self, step: Step, fetch: FetchLink) -> KeptPortrait:
        image: ImageSource | None = None
        if step.portrait and step.portable.image is not None:
            image = partial(_given, step.portable.image)
        elif step.portrait and step.portable.image_url:
            image = partial(fetch, step.portable.image_url)
        return (
            await self._portraits.keep(image, lossless=step.portable.ours)
            if image
            else KeptPortrait()
        )

    async def _update(
        self, user_id: int, planned: Character, portable: Portable, portrait: dict[str, Any]
    ) -> tuple[Character, tuple[str, ...], set[str | None]]:
        """The character, what could not be kept, and the portrait that it showed before."""
        before: list[Character] = []
        losses: list[tuple[str, ...]] = []

        def change(character: Character) -> Character:
            if character.version != planned.version:
                raise CharacterChanged  # the player agreed to a change of what it was
            fields, lost = changed_fields(portable, character)
            before.append(character)
            losses.append((*portable.losses, *lost))
            return character.with_fields(**fields, **portrait)

        _, character = await self._store.edit(user_id, planned.char_id, change)
        return character, losses[-1], {before[-1].image_path} - {character.image_path}

    async def _shows(self, character: Character, portable: Portable) -> bool:
        if not portable.image_id or is_imported_from(character, portable.image_id):
            return True
        if portable.image_url and portable.image_url == character.image_url:
            return True
        shown = await self._portraits.portrait(character)
        return shown is not None and digest(shown) == portable.image_id


def _begun(plan: Plan) -> Outcome:
    """What is decided before anything is done."""
    outcome = Outcome(failures=list(plan.failures))
    for step in plan.steps:
        if step.fate is Fate.SKIPPED:
            outcome.failures.append(Failure(step.portable.name[:NAME_LIMIT], step.reason))
        elif step.fate is Fate.OVER:
            outcome.failures.append(
                Failure(step.portable.name, "There is no room for it among your characters.")
            )
        elif step.existing and step.fate is Fate.SAME:
            outcome.unchanged.append(step.existing)
        elif step.existing and not plan.update:
            outcome.left.append(step.existing)
    return outcome


def _new(step: Step, portrait: dict[str, Any], now: float) -> Character:
    portable = step.portable
    times = {} if portable.ours else {"created_at": now, "last_used": now}
    images = {"image_path": None, "image_url": None}
    texts = {"name": portable.name, "description": portable.description}
    return Character(step.char_id, {**texts, **images, **times, **portable.fields, **portrait})


async def _given(image: bytes) -> bytes:
    return image

"""Imports the characters of a file into a user's roster: read, planned, then done."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from characters.admission import Admission
from characters.errors import FileProblem, ImportRunning, TooBusy, UnreadableFile
from characters.extras import needed_for
from characters.measures import ImportMeasures
from characters.portraits.service import PortraitService
from characters.references import References
from characters.store.characters import CharacterStore
from characters.store.foreign_store import ForeignStore
from characters.store.pending_files import PendingFiles
from characters.store.shared_turn import SharedTurn
from characters.transfer.foreign_limit import within_limit
from characters.transfer.formats.portable import FILE_LIMIT, Contents, FileKind
from characters.transfer.import_run import FetchLink, ImportProgress, ImportRun
from characters.transfer.plan import Fate, Plan, active_id_after, plan_steps
from characters.transfer.portrait_comparison import (
    COMPARED,
    PortraitComparison,
    without_placeholders,
)
from characters.transfer.unpacking import unpack_contents
from characters.workers.process import Job, WorkerFailed

_READ_FILE = Job(
    "characters.transfer.formats.reading",
    "read_file",
    ("pydantic-core", "pyyaml", "typing-extensions"),
    answer_limit=24 * 2**20,  # bytes: an archive unpacks to 20 MiB at most
)

log = logging.getLogger(f"game_characters.{__name__}")

IMPORTS_AT_ONCE = 16  # of all players: each may hold the contents of a file, 20 MiB at most


class Importer:
    """`files` keeps the files that wait for the player's consent.

    Every method except `run` raises StorageUnavailable if the store does not answer.
    """

    def __init__(
        self,
        store: CharacterStore,
        portraits: PortraitService,
        references: References,
        admission: Admission,
        roster_limit: int,
        measures: ImportMeasures,
    ) -> None:
        self.files = PendingFiles(store)
        self._measures = measures
        self._store = store
        self._foreign = ForeignStore(store)
        self._portraits = portraits
        self._references = references
        self._admission = admission
        self._roster_limit = roster_limit
        self._reading = asyncio.Semaphore()  # one at a time: a hostile file takes 150 MiB
        self._users: set[int] = set()

    async def check_idle(self, user_id: int) -> None:
        """Raises ImportRunning while a process imports a file of the user."""
        if not await self._shared_turn(user_id).is_free():
            raise ImportRunning

    @asynccontextmanager
    async def turn(self, user_id: int) -> AsyncGenerator[None, None]:
        """Read, plan and run inside: one file of a user at a time, in all processes.

        Raises ImportRunning, and TooBusy where too many other users import in this process.
        """
        if user_id in self._users:
            raise ImportRunning
        if len(self._users) >= IMPORTS_AT_ONCE:
            raise TooBusy
        self._users.add(user_id)
        turn = self._shared_turn(user_id)
        try:
            if not await turn.has_come():
                raise ImportRunning
            yield
        finally:
            await turn.end()
            self._users.discard(user_id)

    def _shared_turn(self, user_id: int) -> SharedTurn:
        return SharedTurn(self._store.client, self._store.keys(user_id).importing)

    async def read(self, data: bytes) -> Contents:
        """The characters in a file, which a worker process reads.

        Raises UnreadableFile; the log has the reason if the worker failed. Raises MissingExtra
        where PyYAML is not installed.
        """
        try:
            contents = await self._read(data)
        except UnreadableFile as error:
            self._measures.files[error.problem.name.lower()] += 1
            raise
        self._measures.files["read"] += 1
        return contents

    async def _read(self, data: bytes) -> Contents:
        if len(data) > FILE_LIMIT:
            raise UnreadableFile(FileProblem.TOO_LARGE, limit=FILE_LIMIT)
        try:
            async with self._reading:
                with needed_for("Reading files of players", "discord"):
                    answer = await _READ_FILE.run(data)
            if answer.content.get("refused") == UnreadableFile.__name__:
                raise _refusal(answer.content)
            contents = await unpack_contents(answer)
        except (WorkerFailed, OSError, ValueError) as error:
            log.warning("A file of %d bytes could not be read: %s", len(data), error)
            raise UnreadableFile(FileProblem.UNKNOWN) from error
        if contents.kind not in {FileKind.CARD, FileKind.CARDS}:
            return contents
        first = await without_placeholders(self._portraits, contents.characters[:COMPARED])
        return replace(contents, characters=[*first, *contents.characters[COMPARED:]])

    async def plan(self, user_id: int, contents: Contents, *, update: bool = False) -> Plan:
        """What an import would do now; with `update`, it also changes existing characters.

        Nothing is changed, and no link is fetched.
        """
        roster = await self._store.roster(user_id)
        foreign = await self._foreign.all_of(user_id)
        trash_ids = {each.char_id for each in await self._store.trash(user_id, outdated=True)}
        steps = await plan_steps(
            user_id, contents.characters, roster, foreign, trash_ids, self._roster_limit
        )
        steps = await within_limit(user_id, steps, foreign)
        comparison = PortraitComparison(self._portraits, self._admission, user_id)
        for index, step in enumerate(steps):
            if step.existing and not await comparison.shows(step.existing, step.portable):
                steps[index] = replace(step, fate=Fate.CHANGED, portrait=True)
        active_id = active_id_after(roster, steps)
        return Plan(contents.kind, steps, contents.failures, contents.losses, update, active_id)

    def run(
        self, user_id: int, plan: Plan, fetch: FetchLink | None = None
    ) -> AsyncGenerator[ImportProgress, None]:
        """Does what was planned; see `ImportRun.progress`. What fails is named in the outcome.

        It does not count as creations per minute. It can be repeated without harm, also while
        another one runs.
        """
        if fetch is None:
            from characters.portraits.fetching import fetch_image  # noqa: PLC0415 - aiohttp takes long

            fetch = partial(fetch_image, owner=user_id)
        parts = (self._store, self._foreign, self._portraits, self._references, self._admission)
        return self._counted(ImportRun(*parts, self._roster_limit, user_id, plan, fetch))

    async def _counted(self, run: ImportRun) -> AsyncGenerator[ImportProgress, None]:
        ended, outcome = "stopped", run.outcome
        try:
            async with aclosing(run.progress()) as progress:
                async for each in progress:
                    yield each
            ended = "finished"
        finally:
            self._measures.runs[ended] += 1
            for name in ("created", "updated", "unchanged", "left"):
                self._measures.characters[name] += len(getattr(outcome, name))
            self._measures.characters["failed"] += len(outcome.failures)


def _refusal(content: dict[str, Any]) -> UnreadableFile:
    """Raises ValueError."""
    limit = content.get("limit")
    return UnreadableFile(FileProblem(content.get("problem")), limit if type(limit) is int else 0)

"""Imports of files of our own and of another program, with and without updates."""

from characters.transfer.formats.portable import Contents, FileKind, Portable
from characters.transfer.formats.reading import read
from characters.transfer.import_run import Outcome
from characters.transfer.plan import Plan
from characters.transfer.plan import Step as PlanStep
from tests.histories import model
from tests.histories.client import ROSTER, Client, content_of
from tests.histories.model import Content
from tests.histories.steps import Step, of_user
from tests.transfer.imports import fetch, tuppers

OTHER_PROGRAM = [
    read(tuppers({"name": "Ana", "description": text}, {"name": "Dora", "description": text}))
    for text in ("of a file", "of another file")
]


async def import_file(client: Client) -> None:
    """A plan, which is no promise, and its run: one step for each character."""
    user_id, update = client.user_id(), client.chance.random() < 0.5
    contents = _contents(client, user_id)
    plan = await client.registry.importer.plan(user_id, contents, update=update)

    async def run() -> Outcome:
        outcome = Outcome()
        async for progress in client.registry.importer.run(user_id, plan, fetch):
            outcome = progress.outcome
        return outcome

    answers: list[Step] = []

    def noted(outcome: Outcome) -> tuple[str, ...]:
        answers.extend(_step(user_id, plan, step, outcome) for step in plan.work)
        return tuple(str(each.answer) for each in answers)

    names = [each.name for each in contents.characters]
    await client.ask(f"import {user_id} {names} {update=}", run(), noted)
    for step in plan.work:
        client.moved(user_id, step.char_id, ROSTER)
    client.note(*[[each] for each in answers])


def _contents(client: Client, user_id: int) -> Contents:
    """Another program's file, or one of ours with characters as they were seen."""
    seen = [each for (owner, _), each in client.shared.seen.items() if owner == user_id]
    if not seen or client.chance.random() < 0.5:
        return client.chance.choice(OTHER_PROGRAM)
    with_own_name = [*{each.name: each for each in seen}.values()]
    chosen = client.chance.sample(with_own_name, min(len(with_own_name), 2))
    return Contents(FileKind.ARCHIVE, [Portable.of(each) for each in chosen])


def _step(user_id: int, plan: Plan, step: PlanStep, outcome: Outcome) -> Step:
    """What the run says of this character of the file."""
    told = _told(step, outcome)
    portable = step.portable
    if step.existing is None:
        content = Content(portable.name, portable.description, None)
        return of_user(told, model.create, user_id, step.char_id, content, plan.active_id)
    planned = content_of(step.existing)
    description = (
        portable.description if portable.ours else portable.description or planned.description
    )
    content = Content(portable.name, description, planned.path)
    return of_user(told, model.update, user_id, step.char_id, planned, content)


def _told(step: PlanStep, outcome: Outcome) -> object:
    for character in [*outcome.created, *outcome.updated]:
        if character.char_id == step.char_id:
            return content_of(character)
    for character in outcome.unchanged:
        if character.char_id == step.char_id:
            return "exists", content_of(character)
    (reason,) = (each.reason for each in outcome.failures if each.name == step.portable.name)
    return type(reason).__name__

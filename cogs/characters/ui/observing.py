"""Measures interactions, and gives the id of each to the lines of the log that it causes."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

import discord

from characters.errors import CharacterError, OperatorError, StorageUnavailable
from characters.log_lines import caused_by
from characters.measures import FAILED
from cogs.characters.ui.host import registry_of

UNKNOWN = "unknown"
KINDS = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.autocomplete: "autocomplete",
    discord.InteractionType.component: "component",
    discord.InteractionType.modal_submit: "form",
}


class Outcome(StrEnum):
    """How an interaction ended."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"
    STORE = "store"
    SWITCHED_OFF = "switched_off"
    TOO_LATE = "too_late"
    GONE = "gone"
    FAILED = FAILED
    STOPPED = "stopped"
    UNKNOWN = UNKNOWN


class _Observation:
    """`first_answer` is the time until Discord had an answer, in seconds.

    `is_counted` is False where another process answers.
    """

    def __init__(self) -> None:
        self.is_counted = True
        self.begun = time.monotonic()
        self.first_answer: float | None = None
        self.outcome = Outcome.ANSWERED


_present: ContextVar[_Observation | None] = ContextVar("game_characters_observed", default=None)


@contextmanager
def observed(interaction: discord.Interaction, name: str = "") -> Generator[None, None, None]:
    """Measures what is done inside as one use of a command, or of what has this name."""
    observation = _Observation()
    token = _present.set(observation)
    with caused_by(interaction.id):
        try:
            yield
        except BaseException:
            observation.outcome = Outcome.STOPPED
            raise
        finally:
            _present.reset(token)
            if observation.is_counted:
                _count(interaction, name, observation)


def mark(outcome: Outcome) -> None:
    """How the interaction ended that is measured now."""
    if observation := _present.get():
        observation.outcome = outcome


def mark_error(error: CharacterError) -> None:
    mark(Outcome.STORE if isinstance(error, StorageUnavailable) else Outcome.REFUSED)


def leave_uncounted() -> None:
    """Another process answers the interaction that is measured now, and counts it."""
    if observation := _present.get():
        observation.is_counted = False


def mark_first_answer() -> None:
    """Discord has the first answer to the interaction that is measured now."""
    observation = _present.get()
    if observation and observation.first_answer is None:
        observation.first_answer = time.monotonic() - observation.begun


def count_unknown(interaction: discord.Interaction) -> None:
    """Counts a press that nothing of ours takes; all together, as anybody may send any id."""
    observation = _Observation()
    observation.outcome = Outcome.UNKNOWN
    _count(interaction, UNKNOWN, observation)


def _count(interaction: discord.Interaction, name: str, observation: _Observation) -> None:
    command = interaction.command
    kind = KINDS.get(interaction.type, UNKNOWN)
    use = kind, name or (command.qualified_name if command else UNKNOWN)
    try:
        interactions = registry_of(interaction).measures.interactions
    except OperatorError:  # the cog was unloaded meanwhile
        return
    whole = time.monotonic() - observation.begun
    interactions.count(use, observation.outcome, observation.first_answer, whole)

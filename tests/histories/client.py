"""A client of a history: its registry, what it knows, and the notes of what it did."""

import itertools
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from characters.errors import CharacterError
from characters.model import Character
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import thumbnail_of
from characters.registry import Registry
from characters.store.drafts import Draft, Unsaved
from tests import images
from tests.histories.model import Content, Table
from tests.histories.steps import Event, Step
from tests.histories.turns import TurnRedis

ANA, OTHERS = 1, (2, 3)
USERS = (ANA, *OTHERS)
ROSTER, TRASH, GONE = "roster", "trash", "gone"  # where a character was last known to be
NAMES = ("Ana", "Bob", "Cleo")
CONTENTION = {"CharacterChanged", "LobbyBusy"}  # may be answered at any time, and change nothing

_WEBP = images.webp((1, 1))


@dataclass
class Shared:
    """What all clients of a history know and note."""

    folder: Path
    chance: random.Random
    events: list[Event] = field(default_factory=list[Event])
    clock: Iterator[int] = field(default_factory=itertools.count)
    places: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    seen: dict[tuple[int, str], Character] = field(default_factory=dict[tuple[int, str], Character])
    versions: dict[str, Content] = field(default_factory=dict[str, Content])
    new_drafts: list[tuple[int, Draft]] = field(default_factory=list[tuple[int, Draft]])
    unsaved: list[tuple[int, Unsaved]] = field(default_factory=list[tuple[int, Unsaved]])
    # The user, the id of the version before an edit, and the `Character.version` after it.
    edited: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])

    def hex_id(self) -> str:
        return f"{self.chance.getrandbits(128):032x}"


@dataclass
class Client:
    number: int
    redis: TurnRedis
    registry: Registry
    shared: Shared

    @property
    def chance(self) -> random.Random:
        return self.shared.chance

    def user_id(self) -> int:
        return self.chance.choices(USERS, (12, 1, 1))[0]

    def a_character(self, place: str = ROSTER) -> tuple[int, str]:
        """A user and a char_id that the user has or had: mostly one that seems to be in `place`."""
        user_id = self.user_id()
        known = [char_id for owner, char_id in self.shared.places if owner == user_id]
        there = [each for each in known if self.shared.places[user_id, each] == place]
        if there and self.chance.random() < 0.9:
            return user_id, there[0] if self.chance.random() < 0.7 else self.chance.choice(there)
        return user_id, self.chance.choice(known or ["unknown"])

    def moved(self, user_id: int, char_id: str, place: str) -> None:
        """Notes where the character was last known to be."""
        self.shared.places[user_id, char_id] = place

    def texts(self) -> tuple[str, str]:
        return self.chance.choice(NAMES), f"{self.chance.randrange(1000)}"

    def portrait(self) -> PortraitFile | None:
        """The files of a new portrait, or none."""
        if self.chance.random() < 0.3:
            return None
        path = str(self.shared.folder / f"{self.shared.hex_id()}.webp")
        for each in (path, thumbnail_of(path)):
            Path(each).write_bytes(_WEBP)
        return PortraitFile(path, None)

    async def ask(
        self, text: str, request: Awaitable[Any], read: Callable[[Any], Any] = lambda told: told
    ) -> Any:
        """What `read` makes of the answer, or the name of an error; noted with its times."""
        event = Event(self.number, text, next(self.shared.clock))
        self.shared.events.append(event)
        try:
            event.answer = read(await request)
        except CharacterError as error:
            event.answer = read(error) if isinstance(error, Unsaved) else type(error).__name__
        event.ended = next(self.shared.clock)
        return event.answer

    def note(self, *chains: list[Step]) -> None:
        """Says what steps the last operation of this client consists of."""
        event = next(each for each in reversed(self.shared.events) if each.client == self.number)
        event.chains = [] if event.answer in CONTENTION else list(chains)

    def saw(self, user_id: int, *characters: Character) -> None:
        for each in characters:
            self.shared.seen[user_id, each.char_id] = each
            self.shared.versions[each.version] = content_of(each)
            self.moved(user_id, each.char_id, ROSTER)


def content_of(character: Character) -> Content:
    return Content(character.name, character.description, character.image_path)


def content_of_dict(record: Mapping[str, Any]) -> Content:
    return Content(record["name"], record["description"], record["image_path"])


def table_of(characters: list[Character]) -> Table[str, Content]:
    return Table({each.char_id: content_of(each) for each in characters})


def deleted(trash: list[Character]) -> Table[str, Content]:
    """Without the earlier versions, of which the model knows nothing."""
    return table_of([each for each in trash if not each.is_earlier_version])

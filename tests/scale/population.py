"""Many users with characters as players write them, put into a store in one go."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from redis import Redis

from characters.model import Character
from characters.portrait_fields import PortraitFile
from characters.portraits.assets import thumbnail_of
from characters.store.keys import user_keys
from tests import images

EACH = 3  # characters of a user
WITH_FILES = 10  # each tenth user's characters have portraits: a million take minutes to write
FIRST_USER = 300_000_000_000_000_000  # ids of Discord's have 18 digits and more
AT_ONCE = 500  # users in one request
TEXT = (
    "a retired pirate with one glass eye who hums when she lies and keeps a map under the hat she "
    "won from a bishop in a game of cards nobody else remembers"
)
WORDS = TEXT.split()


class Population(NamedTuple):
    """How many there are, and the bytes of their records as JSON."""

    users: int
    characters: int
    json_bytes: int

    @property
    def user_ids(self) -> range:
        return range(FIRST_USER, FIRST_USER + self.users)


def populate(redis: Redis, root: Path, users: int) -> Population:
    """`root` is the folder of the portraits; each user plays the last character."""
    image = root.with_name(f"{root.name}.webp")  # of all portraits, or they would fill the disk
    image.write_bytes(images.webp())
    chance = random.Random(1)
    size = 0
    ids = iter(range(FIRST_USER, FIRST_USER + users))
    while some := list(itertools.islice(ids, AT_ONCE)):
        pipeline = redis.pipeline(transaction=False)
        for user_id in some:
            keys = user_keys(user_id, cluster=False)
            records: dict[str, str] = {}
            for character in _characters(user_id, image, root, chance):
                records[character.char_id] = character.to_json()
            size += sum(len(record.encode()) for record in records.values())
            pipeline.hset(keys.characters, mapping=records)
            pipeline.set(keys.active, next(reversed(records)))
        pipeline.execute()
    return Population(users, users * EACH, size)


def _characters(
    user_id: int, image: Path, root: Path, chance: random.Random
) -> Iterator[Character]:
    for number in range(EACH):
        name = f"{chance.choice(WORDS)} {chance.choice(WORDS)}".title()
        description = " ".join(chance.choices(WORDS, k=chance.randint(20, 300)))
        path = root / f"{user_id:020x}{number:012x}.webp"
        if user_id % WITH_FILES == 0:
            for file in (path, Path(thumbnail_of(str(path)))):
                file.hardlink_to(image)
            portrait = PortraitFile(str(path), f"https://example.org/portraits/{path.name}")
        else:
            portrait = None
        yield Character.new(name, description, portrait)

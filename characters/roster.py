"""A user's characters, and how one of them is found by its name."""

from typing import NamedTuple

from characters.matching import Match, match, plain
from characters.model import Character
from characters.names import RAW_NAME_LIMIT, folded


class Roster(NamedTuple):
    """A user's characters, most recently used first, and the id of the active one, or None."""

    characters: list[Character]
    active_id: str | None

    @property
    def active(self) -> Character | None:
        return next((each for each in self.characters if each.char_id == self.active_id), None)

    def matching(self, text: str) -> list[Character]:
        """The characters with this text in their name, the best match first.

        Accents, case, width and style make no difference. None for a very long text.
        """
        if len(text) > RAW_NAME_LIMIT:
            return []
        wanted = plain(text)
        found: list[tuple[Match, int]] = []
        for number, character in enumerate(self.characters):
            fits = match(wanted, plain(character.name))
            if fits is not None:
                found.append((fits, number))
        return [self.characters[number] for _, number in sorted(found)]

    def find(self, text: str) -> list[Character]:
        """The characters that a player means: several where the text does not decide.

        That is the one with this id; else those with this name, as it is written before any other
        spelling of it; else those with the text in their name.
        """
        if len(text) > RAW_NAME_LIMIT:
            return []
        with_id = [each for each in self.characters if each.char_id == text]
        named = [each for each in self.characters if folded(each.name) == folded(text)]
        matching = self.matching(text)
        spelled = [each for each in matching if plain(each.name) == plain(text)]
        return with_id or named or spelled or matching


def most_recent_first(characters: list[Character]) -> list[Character]:
    return sorted(characters, key=lambda each: (-each.last_used, -each.created_at, each.char_id))

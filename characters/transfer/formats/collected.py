"""Several characters of one file, read one by one."""

from collections.abc import Callable

from characters.errors import FileProblem, UnreadableFile
from characters.transfer.formats.portable import Contents, Failure, FileKind

CHARACTERS_LIMIT = 5_000


class Collected:
    """One character that can't be read never hides the others."""

    def __init__(self, kind: FileKind) -> None:
        self._contents = Contents(kind, [])

    def add(self, read: Callable[[], Contents], name: str = "", number: int = 0) -> None:
        """Adds what `read` returns, or the UnreadableFile that it raises.

        `name` is that of the file in an archive, and `number` the place, from 1, in the file.
        Raises UnreadableFile where there are too many.
        """
        characters, failures = self._contents.characters, self._contents.failures
        try:
            part = read()
        except UnreadableFile as error:
            failures.append(Failure(name[:80], error, number))
        else:
            characters += part.characters
            failures += part.failures
        if len(characters) + len(failures) > CHARACTERS_LIMIT:
            if not characters:
                raise failures[0].reason
            raise UnreadableFile(FileProblem.TOO_MANY_CHARACTERS, limit=CHARACTERS_LIMIT)

    def contents(self) -> Contents:
        """Raises UnreadableFile where there is nothing but one and the same reason."""
        reasons = [each.reason for each in self._contents.failures]
        problems = {each.problem for each in reasons if isinstance(each, UnreadableFile)}
        if not self._contents.characters and len(problems) == 1:
            raise reasons[0]
        return self._contents

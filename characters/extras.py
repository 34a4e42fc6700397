"""Optional dependencies: what to install where one is missing."""

from collections.abc import Generator
from contextlib import contextmanager

from characters.errors import OperatorError


class MissingExtra(OperatorError, ImportError):
    """An optional dependency is not installed. The sentence names the extra that brings it."""

    def __init__(self, purpose: str, module: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs the module {module}, which is not installed: "
            f"run `pip install 'game-characters[{extra}]'`."
        )


@contextmanager
def needed_for(purpose: str, extra: str) -> Generator[None, None, None]:
    """Around imports from that extra. Raises MissingExtra where a module is not found."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(purpose, (error.name or "").partition(".")[0], extra) from error

"""Jobs for the tests of worker processes."""

from collections.abc import Sequence
from typing import Any

from characters.errors import FileProblem, UnreadableFile
from characters.workers.exchange import Message


def echo(files: Sequence[bytes], **content: Any) -> Message:
    return Message(content, files)


def refuse(_: Sequence[bytes]) -> Message:
    raise UnreadableFile(FileProblem.TOO_LARGE, limit=5)


def fail(_: Sequence[bytes]) -> Message:
    raise ZeroDivisionError("at all")


def flood(_: Sequence[bytes]) -> Message:
    return Message({}, [bytes(2**20)])

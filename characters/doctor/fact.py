"""One line of the doctor's report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """What is so, and what to do about it where it is wrong; else `advice` is empty.

    No field holds a password or the bot's token.
    """

    subject: str
    name: str
    value: str
    advice: str = ""

"""A main bot in one file."""

from host import HostBot as MainBot

__all__ = ["MainBot"]

"""Forms, and what players fill in."""

import re
from functools import cached_property
from typing import Any, cast

import discord
from discord import ui

from characters.store.drafts import Upload

SPOILER_FLAG = 1 << 3  # of an attachment; a file whose name begins with SPOILER_ is one too


class Form(ui.Modal):
    """A modal. It comes back as a Submission, perhaps to another process."""

    def __init__(self, title: str, custom_id: str) -> None:
        super().__init__(title=title, timeout=None, custom_id=custom_id)
        self.stop()  # discord.py need not remember it


class Submission:
    """A submitted form: its custom_id, and its fields by their custom_ids.

    Only the custom_id is read before a field is asked for: other programs' forms pass here too. A
    field that is missing or of another type reads as empty, as anybody may send any form.
    """

    def __init__(self, interaction: discord.Interaction) -> None:
        self._data = _object(interaction.data)
        self.custom_id = str(self._data.get("custom_id"))

    @cached_property
    def _fields(self) -> dict[str, dict[str, Any]]:
        fields: dict[str, dict[str, Any]] = {}
        for label in _list(self._data.get("components")):
            field = _object(_object(label).get("component"))
            fields[str(field.get("custom_id"))] = field
        return fields

    def text(self, field: str) -> str | None:
        """None if the form had no such field."""
        value = self._fields.get(field, {}).get("value")
        return value if isinstance(value, str) else None

    def chosen(self, field: str) -> str:
        """The first value of a menu; empty without one."""
        for value in _list(self._fields.get(field, {}).get("values")):
            return value if isinstance(value, str) else ""
        return ""

    def field_like(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of the first field whose custom_id is of this form."""
        matches = (pattern.fullmatch(custom_id) for custom_id in self._fields)
        return next(filter(None, matches), None)

    def upload(self, field: str) -> Upload | None:
        """The first file, if there is one."""
        attachments = _object(_object(self._data.get("resolved")).get("attachments"))
        for attachment_id in _list(self._fields.get(field, {}).get("values")):
            match attachments.get(str(attachment_id)):
                case {"url": str(url), "size": int(size), **more}:
                    return Upload(url, size, _is_spoiler(_object(more)))
                case _:
                    pass
        return None


def _is_spoiler(attachment: dict[str, Any]) -> bool:
    flags = attachment.get("flags")
    is_flagged = isinstance(flags, int) and bool(flags & SPOILER_FLAG)
    return is_flagged or str(attachment.get("filename")).startswith("SPOILER_")


def _object(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []

"""Forms, and what players fill in."""

from functools import cached_property
from typing import Any, cast

import discord
from discord import ui

from characters.store.drafts import Upload


class Form(ui.Modal):
    """A modal. It comes back as a Submission, perhaps to another process."""

    def __init__(self, title: str, custom_id: str) -> None:
        super().__init__(title=title, timeout=None, custom_id=custom_id)
        self.stop()  # discord.py need not remember it


class Submission:
    """A submitted form: its custom_id, and its fields by their custom_ids.

    Only the custom_id is read before a field is asked for: other programs' forms pass here too.
    """

    def __init__(self, interaction: discord.Interaction) -> None:
        self._data = cast("dict[str, Any]", interaction.data)
        self.custom_id: str = self._data["custom_id"]

    @cached_property
    def _fields(self) -> dict[str, dict[str, Any]]:
        labels = [each for each in self._data.get("components", []) if "component" in each]
        return {each["component"].get("custom_id", ""): each["component"] for each in labels}

    def text(self, field: str) -> str | None:
        """None if the form had no such field."""
        value = self._fields.get(field, {}).get("value")
        return value if isinstance(value, str) else None

    def checked(self, field: str) -> bool:
        return bool(self._fields.get(field, {}).get("value"))

    def upload(self, field: str) -> Upload | None:
        """The first file, if there is one."""
        attachment_ids = self._fields.get(field, {}).get("values", [])
        if not attachment_ids:
            return None
        attachments = self._data.get("resolved", {}).get("attachments", {})
        attachment = attachments.get(attachment_ids[0])
        return attachment and Upload(attachment["url"], attachment["size"])

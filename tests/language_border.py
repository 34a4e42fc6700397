"""Where the bot's requests enter the simulated Discord: their texts are checked there.

`tests.pseudo_language` says what for.
"""

import gettext
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from typing import Any
from unittest.mock import patch

import discord
import simcord.interactions
from simcord.backend import serializers
from simcord.http import router

from tests import pseudo_language as pseudo

LANGUAGE = "cogs.characters.ui.language"
EPHEMERAL = 1 << 6
BUTTON, MENU, INPUT, LABEL, TEXT, THUMBNAIL, GALLERY = 2, 3, 4, 18, 10, 11, 12
LIMITS = {  # letters that Discord takes
    (BUTTON, "label"): 80,
    (MENU, "placeholder"): 150,
    (INPUT, "placeholder"): 100,
    (LABEL, "label"): 45,
    (LABEL, "description"): 100,
    (THUMBNAIL, "description"): 1024,
    (GALLERY, "description"): 1024,
}
TITLE, OPTION, MESSAGE = 45, 100, 4000

_CALLBACK = re.compile(r".*/interactions/\d+/(?P<token>[^/]+)/callback")
_ORIGINAL = re.compile(r".*/webhooks/\d+/(?P<token>[^/]+)/messages/@original")
_CHANNEL = re.compile(r".*/channels/\d+/messages(/\d+)?")


class Border:
    """Takes all requests of a bot and passes them on in English; `complaints` are about texts."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.texts: list[str] = []  # as they were sent
        self.typed: set[str] = set()  # what players typed, where it looks like sentences of ours
        self._public: dict[str, bool] = {}  # by the token of an interaction, if it is in a server
        self._in_server: set[str] = set()

    def interaction(self, payload: dict[str, Any]) -> None:
        """Says which languages are spoken where an interaction comes from."""
        payload["locale"] = pseudo.PLAYER
        if "guild_locale" in payload:
            payload["guild_locale"] = pseudo.SERVER
            self._in_server.add(payload["token"])

    def request(self, method: str, path: str, json: Any) -> Any:
        """What the simulated Discord gets. What is posted to a channel is from tests."""
        by_test = method == "POST" and _CHANNEL.fullmatch(path)
        if isinstance(json, dict) and "/commands" not in path and not by_test:
            message = json.get("data", json)
            self._check_limits(message)
            self._check_texts(path, json, [*pseudo.texts_of(message)])
            return pseudo.plain(json)
        return json

    def file(self, file: discord.File) -> discord.File:
        """A report is in the player's language; all other files pass as they are."""
        if not file.filename.endswith(".md"):
            return file
        text = file.fp.read().decode()
        self._check_english(file.filename, text.splitlines())
        return discord.File(BytesIO(pseudo.plain(text).encode()), file.filename)

    def _check_english(self, place: str, texts: list[str]) -> None:
        for text in texts:
            left = pseudo.left_in_english(text)
            if left and not any(left in typed for typed in self.typed):
                self.complaints.append(f"{place}: English is left: {left!r} in {text!r}")

    def _check_texts(self, path: str, json: dict[str, Any], texts: list[str]) -> None:
        self.texts += texts
        self._check_english(path, texts)
        public = self._is_public(path, json)
        if public is None:
            return
        wrong = pseudo.BRACKETS[pseudo.PLAYER if public else pseudo.SERVER]
        right = pseudo.BRACKETS[pseudo.SERVER if public else pseudo.PLAYER]
        within = re.compile("{}.*{}".format(*right), re.DOTALL)  # what is filled in may be stored
        for text in texts:
            if any(each in within.sub("", text) for each in wrong):
                where = "a channel" if public else "one player"
                self.complaints.append(f"{path}: the wrong language for {where}: {text!r}")

    def _is_public(self, path: str, json: dict[str, Any]) -> bool | None:
        """Whether a channel of a server reads it; None where that is not known."""
        if _CHANNEL.fullmatch(path):
            return True
        if match := _CALLBACK.fullmatch(path):
            flags = (json.get("data") or {}).get("flags", 0)
            if json["type"] not in {4, 5} or match["token"] not in self._in_server:
                return None
            self._public[match["token"]] = not flags & EPHEMERAL
            return self._public[match["token"]]
        if match := _ORIGINAL.fullmatch(path):
            return self._public.get(match["token"])
        return None

    def _check_limits(self, message: Any) -> None:
        if not isinstance(message, dict):
            return
        components = [*_components(message)]
        total = sum(len(each["content"]) for each in components if each.get("type") == TEXT)
        found = [(total, MESSAGE, "the message"), (len(message.get("title", "")), TITLE, "title")]
        for each in components:
            for (kind, key), limit in LIMITS.items():
                text = each.get(key)
                if isinstance(text, str) and kind == each.get("type"):
                    found.append((len(text), limit, text))
            for option in [*each.get("options", []), *each.get("items", [])]:
                limit = 1024 if "media" in option else OPTION
                texts = [option.get("label"), option.get("description")]
                found += [(len(text), limit, text) for text in texts if text]
        self.complaints += [
            f"{text!r} has {length} letters, and {limit} is the most"
            for length, limit, text in found
            if length > limit
        ]


@contextmanager
def pseudo_languages() -> Generator[Border, None, None]:
    """Inside, players and servers of the simulated Discord have languages of their own."""
    border = Border()
    dispatch, base_payload = router.dispatch, simcord.interactions.base_payload
    guild_payload = serializers.guild_create_payload
    catalogues = {each: pseudo.PseudoLanguage(each) for each in pseudo.BRACKETS}
    translation = gettext.translation

    def looked_up(domain: str, folder: Any, names: list[str], **options: Any) -> Any:
        return catalogues.get(names[0]) or translation(domain, folder, names, **options)

    def sent(backend: Any, method: str, path: str, **request: Any) -> Any:
        request["json"] = border.request(method, path, request.get("json"))
        request["files"] = [border.file(each) for each in request.get("files") or []]
        return dispatch(backend, method, path, **request)

    def received(*args: Any, **more: Any) -> Any:
        record, payload = base_payload(*args, **more)
        border.interaction(payload)
        return record, payload

    def guild(*args: Any) -> Any:
        return {**guild_payload(*args), "preferred_locale": pseudo.SERVER}

    # Each bot that is closed has the cogs imported anew: what is replaced here is not theirs.
    import_module(LANGUAGE).catalogue.cache_clear()
    with (
        patch.object(gettext, "translation", looked_up),
        patch.object(router, "dispatch", sent),
        patch.object(simcord.interactions, "base_payload", received),
        patch.object(serializers, "guild_create_payload", guild),
    ):
        yield border
    import_module(LANGUAGE).catalogue.cache_clear()


def _components(value: Any) -> Iterator[dict[str, Any]]:
    """Every component, nested ones too."""
    for each in value.get("components", []):
        yield each
        yield from _components(each)
        for key in ("component", "accessory"):
            if key in each:
                yield each[key]
                yield from _components(each[key])

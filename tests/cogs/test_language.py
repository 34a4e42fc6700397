"""In which language somebody reads: the player's own, or the server's where a channel reads."""

import asyncio
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from babel.messages.catalog import Catalog

from characters.errors import CharacterError
from characters.registry import Registry
from cogs.characters.ui import language
from cogs.characters.ui.language import _, in_language, listed, ngettext, number
from docs.locales import compiled
from tests.language_border import Border
from tests.people import answer, buttons, read
from tests.pseudo_language import BRACKETS, PLAYER, SERVER, PseudoLanguage


class French(PseudoLanguage):
    """Has no separator in four digits, and a narrow space in five."""

    def gettext(self, message: str) -> str:
        return {"12,345": "12\u202f345", "1,234": "1234", ", ": " et "}.get(message, message)


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "catalogue", lambda _locale: French(PLAYER))


def test_numbers_are_written_as_in_english_without_a_catalogue() -> None:
    assert [number(each) for each in (0, 999, 1000, 20_000, 1_234_567)] == [
        *("0", "999", "1,000", "20,000", "1,234,567")
    ]


@pytest.mark.usefixtures("french")
def test_numbers_are_written_as_the_catalogue_says() -> None:
    assert [number(each) for each in (999, 1000, 20_000, 1_234_567)] == [
        *("999", "1000", "20\u202f000", "1\u202f234\u202f567")
    ]
    assert _("{count} of {limit} characters", count=1000, limit=10_000) == (
        "1000 of 10\u202f000 characters"
    )
    assert listed(["Ana", "Bob"]) == "Ana et Bob"


@pytest.mark.parametrize(
    ("locale", "folder"),
    [
        ("de", "de"),
        ("es-ES", "es"),
        ("es-419", "es"),
        ("pt-BR", "pt_BR"),
        ("pt-PT", None),
        ("en-GB", None),
        ("zh-TW", None),
        ("unknown", None),
    ],
)
def test_a_locale_of_discords_has_the_catalogue_of_its_language(
    locale: str, folder: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Spanish is one catalogue for Spain and Latin America; what is not there is English."""
    for each in ("de", "es", "pt_BR"):
        catalog = Catalog(each)
        catalog.add("Play", f"Play in {each}")
        path = tmp_path / each / "LC_MESSAGES" / "game_characters.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(compiled(catalog))
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language.catalogue.cache_clear()
    with in_language(locale):
        assert _("Play") == (f"Play in {folder}" if folder else "Play")
    language.catalogue.cache_clear()


def test_a_locale_that_discord_has_invented_since_is_english() -> None:
    invented: Any = discord.enums.try_enum(discord.Locale, "xx")
    with in_language(invented):
        assert _("Play") == "Play"
        assert ngettext("- {count} portrait", "- {count} portraits", 2) == "- 2 portraits"


async def test_a_player_reads_their_own_language(
    ana: Any, channel: Any, world: simcord.Env, languages: Border
) -> None:
    await ana.slash(channel, "character list")
    first, last = BRACKETS[PLAYER]
    assert any(first in text and last in text for text in languages.texts)
    assert not any(bracket in text for bracket in BRACKETS[SERVER] for text in languages.texts)
    assert world.errors == []


async def test_a_lobby_is_in_the_language_of_its_server_for_ever(
    ana: Any, bob: Any, channel: Any, registry: Registry, languages: Border
) -> None:
    """Whoever presses, and whatever the server's language is then."""
    opened = await ana.slash(channel, "lobby open")
    lobby = await registry.lobbies.get(answer(opened).id)
    assert lobby.locale == SERVER
    assert lobby.title.translate({ord(each): None for each in BRACKETS[SERVER]}) != lobby.title
    await registry.create(bob.id, "Nyx", "")
    languages.texts.clear()
    await bob.click(answer(opened).message, label="Join")
    shown = [text for text in languages.texts if "Nyx" in text]
    assert shown
    assert all(BRACKETS[SERVER][0] in text for text in shown)


async def test_a_refusal_of_a_redrawn_lobby_is_in_the_language_of_each_who_waits(
    ana: Any, channel: Any, world: simcord.Env
) -> None:
    """One redrawing serves all who press at the same time."""
    lobby = answer(await ana.slash(channel, "lobby open"))
    world.inject_error("PATCH", f"/channels/{channel.id}/*", status=403, code=50001, times=None)

    cog: Any = world.bot.get_cog("GameLobby")
    spoken = type(cog).open_.callback.__globals__["in_language"]  # others load the modules anew

    async def refusal(locale: str) -> str:
        with spoken(locale):
            try:
                await cog.redraw(channel.id, lobby.id)
            except CharacterError as error:
                return str(error)
        return ""

    refusals = await asyncio.gather(refusal(PLAYER), refusal(SERVER), refusal("en-US"))
    assert [each[0] for each in refusals] == [BRACKETS[PLAYER][0], BRACKETS[SERVER][0], "T"]


async def test_what_is_shared_is_in_the_language_of_the_server_and_a_refusal_is_not(
    ana: Any, channel: Any, registry: Registry, languages: Border
) -> None:
    await registry.create(ana.id, "Zed", "")
    languages.texts.clear()
    shared = await ana.slash(channel, "character show", share=True)
    assert "Take back" in buttons(answer(shared))
    assert all(BRACKETS[SERVER][0] in text for text in languages.texts if "Zed" not in text)


async def test_a_shared_character_outside_of_servers_is_in_the_players_language(
    world: simcord.Env, registry: Registry, languages: Border
) -> None:
    eve = world.create_user("eve")
    await registry.create(eve.id, "Zed", "")
    await eve.slash("character show", share=True)
    assert languages.texts
    assert not any(bracket in text for bracket in BRACKETS[SERVER] for text in languages.texts)


@pytest.mark.parametrize("word", ["forget", "Forget", "⟦ｆｏｒｇｅｔ¬⟧"])
async def test_the_word_is_typed_in_the_players_language_or_in_english(
    ana: Any, channel: Any, registry: Registry, word: str
) -> None:
    await registry.create(ana.id, "Zed", "")
    asked = answer(await ana.slash(channel, "character forget"))
    form = await ana.click(asked.message, label="Forget me")
    assert "Nothing of yours is kept here" in read(await ana.submit_modal(form, {"word": word}))
    assert await registry.active(ana.id) is None

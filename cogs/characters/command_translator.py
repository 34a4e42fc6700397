"""The texts of the command tree in the languages of Discord's clients."""

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from cogs.characters.ui.language import DOMAIN, translated


class CommandTranslator(Translator):
    """For a bot that has no translator of its own."""

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        del context
        return command_translation(string, locale)


def command_translation(string: locale_str, locale: Locale) -> str | None:
    """One of our texts in this language; None for other texts, and without a translation.

    A main bot's own translator can ask it for what it does not know.
    """
    if string.extras.get("domain") != DOMAIN:
        return None
    return translated(string.message, locale)

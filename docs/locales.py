"""Extracts the sentences for players, and brings the catalogues up to date; `make locales`."""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from cogs.characters.ui.language import DOMAIN, FOLDER

COGS = FOLDER.parents[1]
TEMPLATE = FOLDER / f"{DOMAIN}.pot"
KEYWORDS = {"_": None, "N_": None, "NN_": (1, 2), "ngettext": (1, 2), "command_text": None}
TAGS = ("Translators:",)
# These would differ each time.
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_DATED = re.compile(rb'^"(?:POT-Creation|PO-Revision)-Date: .*"\n', re.MULTILINE)


def template() -> Catalog:
    """All sentences in the order of the files, with the comments for translators."""
    catalog = Catalog(project="game-characters", header_comment="# Sentences for players.")
    found = extract_from_dir(COGS, keywords=KEYWORDS, comment_tags=TAGS, strip_comment_tags=True)
    for file, _line, message, comments, context in found:
        location = f"cogs/{Path(file).as_posix()}"
        catalog.add(message, None, [(location, 0)], auto_comments=comments, context=context)
    return catalog


def catalogues() -> dict[str, Path]:
    """The catalogue of each language, by its name."""
    paths = sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return {path.parents[1].name: path for path in paths}


def read(language: str, path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def written(catalog: Catalog) -> bytes:
    """The text of a catalogue or template: without dates and numbers of lines."""
    file = BytesIO()
    write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    return _DATED.sub(b"", file.getvalue())


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads."""
    catalog.creation_date = catalog.revision_date = _NO_DATE
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main(chosen: Sequence[str]) -> None:
    """Brings these languages up to date; without any, the template and all of them."""
    wanted = template()
    if not chosen:
        TEMPLATE.write_bytes(written(wanted))
    for language, path in catalogues().items():
        if chosen and language not in chosen:
            continue
        catalog = read(language, path)
        catalog.update(wanted, no_fuzzy_matching=True)
        path.write_bytes(written(catalog))
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        missing = sum(not all(strings(each)) for each in catalog if each.id)
        print(f"{language}: {len(catalog)} sentences, {missing} to translate")


def strings(message: Message) -> tuple[str, ...]:
    """The sentence of an entry, or its plural forms; empty ones are to be translated."""
    found = message.string or ""
    return (found,) if isinstance(found, str) else tuple(found)


if __name__ == "__main__":
    main(sys.argv[1:])

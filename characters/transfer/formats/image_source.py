"""Where a portrait was imported from: a field of the record.

    {"portrait": file name, "of": image id, "link": URL}

The file name says of which portrait it speaks: a later one has another. It is null where the link
could not be fetched, so that there is no portrait. `link` is missing where there was none.
"""

from characters.model import Character
from characters.portrait_fields import IMAGE_SOURCE, PortraitFile, file_name
from characters.transfer.formats.json_text import Json, as_object

LINK_LIMIT = 2_048  # letters


def image_source(path: str | None, image_id: str, link: str | None) -> Json:
    """The field for a portrait with this path."""
    source: Json = {"portrait": file_name(path), "of": image_id}
    if link and len(link) <= LINK_LIMIT:
        source["link"] = link
    return {IMAGE_SOURCE: source}


def with_imported_portrait(
    character: Character, portrait: PortraitFile | None, source: Json
) -> Character:
    """With the new portrait, if there is one, and the field that says where it is from."""
    if portrait:
        character = character.with_portrait(portrait, spoiler=character.has_spoiler)
    return character.with_fields(**source)


def is_imported_from(character: Character, image_id: str) -> bool:
    source = _source(character)
    return character.image_path is not None and source.get("of") == image_id


def imported_link(character: Character) -> str | None:
    """The link that the character's portrait was imported from."""
    link = _source(character).get("link")
    return link if isinstance(link, str) else None


def _source(character: Character) -> Json:
    """The field, or nothing where it speaks of an earlier portrait."""
    source = as_object(character.record.get(IMAGE_SOURCE))
    if source.get("portrait") != file_name(character.image_path):
        return {}
    return source

"""Characters as they travel, for specifications over all of them."""

from typing import Any

from hypothesis import strategies as st

from characters.errors import InvalidName
from characters.model import Character
from characters.names import clean_description, clean_name
from characters.transfer.formats.portable import OURS, Portable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.floats(0, 1.7e9) | st.integers(0, 1_700_000_000)  # all of them in the past
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**30, 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


_OF_THE_STORE = (
    "created_at",
    "last_used",
    "char_id",
    "trashed",
    "image_path",
    "image_url",
    "image_source",
)


def _is_name(text: str) -> bool:
    try:
        return clean_name(text) == text
    except InvalidName:
        return False


NAMES = st.sampled_from(
    ["Ana", "Zoë", "Ολγα", "山田", "👩‍🚀", "<@&1> **x**", "../..", "-"]
) | TEXT.filter(_is_name)
DESCRIPTIONS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(
    clean_description
)


def _objects(*without: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(TEXT.filter(lambda key: key not in without), JSON, max_size=4)


CARD_FIELDS = (
    "personality",
    "creator_notes",
    "character_version",
    "alternate_greetings",
    "group_only_greetings",
    "tags",
    "character_book",
    "nickname",
    "source",
    "creator_notes_multilingual",
    "creation_date",
    "assets",
    "extensions",
)
TUPPER_FIELDS = ("brackets", "position", "posts", "show_brackets", "birthday", "tag", "nick")
MEMBER_FIELDS = (
    "id",
    "pronouns",
    "banner",
    "webhook_avatar_url",
    "color",
    "birthday",
    "keep_proxy",
    "tts",
    "message_count",
    "proxy_tags",
    "privacy",
    "visibility",
)


def fields_of_any_type(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON))


def _kept(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Known and unknown fields with anything in them, but nothing that stands for a portrait."""
    parts = st.tuples(
        _objects("name", "description", "avatar_url", OURS), fields_of_any_type(*names)
    )
    return parts.map(lambda both: both[0] | both[1]).filter(_is_kept)


def _is_kept(fields: dict[str, Any]) -> bool:
    extensions = fields.get("extensions")
    own = isinstance(extensions, dict) and OURS in extensions
    # Those texts are the portrait or the description, and not kept.
    texts = [fields.get(key) for key in ("webhook_avatar_url", "personality")]
    return bool(fields) and not own and not any(isinstance(each, str) for each in texts)


def _has_no_portrait(card: dict[str, Any]) -> bool:
    return "assets" not in card or not isinstance(card["assets"], list)


def foreign() -> st.SearchStrategy[dict[str, Any]]:
    """What foreign files leave with a character: read from one, so that it is what can be there."""
    card = _kept(*CARD_FIELDS).filter(_has_no_portrait)
    kept = {
        "card": st.fixed_dictionaries({"data": card}),
        "tupperbox": _kept(*TUPPER_FIELDS),
        "pluralkit": _kept(*MEMBER_FIELDS),
    }
    return st.fixed_dictionaries({}, optional=kept)


@st.composite
def characters(draw: st.DrawFn) -> Character:
    """A character with all that a record may hold."""
    times = draw(st.fixed_dictionaries({}, optional={"created_at": TIMES, "last_used": TIMES}))
    record = {
        **draw(_objects(*_OF_THE_STORE)),
        **times,
        "name": draw(NAMES),
        "description": draw(DESCRIPTIONS),
    }
    return Character(draw(st.from_regex(r"[0-9a-f]{12}", fullmatch=True)), record, draw(foreign()))


@st.composite
def foreign_cards(draw: st.DrawFn) -> dict[str, Any]:
    """A card as another program writes it, with anything in any field."""
    known = dict.fromkeys(
        ["personality", "tags", "extensions", "character_book", "creation_date", "assets"], JSON
    )
    data = draw(_objects("name", "description")) | draw(st.fixed_dictionaries({}, optional=known))
    data |= {"name": draw(NAMES), "description": draw(DESCRIPTIONS)}
    beside = draw(_objects("data", "spec", "spec_version"))
    repeated = {key: data[key] for key in draw(st.sets(st.sampled_from(sorted(data))))}
    return {**beside, **repeated, "spec": "chara_card_v2", "spec_version": "2.0", "data": data}


def same(portable: Portable, character: Character, form: str) -> bool:
    """Whether what came out of a file of this form is what may be in it of the character."""
    family = form if form in {"tupperbox", "pluralkit"} else "card"
    foreign = character.foreign
    if form != "archive":
        foreign = {key: value for key, value in foreign.items() if key == family}
    own = {"created_at", "last_used"}
    fields = {key: value for key, value in character.record.items() if key in own}
    texts = (character.name, character.description, character.char_id)
    return (*texts, fields, foreign) == (
        portable.name,
        portable.description,
        portable.char_id,
        portable.fields,
        portable.foreign,
    )

"""Characters as they travel, for specifications over all of them."""

from typing import Any

from hypothesis import strategies as st

from characters.errors import InvalidName
from characters.model import Character
from characters.names import clean_description, clean_name
from characters.transfer.formats.portable import OURS, Portable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.none() | st.floats(0, 4e9) | st.integers(0, 4_000_000_000)
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


def _foreign() -> st.SearchStrategy[dict[str, Any]]:
    """What foreign files leave with a character: read from one, so that it is what can be there."""
    tupper = _objects("name", "description", "avatar_url", OURS)
    card = st.fixed_dictionaries(
        {},
        optional={
            "personality": JSON.filter(lambda value: not isinstance(value, str)),
            "tags": JSON,
            "character_book": JSON,
            "extensions": _objects(OURS),
            "creation_date": JSON,
            "assets": st.lists(
                st.just({"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}),
                max_size=1,
            ),
        },
    )
    kept = {
        "card": st.fixed_dictionaries({"data": card.filter(bool)}),
        "tupperbox": tupper.filter(bool),
        "pluralkit": tupper.filter(bool),
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
    return Character(draw(st.from_regex(r"[0-9a-f]{12}", fullmatch=True)), record, draw(_foreign()))


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


def same(portable: Portable, character: Character) -> bool:
    """Whether what came out of a file is the character that went in, field by field."""
    expected = Portable.of(character)
    return _content(portable) == _content(expected)


def _content(portable: Portable) -> tuple[Any, ...]:
    texts = (portable.name, portable.description, portable.char_id)
    return *texts, dict(portable.fields), dict(portable.foreign)

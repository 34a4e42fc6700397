"""The Lua scripts: each names its keys, and computes no number that Redis could misread."""

import re
from pathlib import Path

import pytest
from redis.asyncio import Redis

from characters.store import limits, scripts
from characters.store.keys import UserKeys, user_keys
from characters.store.scripts import _variables, load_script
from tests.limits import SetLimit

FOLDER = Path(scripts.__file__).parent / "lua"
LUA = sorted(FOLDER.glob("*.lua"))
INCLUDED = sorted((FOLDER / "included").glob("*.lua"))
ONE_KEY = {"entries", "hash", "key", "lease", "lobby", "turns"}
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("file", LUA, ids=lambda file: file.stem)
def test_a_script_names_its_keys_in_its_first_line(file: Path) -> None:
    keys = load_script(file.stem).keys
    assert set(keys) <= set(UserKeys._fields) or (len(keys) == 1 and keys[0] in ONE_KEY)
    uses_keys = "KEYS[" in file.read_text()
    assert uses_keys == (file.stem in {"party", "records_of_users"})


async def test_a_script_makes_the_other_keys_of_the_first(valkey: Redis) -> None:
    keys = user_keys(42, cluster=False)
    names = [name for name in UserKeys._fields if name not in {"user_id", "characters"}]
    script = _variables("characters", *names) + f"return {{characters, {', '.join(names)}}}"
    expected = [getattr(keys, name).encode() for name in ("characters", *names)]
    assert await valkey.eval(script, 1, keys.characters) == expected
    given = await valkey.eval(script, 2, keys.characters, "as on a cluster")
    assert given == [expected[0], b"as on a cluster", *expected[2:]]


@pytest.mark.parametrize("file", [*LUA, *INCLUDED], ids=lambda file: file.stem)
def test_no_computed_number_is_an_argument_of_a_command(file: Path) -> None:
    """Redis 7.0 writes the Lua number -0 as "-0", which it refuses then."""
    for call in re.findall(r"redis\.call\(([^)]*)\)", file.read_text()):
        arguments = re.sub(r"'[^']*'", "", call)
        assert not re.search(r"[-+*/%](?!1\])", arguments), call


@pytest.mark.parametrize("file", LUA, ids=lambda file: file.stem)
def test_every_script_is_used(file: Path) -> None:
    name = file.stem.removeprefix("lobby_")
    sources = [path.read_text() for path in (ROOT / "characters").rglob("*.py")]
    assert any(f'"{each}"' in source for source in sources for each in (name, file.stem))


@pytest.mark.parametrize("file", INCLUDED, ids=lambda file: file.stem)
def test_every_part_of_scripts_is_included(file: Path) -> None:
    including = [each.stem for each in LUA if f"-- include {file.stem}\n" in each.read_text()]
    assert len(including) > 1
    for name in including:
        assert file.read_text() in load_script(name).source


def test_limits_are_part_of_the_scripts_that_keep_them(set_limit: SetLimit) -> None:
    before = load_script("delete")
    assert f"local TRASH_BYTES = {4 * 2**20}\n" in before.source
    set_limit("TRASH_BYTES", 1000)
    assert "local TRASH_BYTES = 1000\n" in load_script("delete").source
    assert load_script("delete").sha != before.sha


@pytest.mark.parametrize("file", LUA, ids=lambda file: file.stem)
def test_a_script_includes_the_limits_before_it_needs_them(file: Path) -> None:
    source = load_script(file.stem).source
    for name in filter(str.isupper, vars(limits)):
        first = re.search(rf"\b{name}\b", source)
        assert not first or source[: first.end()].endswith(f"local {name}"), name


def test_a_script_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_script("no_such_script")

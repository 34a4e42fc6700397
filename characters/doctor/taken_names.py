"""Other modules with the names of ours, which Python may import in place of ours."""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

import characters
from characters.doctor.fact import Fact

SUBJECT = "names"
HOME = Path(characters.__file__).resolve().parents[1]
# A file that only our package of that name has: another copy of it is no other module.
MARKS = {"characters": "registry.py", "game_characters": "registries.py"}


def name_facts() -> list[Fact]:
    """Looks into the working directory and the folders of `sys.path`; imports nothing."""
    folders = list(dict.fromkeys([str(Path.cwd()), *(str(Path(each)) for each in sys.path)]))
    found = [_module(name, mark, folders) for name, mark in MARKS.items()]
    return [*found, _cogs(folders)]


def _module(name: str, mark: str, folders: list[str]) -> Fact:
    ours = HOME / name
    places = {place for folder in folders if (place := _place(name, folder))}
    others = sorted(str(each) for each in places if not (each / mark).is_file())
    if not others:
        copies = sorted(str(each) for each in places - {ours})
        note = f", and a copy in {', '.join(copies)}" if copies else ""
        return Fact(SUBJECT, name, f"{ours}{note}")
    advice = f"Rename it, as bots must find our module `{name}`: {', '.join(others)}"
    return Fact(SUBJECT, name, "there is another module of this name", advice)


def _cogs(folders: list[str]) -> Fact:
    """A folder `cogs` merges with ours if it has no `__init__.py`, or one that extends its path."""
    for folder in folders:
        place = _place("cogs", folder)
        if place is None or place == HOME / "cogs":
            continue
        start = place / "__init__.py"
        if place.suffix == ".py" or (
            start.is_file() and "extend_path" not in start.read_text(errors="replace")
        ):
            return Fact(
                SUBJECT,
                "cogs",
                f"{place} hides ours",
                'Write `__path__ = __import__("pkgutil").extend_path(__path__, __name__)` into its '
                "`__init__.py`.",
            )
        for name in ("characters", "lobby"):
            taken = _place(name, str(place))
            if taken and not (taken / "cog.py").is_file():
                advice = f"Rename it, as bots must find our extension `cogs.{name}`: {taken}"
                return Fact(SUBJECT, f"cogs.{name}", "there is another module of this name", advice)
    return Fact(SUBJECT, "cogs", str(HOME / "cogs"))


def _place(name: str, folder: str) -> Path | None:
    """The folder of the package, or the file of the module, that this folder holds."""
    spec: ModuleSpec | None = PathFinder.find_spec(name, [folder])
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve()
    return Path(spec.origin or folder).resolve()

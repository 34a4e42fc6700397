"""Draws the picture of `docs/architecture.md` from the imports: `make architecture`.

An arrow goes from a part of the project to each part that it imports, but where a longer way of
arrows leads there too. Needs Graphviz: `tred` leaves those out, and `dot` draws the rest.
"""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "architecture.svg"

MODEL = (
    *("errors", "extras", "json_data", "log_lines", "matching", "measures", "model", "names"),
    *("platforms", "portrait_fields", "roster", "versions"),
)
# The parts, and the modules that belong to each; the first that fits counts.
PARTS = {
    "bot.py": ("bot",),
    "playground.py": ("playground",),
    "game_characters": ("game_characters",),
    "cogs/lobby": ("cogs.lobby",),
    "cogs/characters": ("cogs.characters",),
    "cli": ("characters.cli", "characters.__main__"),
    "web": ("characters.web",),
    "metrics": ("characters.metrics",),
    "doctor": ("characters.doctor",),
    "maintenance": ("characters.maintenance",),
    "transfer/formats": ("characters.transfer.formats",),
    "transfer": ("characters.transfer",),
    "portraits": ("characters.portraits",),
    "lobby": ("characters.lobby",),
    "store": ("characters.store",),
    "workers": ("characters.workers",),
    "model": tuple(f"characters.{name}" for name in MODEL),
    "references": ("characters.references", "characters.admission"),
    "registry": ("characters",),
}
TITLES = {
    "bot.py": "bot.py\nthe bot on its own",
    "playground.py": "playground.py\nthe same bot, simulated",
    "game_characters": "game_characters\nthe seven functions",
    "cogs/lobby": "cogs/lobby\n/lobby, buttons, menus",
    "cogs/characters": "cogs/characters\n/character, panels, forms",
    "cli": "characters/cli\nthe command line",
    "web": "characters/web\nportraits, health, metrics",
    "metrics": "characters/metrics\nwhat Prometheus reads",
    "doctor": "characters/doctor\nversions, settings, servers",
    "maintenance": "characters/maintenance\ncheck, sweep, backup, move",
    "transfer/formats": "transfer/formats\none module a file format",
    "transfer": "characters/transfer\nimport and export",
    "portraits": "characters/portraits\nimages, assets, collages",
    "lobby": "characters/lobby\nlobbies and their seats",
    "store": "characters/store\nRedis or Valkey, Lua scripts",
    "workers": "characters/workers\nprocesses with limits",
    "references": "characters\nreferences, admission",
    "registry": "characters\nthe registry, opening, settings",
}
EVERYWHERE = "model"  # imported by nearly all: its arrows would hide the others


def all_arrows() -> set[tuple[str, str]]:
    """From each part to all parts that it imports."""
    files = [ROOT / "bot.py", ROOT / "playground.py"]
    for package in ("characters", "cogs", "game_characters"):
        files += (ROOT / package).rglob("*.py")
    arrows = {
        (part_of(module_name(file)), part_of(name)) for file in files for name in imports(file)
    }
    return {
        (above, below)
        for above, below in arrows
        if above and below and above != below and EVERYWHERE not in {above, below}
    }


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(name: str) -> str | None:
    """The part that a module belongs to; None for a module that is not ours."""
    for part, modules in PARTS.items():
        if any(name == module or name.startswith(f"{module}.") for module in modules):
            return part
    return None


def as_dot(arrows: set[tuple[str, str]]) -> str:
    """The picture in the language of Graphviz."""
    lines = [
        "digraph {",
        'graph [rankdir=TB, ranksep=0.6, nodesep=0.35, bgcolor="white"]',
        'node [shape=box, style="rounded,filled", fillcolor="#f2f3f5", color="#5865f2"]',
        'node [fontname="Helvetica", fontsize=12]',
        'edge [color="#80848e", arrowsize=0.7]',
    ]
    lines += [f'"{part}" [label="{title}"]'.replace("\n", "\\n") for part, title in TITLES.items()]
    lines += [f'"{above}" -> "{below}"' for above, below in sorted(arrows)]
    return "\n".join([*lines, "}"])


def draw(text: str) -> str:
    """The picture as SVG."""
    for command in (["tred"], ["dot", "-Tsvg"]):
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)  # noqa: S603 - constants
        text = done.stdout
    return text


if __name__ == "__main__":
    PICTURE.write_text(draw(as_dot(all_arrows())))

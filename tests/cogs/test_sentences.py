"""Every sentence in the code of the cogs is marked, so that it gets into the catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs import locales

MARKS = {*locales.KEYWORDS}
NOT_FOR_PLAYERS = {"OperatorError", "ImportError", "NotReceived", "cast"}
LOGGED = {"debug", "info", "warning", "error", "exception"}
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[,:;.!?…]*\s+[A-Za-z]{2,}")
CAPITAL = re.compile(r"^\W*[A-Z][a-z]+\W*$")
COMMAND = "Character"  # the name of the user menu
MODULES = sorted(locales.COGS.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(locales.COGS)))
def test_each_sentence_is_extracted(path: Path) -> None:
    tree = ast.parse(path.read_text())
    marked = {id(each) for call in _calls(tree) for each in ast.walk(call)}
    found = [text for node, text in _literals(tree) if id(node) not in marked]
    sentences = [each for each in found if TWO_WORDS.search(each)]
    if path.stem.endswith("texts"):
        sentences += [each for each in found if CAPITAL.match(each) and each != COMMAND]
    assert sentences == []


def test_a_mark_has_a_whole_sentence() -> None:
    """Babel leaves out what is computed, and what is joined of parts."""
    for path in MODULES:
        for call in _calls(ast.parse(path.read_text())):
            name = _name(call)
            if name in {"N_", "NN_"}:
                assert all(isinstance(each, ast.Constant) for each in call.args), path


def test_no_sentence_is_looked_up_when_a_module_is_imported() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text())
        inside = {
            id(each)
            for function in ast.walk(tree)
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            for part in ([*function.body] if isinstance(function.body, list) else [function.body])
            for each in ast.walk(part)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _name(call) in {"_", "ngettext"}:
                assert id(call) in inside, (path, ast.unparse(call))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls of marks, and those whose texts players don't read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node)
            if name in MARKS | NOT_FOR_PLAYERS or name in LOGGED:
                yield node


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _literals(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Each text in the code but for docstrings."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node, node.value

"""What the playground changes in simcord's page is still there to be changed."""

from importlib.resources import files

import pytest

from playground import PATCHES


@pytest.mark.parametrize("path", PATCHES)
def test_each_place_is_in_the_page_once(path: str) -> None:
    text = (files("simcord.preview") / "static" / path.lstrip("/")).read_text(encoding="utf-8")
    assert [before for before in PATCHES[path] if text.count(before) != 1] == []

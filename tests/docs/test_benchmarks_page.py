"""The page that `python -m benchmarks --peers` writes."""

from benchmarks.peers_page import OURS, SAFETY, page
from tests.docs.pages import page as page_of


def test_it_says_who_is_ahead_of_us_and_who_is_not() -> None:
    times = {OURS: 2e-3, "redis-py": 5e-3, "aiosqlite": 2e-3, "JSON file a user": 1e-3}
    text = page({"get_active": {name: [each] * 20 for name, each in times.items()}})
    assert "ahead of us: JSON file a user (0.50 of our time)" in text
    assert "no difference that could be measured: aiosqlite" in text
    assert "redis-py is the nearest (2.50 times our time)" in text
    assert "| redis-py | 2.50 (2.50–2.50) |" in text
    assert "Not installed in this run: redis-om, SQLAlchemy, Red's Config." in text


def test_the_page_has_a_row_for_each_peer() -> None:
    text = page_of("docs/benchmarks.md")
    assert [name for name in SAFETY if text.count(f"\n| {name} |") != 3] == []

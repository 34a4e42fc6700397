"""The table of `make scale`: what was run beyond one machine, and what was measured."""

from tests.result_table import Row

ROWS = (
    Row(
        "a master of a cluster is killed under load",
        "back by itself, 0 acknowledged changes lost",
    ),
    Row("the master of Sentinel is killed under load", "back by itself, losses as documented"),
    Row("200 players on two processes, a master killed", "every press answered, 0 double effects"),
    Row(
        "1,000,000 characters in one Valkey",
        "memory, times and scans within their bounds",
        ("tests/scale/test_million.py",),
    ),
    Row("move-assets under kill -9, both directions", "0 files lost, resumed and verified"),
)

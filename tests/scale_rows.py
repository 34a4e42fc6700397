"""The table of `make scale`: what was run beyond one machine, and what was measured."""

from tests.result_table import Row

ROWS = (
    Row(
        "a master of a cluster is killed under load",
        "back by itself, lost at most the last answers",
        ("tests/store/test_cluster_failover.py",),
    ),
    Row(
        "the master of Sentinel is killed under load",
        "back by itself, lost at most the last answers",
        ("tests/store/test_sentinel.py::test_a_master_killed",),
    ),
    Row(
        "a machine fails whose replica is behind",
        "lost is what the replica did not get",
        ("tests/store/test_failover.py::test_what_the_replica",),
    ),
    Row(
        "200 players on two processes, a master killed",
        "every press answered, 0 double effects",
        ("tests/processes/test_load.py",),
    ),
    Row(
        "processes replaced one after the other under load",
        "every press answered, 0 double effects",
        ("tests/processes/test_rolling_restart.py",),
    ),
    Row(
        "two processes, each press to either or to both",
        "one answer, one effect, one final message",
        ("tests/processes/test_two_processes.py",),
    ),
    Row(
        "1,000,000 characters in one Valkey",
        "memory, times and scans within their bounds",
        ("tests/scale/test_million.py",),
    ),
    Row(
        "move-assets under kill -9, to and from a bucket",
        "0 files lost, resumed and verified",
        ("tests/maintenance/test_move_killed.py::test_killed_at_any_request",),
    ),
    Row(
        "processes on one bucket, some of them killed",
        "0 portraits lost, 0 orphans left",
        ("tests/portraits/test_shared_bucket.py",),
    ),
)

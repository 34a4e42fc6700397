"""The table of `make soak`: what was attacked, with what, and what was reached."""

from tests.result_table import Row

_STORE, _COGS = "tests/store/", "tests/cogs/"
ROWS = (
    Row(
        "activate beside delete, 10,000 trials",
        "0 resurrections",
        (f"{_STORE}test_races.py::test_a_deleted",),
    ),
    Row(
        "8 clients create at the limit, 500 trials",
        "0 over the limit",
        (f"{_STORE}test_races.py::test_creations",),
    ),
    Row(
        "any interleaving of all operations",
        "0 broken invariants in 5,000 runs",
        ("tests/histories/",),
    ),
    Row(
        "kill -9 of the bot in every step, 50 each",
        "0 records without file, 0 orphans",
        ("tests/crashes/test_operations.py", "tests/crashes/test_commands.py"),
    ),
    Row(
        "the store stalls, cuts, refuses, is full, read-only",
        "one effect, nothing lost",
        (
            "tests/crashes/test_faults.py",
            "tests/portraits/test_read_only_assets.py",
            f"{_STORE}test_embedded.py::test_a_full_disk",
            f"{_STORE}test_failover.py",
        ),
    ),
    Row(
        "kill -9 while a portrait is written, 500 kills",
        "0 torn files",
        ("tests/portraits/test_torn_files.py",),
    ),
    Row(
        "kill -9 of Valkey under load, 20 kills",
        "0 acknowledged changes lost",
        (f"{_STORE}test_embedded.py::test_valkey_killed",),
    ),
    Row(
        "own writes with reads in flight, 10,000 trials",
        "0 stale answers of the near cache",
        (
            f"{_STORE}test_tracking.py::test_nothing_is_stale",
            f"{_STORE}test_tracking.py::test_the_write",
        ),
    ),
    Row(
        "the server stalls 1.5 s and the client retries",
        "applied once",
        (f"{_STORE}test_stalled_server.py",),
    ),
    Row(
        "a second bot on one data folder",
        "refused with a sentence",
        ("tests/test_bot.py::test_a_second_bot",),
    ),
    Row(
        "bombs, truncated, polyglot, MPO, scans",
        "refused or made safe, bot alive",
        ("tests/portraits/test_renderer.py", "tests/workers/test_process.py"),
    ),
    Row(
        "metadata markers, every format",
        "0 survive",
        ("tests/portraits/test_renderer.py::test_no_metadata",),
    ),
    Row(
        "URLs, redirects, rebinding, a canary",
        "0 hits",
        ("tests/portraits/test_fetching.py", "tests/portraits/test_lookups.py"),
    ),
    Row(
        "paths in image_path, symlinks",
        "nothing outside the root touched",
        (
            "tests/portraits/test_folder.py::test_nothing_outside",
            "tests/maintenance/test_trashed_files.py::test_nothing_outside",
            "tests/maintenance/test_move.py::test_nothing_outside",
            "tests/test_web.py::test_a_symlink",
        ),
    ),
    Row(
        "custom_ids and forms of others, forged",
        "0 writes, one sentence, no traceback",
        (
            f"{_COGS}test_forged_arguments.py",
            f"{_COGS}test_forged_forms.py",
            f"{_COGS}test_custom_ids.py",
            f"{_COGS}lobby/test_forged_ids.py",
        ),
    ),
    Row(
        "double click, replay after a restart",
        "one effect",
        (
            f"{_COGS}characters/test_contexts.py::test_pressing_twice",
            f"{_COGS}characters/test_form.py::test_one_form_sent_twice",
            f"{_COGS}characters/test_transfer.py::test_pressing_twice",
        ),
    ),
    Row(
        "mentions, Markdown, strange Unicode in names",
        "0 pings, layout intact",
        (
            f"{_COGS}characters/test_cog.py::test_a_hostile_name",
            f"{_COGS}characters/test_sharing.py",
        ),
    ),
    Row("token in any log or error", "0", ("tests/test_bot.py::test_it_serves",)),
    Row(
        "two restarts during scans",
        "0 users missed, 0 referenced files removed",
        ("tests/maintenance/test_restarts.py",),
    ),
    Row(
        "two stores come to the same assets, 200 races",
        "one owner, no sweep by either",
        ("tests/maintenance/test_ownership.py::test_of_two",),
    ),
    Row(
        "drop-in delete beside delete and undo, 4,000 races",
        "0 records without file, 0 wrong answers",
        ("tests/test_registry_races.py::test_erasing",),
    ),
    Row(
        "forget beside everything, 500 races",
        "0 keys, files, seats left",
        ("tests/test_forgetting.py",),
    ),
    Row(
        "import twice beside create and delete, 500 races",
        "0 over the limit, 0 ids in roster and trash",
        ("tests/test_registry_races.py::test_an_import",),
    ),
    Row(
        "0.5 to 3 s per store request, each command",
        "first answer within 3 s, and true",
        (f"{_COGS}test_slow_store.py",),
    ),
    Row(
        "Discord refuses any one request",
        "nothing typed is lost, one effect",
        (f"{_COGS}test_refused_requests.py",),
    ),
    Row(
        "one hostile player within the limits",
        "others answered within 1 s, 200 MiB",
        ("tests/test_stranger.py",),
    ),
    Row(
        "hostile file of each kind, two at once",
        "loop stopped 50 ms at most, 200 MiB",
        ("tests/transfer/test_two_imports.py", "tests/test_fuzz.py"),
    ),
    Row(
        "1,200 idle and half-sent connections for 90 s",
        "portraits saved and served, log 1 MB",
        ("tests/test_web_load.py",),
    ),
    Row(
        "20,000 mixed operations through the real process",
        "memory and tasks flat",
        ("tests/test_long_run.py",),
    ),
)

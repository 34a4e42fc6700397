"""The program of a worker process: limits itself, finds the packages, and does one job.

`process.py` runs it in isolated mode with one argument, a JSON object: `packages` (names and
folders of the packages to import), `folders` (where the libraries of the job are installed),
`module` (that of the job), and `wait` (seconds until a request has come).
"""

import contextlib
import importlib.util
import json
import os
import resource
import sys

MEMORY_LIMIT = 768 * 2**20  # bytes of address space
CPU_SECONDS = 5


def limit_resources() -> None:
    """Limits memory and time of this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The soft limit ends it with SIGXCPU, which names the reason in the log; the hard one kills it.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    with contextlib.suppress(OSError, ValueError):  # macOS does not allow this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def load_package(name: str, folder: str) -> None:
    """Imports a package from its folder; what lies beside the folder stays out of reach."""
    spec = importlib.util.spec_from_file_location(
        name, f"{folder}/__init__.py", submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"There is no package in {folder}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def ran_out(error: Exception) -> bool:
    """Whether it says that there was not enough memory, as Python or as a library of Pillow."""
    return isinstance(error, MemoryError) or "out of memory" in str(error).lower()


def main() -> None:
    limit_resources()
    task = json.loads(sys.argv[1])
    sys.path += task["folders"]
    for name, folder in task["packages"].items():
        load_package(name, folder)
    importlib.import_module("characters.workers.jobs").work(task["module"], task["wait"])


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # noqa: BLE001 - a damaged file can make a library raise anything
        failure = {"failed": repr(error)[:200], "ran_out": ran_out(error)}
        print(json.dumps({"content": failure, "sizes": []}))  # noqa: T201 - the answer
    # Without Python's own end, which takes 10 ms: nothing is left to be done.
    sys.stdout.flush()
    os._exit(0)

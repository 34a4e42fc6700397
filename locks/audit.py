"""Asks for known holes in the packages of a lock: `python locks/audit.py LOCK...`.

pip-audit skips a package of which its database says nothing, and exits with 0 even where it knows
of none. Here the exit status is 0 only where every package was looked up and none has a hole.
"""

import json
import subprocess
import sys
from typing import Any

UNREACHABLE = (
    "The audit could not be made: the database of holes does not answer, or knows none of these "
    "packages. Try again where pypi.org can be reached."
)


def audit(locks: list[str]) -> int:
    """The exit status, after one sentence or a line for each hole."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    for lock in locks:
        command += ["--requirement", lock]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    try:
        packages: list[dict[str, Any]] = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    if not packages or any("skip_reason" in each for each in packages):
        print(UNREACHABLE)
        return 1
    found = False
    for package in packages:
        for hole in package["vulns"]:
            fixed = ", ".join(hole["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {hole['id']}, fixed in {fixed}")
            found = True
    if not found:
        print(f"{len(packages)} packages have no known hole.")
    return int(found)


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1:]))

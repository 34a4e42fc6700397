"""Every package is pinned with hashes, and another file of the same name is not installed."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
VERSIONS = ["3.11", "3.12", "3.13", "3.14"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def entries(lock: Path) -> list[Requirement]:
    """Each has at least one hash."""
    found: list[Requirement] = []
    for entry in re.split(r"\n(?=\S)", lock.read_text().strip()):
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
        found.append(Requirement(entry.partition(" \\")[0]))
    return found


def pinned(lock: Path) -> dict[str, str]:
    """Names and versions."""
    found: dict[str, str] = {}
    for requirement in entries(lock):
        (version,) = requirement.specifier
        assert version.operator == "=="
        found[canonicalize_name(requirement.name)] = version.version
    return found


def wanted(*extras: str) -> list[Requirement]:
    """What the project and these extras of it name, with the extras that they name in turn."""
    names = [*PROJECT["project"]["dependencies"]]
    for extra in extras:
        names += PROJECT["project"]["optional-dependencies"][extra]
    found: list[Requirement] = []
    for requirement in map(Requirement, names):
        if requirement.name == PROJECT["project"]["name"]:
            found += wanted(*requirement.extras)
        else:
            found.append(requirement)
    return found


@pytest.mark.parametrize("extra", ["bot", "playground", "dev"])
def test_a_lock_holds_what_the_project_names(extra: str) -> None:
    versions = pinned(ROOT / f"locks/{extra}.txt")
    for requirement in wanted("cli", extra):
        version = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("extra", ["bot", "playground", "dev"])
@pytest.mark.parametrize("python", VERSIONS)
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_lock_is_whole_for_each_python(extra: str, python: str, platform: str) -> None:
    """Also what only some versions need; of packages that are not installed here, their name."""
    where = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": platform,
    }
    held = {
        canonicalize_name(each.name)
        for each in entries(ROOT / f"locks/{extra}.txt")
        if each.marker is None or each.marker.evaluate(where)
    }
    pending, seen = wanted("cli", extra), set[str]()
    while pending:
        requirement = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({**where, "extra": ""}):
            continue
        assert canonicalize_name(requirement.name) in held, requirement
        for each in needs(requirement, where):
            if str(each) not in seen:
                seen.add(str(each))
                pending.append(each)


def needs(requirement: Requirement, where: dict[str, str]) -> list[Requirement]:
    """What the installed package of that name needs there, with these extras of it."""
    try:
        lines = requires(requirement.name) or []
    except PackageNotFoundError:
        return []
    found: list[Requirement] = []
    for each in map(Requirement, lines):
        extras = {"", *requirement.extras}
        if each.marker is None or any(
            each.marker.evaluate({**where, "extra": extra}) for extra in extras
        ):
            each.marker = None
            found.append(each)
    return found


def test_the_versions_of_python_are_named_once() -> None:
    named = [each for each in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert [each.rpartition(" ")[2] for each in named] == VERSIONS
    assert f"PYTHONS := {' '.join(VERSIONS)}\n" in (ROOT / "Makefile").read_text()
    assert PROJECT["project"]["requires-python"] == f">={VERSIONS[0]}"


def test_the_build_has_a_lock_too() -> None:
    named = (ROOT / "locks/build.in").read_text().split()
    assert {*PROJECT["build-system"]["requires"]} < {*named}
    assert {Requirement(each).name for each in named} <= set(pinned(ROOT / "locks/build.txt"))


def test_the_locks_agree() -> None:
    newest = pinned(ROOT / "locks/dev.txt")
    for lock in LOCKS:
        for name, version in pinned(lock).items():
            assert newest.get(name, version) == version, (lock.name, name)


@pytest.mark.parametrize("is_right", [True, False])
def test_a_package_with_another_hash_is_not_installed(tmp_path: Path, *, is_right: bool) -> None:
    wheel = tmp_path / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as files:
        info = "tiny-1.0.dist-info"
        files.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        files.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        files.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    hashed = subprocess.run(
        [sys.executable, "-m", "pip", "hash", wheel], check=True, capture_output=True, text=True
    ).stdout.splitlines()[1]
    if not is_right:
        hashed = "--hash=sha256:" + "0" * 64
    (tmp_path / "lock.txt").write_text(f"tiny==1.0 {hashed}\n")
    command = [sys.executable, "-m", "pip", "install", "--no-index", "--find-links", tmp_path]
    command += ["--require-hashes", "--requirement", tmp_path / "lock.txt"]
    done = subprocess.run(
        [*command, "--target", tmp_path / "installed"], check=False, capture_output=True, text=True
    )
    assert (done.returncode == 0) is is_right, done.stderr
    assert ("DO NOT MATCH THE HASHES" in done.stderr) is not is_right


def test_the_makefile_installs_from_the_locks_alone() -> None:
    installs = [each for each in (ROOT / "Makefile").read_text().splitlines() if "$(PIP) " in each]
    assert len(installs) == 2
    for line in installs:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line


def test_an_audit_that_reaches_no_database_says_so_and_fails() -> None:
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, ROOT / "locks/audit.py", ROOT / "locks/build.txt"],
        check=False,
        capture_output=True,
        text=True,
        env=nowhere,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("The audit could not be made")

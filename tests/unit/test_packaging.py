"""The locks follow pyproject.toml, and nothing that is kept names the machine that it was written on."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("run", "build", "dev")
LARGEST_TEXT_BYTES = 2_000_000


def declared(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with the extras named."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    """The version of each distribution in a lock, by canonical name."""
    return {
        canonicalize_name(found["name"]): found["version"]
        for found in re.finditer(r"^(?P<name>[\w.-]+)==(?P<version>\S+)", lock_text(name), re.MULTILINE)
    }


@pytest.mark.parametrize(("lock", "extras"), [("run", ()), ("dev", ("dev",))])
def test_a_lock_holds_every_dependency_in_a_version_that_pyproject_allows(lock: str, extras: tuple[str, ...]) -> None:
    locked = pins(lock)

    for requirement in declared(*extras):
        name = canonicalize_name(requirement.name)
        assert name in locked, f"{requirement} is in no lock: run `make lock`"
        assert requirement.specifier.contains(locked[name]), f"{name} {locked[name]} is not {requirement}: `make lock`"


def test_the_build_lock_holds_the_build_backend() -> None:
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]

    for requirement in map(Requirement, requires):
        assert requirement.specifier.contains(pins("build")[canonicalize_name(requirement.name)])


def test_what_runs_is_what_was_tested() -> None:
    tested = pins("dev")

    assert {name: tested.get(name) for name in pins("run")} == pins("run")
    assert {name: version for name, version in pins("build").items() if tested.get(name, version) != version} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[\w.-]+==)", lock_text(lock), flags=re.MULTILINE)[1:]

    assert len(entries) == len(pins(lock))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_says_nothing_of_where_it_was_made(lock: str) -> None:
    """pip takes an index, a folder of wheels or a URL from a lock: this one must take the reader's own."""
    options = [line for line in lock_text(lock).splitlines() if line.startswith("-") or "://" in line]

    assert options == []


def kept_files() -> list[Path]:
    """What git keeps, or would if it were added now."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing says which files are kept")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_nothing_kept_names_a_registry_or_a_folder_of_a_machine() -> None:
    # Put together here, so that this file doesn't name them either.
    hosts = [
        "".join(parts) for parts in (("py", "pi.org"), ("python", "hosted"), ("npm", "js.org"), ("deb.deb", "ian"))
    ]
    folders = ["/".join(("", *parts)) for parts in (("work", "main"), ("work", "shared"), ("work", "."), ("root", ""))]
    forbidden = [word.encode() for word in (*hosts, *folders)]

    naming = {
        f"{path.relative_to(ROOT)}: {word.decode()}"
        for path in kept_files()
        if path.stat().st_size <= LARGEST_TEXT_BYTES
        for word in forbidden
        if word in path.read_bytes()
    }

    assert naming == set()

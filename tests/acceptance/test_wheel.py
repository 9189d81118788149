"""The wheel holds all its files, and its command runs on a machine that never saw the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import munim

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("munim", "scrapers", "pipelines", "loaders", "schedules")
LEFT_BEHIND = {"__pycache__", ".mypy_cache", ".ruff_cache"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it would be published, built without a download."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names_in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def bare_bin(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel in it and our dependencies in reach, but not the checkout.

    A folder that a .pth file names is searched, while the .pth files in that folder are not read: the checkout,
    which stands in one of them, stays out of reach.
    """
    folder = tmp_path_factory.mktemp("bare")
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    bin_folder = folder / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(bin_folder / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    where = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})["purelib"]
    (Path(where) / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return bin_folder


def run_outside(command: list[str | Path], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder and a home of its own, with nothing of ours in the environment."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MUNIM_", "PYTHON", "VIRTUAL_ENV"))
    } | {"HOME": str(home), "COLUMNS": "120", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=home, env=environment, check=False, capture_output=True, text=True)


def shipped_in_tree() -> set[str]:
    """Every file of the five packages, as git would keep it."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if not LEFT_BEHIND.intersection(path.parts) and path.suffix != ".pyc"
    }


def test_the_wheel_holds_every_file_of_the_packages_and_none_beside(names_in_wheel: set[str]) -> None:
    in_packages = {name for name in names_in_wheel if ".dist-info/" not in name}

    assert in_packages == shipped_in_tree()


def test_the_wheel_holds_every_package_the_sql_and_the_migrations(names_in_wheel: set[str]) -> None:
    assert {f"{package}/__init__.py" for package in PACKAGES} <= names_in_wheel
    assert {"loaders/migrations/env.py", "loaders/migrations/script.py.mako"} <= names_in_wheel
    assert any(name.startswith("loaders/migrations/versions/") and name.endswith(".py") for name in names_in_wheel)
    assert any(name.endswith(".sql") for name in names_in_wheel)


def test_the_wheel_brings_no_tests_and_no_benchmarks(names_in_wheel: set[str]) -> None:
    assert {name.split("/")[0] for name in names_in_wheel} == {*PACKAGES, f"munim-{munim.__version__}.dist-info"}


def test_the_bare_environment_can_not_see_the_checkout(bare_bin: Path, tmp_path: Path) -> None:
    where = "import munim, loaders, sys; print(munim.__file__, loaders.__file__, *sys.path, sep='\\n')"

    found = run_outside([bare_bin / "python", "-c", where], tmp_path)

    assert found.returncode == 0, found.stderr
    munim_file, loaders_file, *path = found.stdout.splitlines()
    assert Path(munim_file).is_relative_to(bare_bin.parent)
    assert Path(loaders_file).is_relative_to(bare_bin.parent)
    assert str(ROOT) not in path


def test_the_command_of_the_wheel_says_its_version(bare_bin: Path, tmp_path: Path) -> None:
    said = run_outside([bare_bin / "munim", "--version"], tmp_path)

    assert said.returncode == 0, said.stderr
    assert munim.__version__ in said.stdout


def test_the_command_of_the_wheel_says_what_it_can_do(bare_bin: Path, tmp_path: Path) -> None:
    said = run_outside([bare_bin / "munim", "--help"], tmp_path)

    assert said.returncode == 0, said.stderr
    assert "Usage" in said.stdout
    assert "run" in said.stdout

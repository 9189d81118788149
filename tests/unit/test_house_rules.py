"""The house rules that no linter knows: one clock, small files, and no room beside those of the plan."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("munim", "scrapers", "pipelines", "loaders", "schedules")
ROOMS_OF_MUNIM = {"api", "cli", "core", "readers", "replica"}

LONGEST_FILE_LINES = 350
THE_CLOCK = "munim/core/clock.py"
ASKS_THE_TIME = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "pandas.Timestamp.now",
    "pandas.Timestamp.today",
    "pandas.Timestamp.utcnow",
    "time.ctime",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
}


def product_files() -> list[str]:
    """Every Python file that is shipped, as a path from the root; a migration is written once and never again."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    names = (path.relative_to(ROOT).as_posix() for path in found)
    return sorted(name for name in names if not name.startswith("loaders/migrations/versions/"))


def asks_the_time(source: str) -> list[str]:
    """Name each place in the source that reads the clock, as `line: name`, whatever the import calls it."""
    tree = ast.parse(source)
    full_names = _imported_names(tree)
    return [
        f"{node.lineno}: {name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and (name := _full_name(node, full_names)) in ASKS_THE_TIME
    ]


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """Map each name that an import binds to what it stands for: `dt` to `datetime`, `pd` to `pandas`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
            names |= {top: top for alias in node.names if not alias.asname for top in [alias.name.partition(".")[0]]}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _full_name(node: ast.expr, full_names: dict[str, str]) -> str | None:
    """Spell `pd.Timestamp.now` as `pandas.Timestamp.now`; None for what is no imported name."""
    if isinstance(node, ast.Name):
        return full_names.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _full_name(node.value, full_names)):
        return f"{owner}.{node.attr}"
    return None


def test_there_are_files_to_look_at() -> None:
    assert THE_CLOCK in product_files()


@pytest.mark.parametrize("name", [name for name in product_files() if not name.startswith("munim/replica/")])
def test_only_the_clock_asks_what_time_it_is(name: str) -> None:
    places = asks_the_time((ROOT / name).read_text(encoding="utf-8"))

    assert name == THE_CLOCK or places == [], f"{name} asks for the time; take a munim.core.clock.Clock instead"


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("import datetime\ndatetime.datetime.now()", ["2: datetime.datetime.now"]),
        ("import datetime as dt\nx = dt.date.today()", ["2: datetime.date.today"]),
        ("from datetime import datetime as D\nD.utcnow()", ["2: datetime.datetime.utcnow"]),
        ("from datetime import datetime\nfield(default_factory=datetime.now)", ["2: datetime.datetime.now"]),
        ("from time import time\ntime()", ["2: time.time"]),
        ("import pandas as pd\npd.Timestamp.now('UTC')", ["2: pandas.Timestamp.now"]),
        ("import time\ntime.monotonic()", []),
        ("from munim.core import clock\nclock.now()", []),
        ("from datetime import datetime\ndatetime.fromisoformat(text)", []),
    ],
)
def test_a_question_for_the_time_is_found_under_any_name(source: str, places: list[str]) -> None:
    assert asks_the_time(source) == places


def test_no_file_is_longer_than_a_room_should_be() -> None:
    lines = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in product_files()}

    too_long = {name: count for name, count in lines.items() if count > LONGEST_FILE_LINES}

    assert too_long == {}, "a file is one subject: give its second one a room of its own"


def test_munim_has_the_rooms_of_the_plan_and_no_other() -> None:
    """A room that the contracts in pyproject.toml don't name would be bound by none of them."""
    rooms = {path.parent.name for path in (ROOT / "munim").glob("*/*.py")}
    modules = {path.name for path in (ROOT / "munim").glob("*.py")}

    assert rooms <= ROOMS_OF_MUNIM
    assert modules <= {"__init__.py", "__main__.py"}

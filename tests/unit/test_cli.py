"""The command line by itself: quick to start, documented to the last option, and plain about errors."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import typer

import munim
from loaders import schema
from munim.cli import output, words
from munim.cli.app import build, build_for
from munim.cli.reference import commands, reference
from munim.core.clock import IST
from munim.core.errors import ExitCode, RequestWrong
from munim.core.settings import Settings
from munim.readers.session import check_url
from munim.readers.standing import newest_migration
from tests.commands import ROOT, environment
from tests.commands import munim_here as command

HEAVY = ("alembic", "fastapi", "httpx", "jwt", "matplotlib", "mcp", "numpy", "pandas", "plotille", "psycopg", "pyarrow",
         "selenium", "sqlalchemy", "stamina", "starlette", "uvicorn", "zstandard")  # fmt: skip

LIST_HEAVY = f"""
import sys
sys.argv = ["munim", *sys.argv[1:]]
from munim.cli import main
try:
    main()
finally:
    print("HEAVY", *[name for name in {HEAVY!r} if name in sys.modules])
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["nav", "show", "--help"],
                                       ["replica", "serve", "--help"], ["db", "--help"], ["flows", "--help"],
                                       ["gaps", "--help"], ["api", "serve", "--help"], ["mcp", "--help"],
                                       ["answers", "replay", "--help"]])  # fmt: skip
def test_what_only_says_what_it_can_do_imports_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LIST_HEAVY, *arguments], env=environment(), capture_output=True,
                          text=True, check=True)  # fmt: skip

    assert done.stdout.splitlines()[-1] == "HEAVY"


def test_a_run_imports_no_other_command_and_nothing_that_only_httpx_command_line_needs() -> None:
    absent = ("munim.cli.ipo", "munim.cli.flows", "munim.readers.flows", "click", "rich", "pygments")
    code = (
        "import sys; from munim.cli.app import build_for; build_for(['run', 'nav'])\n"
        "import pipelines.run, scrapers.client\n"
        f"print([name for name in {absent!r} if name in sys.modules], 'munim.cli.run' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)

    assert done.stdout == "[] True\n"


def test_words_that_begin_with_no_command_are_given_every_command() -> None:
    assert [len(build_for(words).registered_commands) for words in ([], ["nosuch"], ["--help"])] == [
        len(build().registered_commands)
    ] * 3
    assert [one.name for one in build_for(["run", "nav"]).registered_commands] == ["run"]
    assert [one.name for one in build_for(["nav", "show"]).registered_groups] == ["nav"]


def test_the_version_is_the_packages() -> None:
    assert command("--version", settings={}).out == f"munim {munim.__version__}\n"


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_every_command_shows_examples_of_itself(path: str) -> None:
    (shown,) = [one for name, one in commands() if name == path]

    examples = [line for line in (shown.epilog or "").splitlines() if line.startswith("$ ")]

    assert any(path.removeprefix("munim ") in line for line in examples)


def test_every_command_option_and_argument_says_what_it_is() -> None:
    silent = [
        f"{path} {parameter.name}"
        for path, one in commands()
        for parameter in one.params
        if not getattr(parameter, "help", None)
    ]

    assert silent == []
    assert [path for path, one in commands() if not one.help] == []


def test_the_page_of_the_commands_is_what_the_commands_say() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert page == reference(), "python -m munim.cli.reference > docs/commands.md"


def test_the_readme_names_every_command_every_setting_and_every_exit_code() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [path for path, _ in commands() if f"`{path}" not in readme and f"$ {path}" not in readme] == []
    assert [name for name in Settings.model_fields if f"`MUNIM_{name.upper()}`" not in readme] == []
    assert [int(code) for code in ExitCode if f"| {int(code)} |" not in readme] == []


def test_no_argument_at_all_shows_what_there_is() -> None:
    assert "Usage: munim" in command(settings={}).out


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-08-18T09:15+05:30", datetime(2026, 8, 18, 3, 45, tzinfo=UTC)),
        ("2026-08-18T09:15", datetime(2026, 8, 18, 3, 45, tzinfo=UTC)),
        ("2026-08-18T03:45:00Z", datetime(2026, 8, 18, 3, 45, tzinfo=UTC)),
        ("2026-08-18", datetime(2026, 8, 18, 23, 59, 59, tzinfo=IST)),
    ],
)
def test_a_time_without_a_zone_is_indias_and_a_day_is_its_end(text: str, instant: datetime) -> None:
    assert words.read_instant(text) == instant


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "18-08-2026", "2026-08-18T25:00"])
def test_what_is_no_time_is_a_usage_error(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        words.read_instant(text)


def test_what_is_no_day_is_a_usage_error() -> None:
    assert words.read_day("2026-08-18") == date(2026, 8, 18)
    with pytest.raises(typer.BadParameter, match="write 2026-08-18"):
        words.read_day("2026-02-30")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (14167, "14,167"),
        (Decimal("10.0000000000"), "10"),
        (Decimal("0.0000000001"), "0.0000000001"),
        (Decimal("1E+3"), "1000"),
        (Decimal(100), "100"),
        (Decimal("-0.50"), "-0.5"),
        (datetime(2026, 8, 21, 2, 35, tzinfo=UTC), "2026-08-21 08:05:00"),
        (date(2026, 8, 21), "2026-08-21"),
        ({"a": Decimal("1.50")}, '{"a": "1.5"}'),
    ],
)
def test_a_person_reads_exact_numbers_and_indian_times(value: object, text: str) -> None:
    assert output.as_text(value) == text


def test_json_has_exact_numbers_as_text_and_instants_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_json({"nav": Decimal("0.1234567890"), "at": datetime(2026, 8, 21, 8, 5, tzinfo=IST), "name": "’"})

    assert capsys.readouterr().out == (
        '{\n  "nav": "0.123456789",\n  "at": "2026-08-21T02:35:00+00:00",\n  "name": "’"\n}\n'
    )


def test_a_table_keeps_brackets_in_names_and_has_no_blanks_at_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_table("schemes", ["name", "rows"], [("Fund [IDCW] [bold]x[/bold]", 5), ("B", 1200)])

    lines = capsys.readouterr().out.splitlines()
    assert " Fund [IDCW] [bold]x[/bold]       5" in lines
    assert " B                            1,200" in lines
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_narrow_terminal_loses_no_column_and_breaks_no_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    output.show_table("runs", ["name", "read", "at"], [("word " * 20, 1234567890, date(2026, 8, 21))])

    out = capsys.readouterr().out
    assert "1,234,567,890   2026-08-21" in out
    assert out.count("word") == 20
    assert max(map(len, out.splitlines())) < 80


def test_the_newest_migration_is_the_one_that_alembic_would_go_to() -> None:
    assert newest_migration() == schema.head()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://munim:S3cret@db/munim",
        "S3cret",
        "postgresql+psycopg://munim:S3cret@db/munim",
        "postgresql://munim:S3cret@db:port/munim",
        "postgresql://munim:p@S3cret@db/munim",
        "postgresql://munim:p/S3cret@db/munim",
        "postgresql://munim:p%S3cret@db/munim",
        "postgresql://munim@db/munim?pasword=S3cret",
    ],
)
def test_a_bad_database_url_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(RequestWrong) as caught:
        check_url(url)

    assert "S3cret" not in f"{caught.value} {caught.value.__cause__}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    "url",
    ["postgresql://munim:p%40ss@db:5432/munim", "postgres://db/munim", "postgresql://postgres:@/postgres?host=/tmp/x"],
)
def test_a_good_database_url_passes(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"MUNIM_LOG_FORMAT": "xml"}, "MUNIM_LOG_FORMAT is none of auto, json, console"),
        ({"MUNIM_REQUIRE_EXTERNAL": "1"}, "MUNIM_DATABASE_URL and MUNIM_ARCHIVE"),
        ({"MUNIM_REQUIRE_EXTERNAL": "perhaps"}, "MUNIM_REQUIRE_EXTERNAL"),
        ({"MUNIM_REPLICA": "localhost:8650"}, "MUNIM_REPLICA: Value error, it is no web address"),
        ({"MUNIM_HOME": ""}, "MUNIM_HOME: Value error, it is empty"),
        ({"MUNIM_HOME": __file__}, "set MUNIM_HOME to a folder"),
        ({"MUNIM_DATABASE_URL": "postgresql://munim:p@S3cret@db/munim"}, "MUNIM_DATABASE_URL has a password with @"),
    ],
)
def test_bad_settings_are_a_usage_error_on_one_line(settings: dict[str, str], what: str, tmp_path: Path) -> None:
    ended = command("runs", "list", settings={"MUNIM_HOME": str(tmp_path)} | settings)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("munim: ")
    assert ended.err.count("\n") == 1
    assert what in ended.err
    assert "S3cret" not in ended.err


def test_a_database_that_can_not_be_reached_is_worth_a_retry(tmp_path: Path) -> None:
    url = "postgresql://munim:S3cret@127.0.0.1:1/munim"
    ended = command("runs", "list", settings={"MUNIM_HOME": str(tmp_path), "MUNIM_DATABASE_URL": url})

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("munim: no connection to PostgreSQL")
    assert "S3cret" not in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "gold"],
        ["run", "nav", "--slot", "someday"],
        ["run", "flows", "--feed", "amfi.history"],
        ["ingest", "nav", "nowhere_2026-08-18.txt"],
        ["nav", "show", "120503", "--source-time"],
        ["flows", "show", "--source-time"],
        ["flows", "show", "flows.png"],
        ["flows", "show", "--plot", "-o", "json"],
        ["flows", "show", "--from", "2026-08-20", "--to", "2026-08-19"],
        ["flows", "sum", "--sessions", "0"],
        ["gaps", "gold"],
        ["quarantine", "replay"],
        ["quarantine", "replay", "3", "--all"],
        ["replica", "serve", "--fault", "gremlins"],
        ["replica", "serve", "--times", "3"],
        ["db", "explode"],
    ],
)
def test_a_wrong_request_is_exit_code_2_and_touches_nothing(arguments: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    ended = command(*arguments, settings={"MUNIM_HOME": str(home)})

    assert (ended.code, ended.out) == (2, "")
    assert not home.exists()


@pytest.mark.parametrize("log_format", ["auto", "json", "console"])
def test_a_fault_of_munims_own_is_logged_with_its_traceback_and_no_variables(tmp_path: Path, log_format: str) -> None:
    breaks = (
        "import sys\n"
        "import munim.cli.sources as sources\n"
        "def ask(client, source):\n    password = 'S3cret'\n    raise ZeroDivisionError('broken')\n"
        "sources._ask = ask\n"
        "sys.argv = ['munim', 'sources', 'check']\n"
        "from munim.cli import main\nmain()\n"
    )
    settings = {"MUNIM_HOME": str(tmp_path), "MUNIM_LOG_FORMAT": log_format}
    done = subprocess.run([sys.executable, "-c", breaks], env=environment(**settings), capture_output=True, text=True,
                          check=False)  # fmt: skip

    assert done.returncode == 70
    assert "ZeroDivisionError: broken" in done.stderr
    assert "S3cret" not in done.stderr

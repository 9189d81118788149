"""The image: a linter takes it, its base is exact, nobody in it is root, and nothing secret goes to the builder."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from munim import __version__
from schedules.rendering.pods import USER

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"munim", "scrapers", "pipelines", "loaders", "schedules"}
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def stages() -> dict[str, str]:
    """The instructions of each stage, by its name."""
    parts = re.split(r"^FROM (\S+) AS (\S+)$", TEXT, flags=re.MULTILINE)[1:]
    return {name: text for _, name, text in zip(*[iter(parts)] * 3, strict=True)}


def test_hadolint_takes_it() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM python:latest\nRUN apt-get install chromium\n", encoding="utf-8")
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"

    assert "DL3007" in subprocess.run([hadolint, wrong], capture_output=True, text=True, check=False).stdout


def test_every_stage_begins_with_the_base_that_is_named_exactly_or_with_another_stage() -> None:
    assert re.search(r"^ARG BASE=python:3\.11\.\d+-slim-\w+$", TEXT, re.MULTILINE)
    assert list(stages()) == ["wheel", "environment", "munim", "munim-browser"]
    assert set(re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)) == {"${BASE}", "munim"}


@pytest.mark.parametrize("target", ["munim", "munim-browser"])
def test_an_image_ends_as_the_user_of_the_pods(target: str) -> None:
    users = re.findall(r"^USER (\S+)$", stages()[target], re.MULTILINE)

    assert users[-1] == f"{USER}:{USER}"
    assert f"--uid {USER}" in stages()["munim"]


def test_chromium_starts_where_a_pod_leaves_it_no_sandbox_of_its_own() -> None:
    assert "--no-sandbox\"' > /etc/chromium.d/munim" in stages()["munim-browser"]


def test_the_locks_are_installed_with_their_hashes_and_nothing_is_built_from_source() -> None:
    installs = [line for line in TEXT.replace("\\\n", "").splitlines() if " install " in line and "pip" in line]

    assert len(installs) == 3
    for line in installs:
        assert "--require-hashes --only-binary :all:" in line or "--no-deps --no-index" in line


def test_every_package_is_copied_and_goes_to_the_builder() -> None:
    copied = {line.split()[1] for line in stages()["wheel"].splitlines() if line.startswith("COPY ")}

    assert copied >= PACKAGES
    for name in (*copied, "requirements/run.txt"):
        assert not ignored(name), name


@pytest.mark.parametrize("name", [".git", ".env", ".venv", ".munim-run", "tests", "loaders/x.pyc", "munim/__pycache__"])
def test_secrets_and_what_is_made_here_stay_out_of_the_builders_reach(name: str) -> None:
    assert ignored(name)


def ignored(name: str) -> bool:
    """Tell whether .dockerignore leaves a path out: the last line that fits decides, as Docker has it."""
    out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        anywhere = pattern.removeprefix("**/")
        fits = any(
            fnmatch.fnmatchcase(part, pattern) or (anywhere != pattern and fnmatch.fnmatchcase(part, f"*{anywhere}"))
            for part in _paths(name)
        )
        if line and not line.startswith("#") and fits:
            out = not line.startswith("!")
    return out


def _paths(name: str) -> list[str]:
    """A path and the folders above it."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def test_the_examples_name_this_version() -> None:
    assert set(re.findall(r"-t munim[a-z-]*:(\S+)", TEXT)) == {__version__}

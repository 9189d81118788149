"""What the documents name exists: commands, metrics, settings, files, Secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from munim.cli.reference import commands
from munim.core.settings import Settings
from schedules.rendering import pods
from tests.unit.kustomized import BESIDE, OVERLAYS
from tests.unit.test_monitoring import exposed

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXTS = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("agents.md", "kubernetes.md", "operations.md")}


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_that_is_named_exists(name: str) -> None:
    known = {path for path, _ in commands()}
    named = re.findall(r"(?:^|`|\$ )(munim(?: [a-z][a-z-]*){1,2})", TEXTS[name], re.MULTILINE)

    assert named
    for words in named:
        # `munim run nav`: a command of two words, and what it is given.
        is_group = any(path.startswith(f"{words} ") for path in known)
        assert is_group or words in known or " ".join(words.split()[:2]) in known, words


def test_every_metric_is_named_and_no_other() -> None:
    named = set(re.findall(r"`(munim_[a-z_]+)`", TEXTS["operations.md"]))
    families = {re.sub(r"_(sum|count)$", "", name) for name in exposed()}

    assert named == families - {"munim_info"}


@pytest.mark.parametrize("name", TEXTS)
def test_every_setting_that_is_named_is_one(name: str) -> None:
    named = set(re.findall(r"\bMUNIM_([A-Z_]+)", TEXTS[name]))

    assert {setting.lower() for setting in named} <= set(Settings.model_fields)


def test_overlays_secrets_and_the_user_are_those_of_the_manifests() -> None:
    text = TEXTS["kubernetes.md"]

    assert set(re.findall(r"`overlays/(\w+)`", text)) == {*OVERLAYS, *BESIDE}
    assert {pods.SECRETS, pods.STORE_KEYS} <= set(re.findall(r"secret generic (\S+)", text))
    assert f"user {pods.USER}" in text


def test_every_exit_code_that_ends_a_job_is_explained() -> None:
    codes = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", TEXTS["kubernetes.md"], re.MULTILINE)
             for code in row.split(", ")}  # fmt: skip

    assert set(pods.NOT_RETRIED) | {0, 1} <= codes

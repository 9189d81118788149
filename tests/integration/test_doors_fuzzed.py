"""Whatever is asked of the HTTP API, it answers or says no: no 5xx, no status and no body but those of OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from loaders.database import Database
from munim.api.http_app import http_app
from munim.api.serving import open_desk
from pipelines.tools import Tools
from tests.conftest import SetClock
from tests.integration import made_answers

FEW, MANY = 5, 300
"""Requests of each question, of each kind: such as its schema allows, and such as it does not."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def operations(database: Database, tools: Tools, clock: SetClock) -> Iterator[list[Any]]:
    """What OpenAPI says may be asked, of an API whose tables have one NAV."""
    made_answers.load(tools, clock, made_answers.growth("101", "14-Aug-2026"), made_answers.MONDAY)
    with open_desk(made_answers.settings(), database) as desk:
        schema: Any = schemathesis.openapi.from_asgi("/openapi.json", http_app(desk))
        yield [one.ok() for one in schema.get_all_operations()]


def ask_much(operations: list[Any], count: int) -> int:
    """Ask each operation so many times in each way; return how many answers were looked at."""
    looked_at = 0
    for operation in operations:
        for mode in schemathesis.GenerationMode:

            @settings(
                max_examples=count,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(mode))
            def check(case: Any) -> None:
                nonlocal looked_at
                case.validate_response(case.call(), checks=CHECKS)
                looked_at += 1

            check()
    return looked_at


def test_no_request_ends_in_a_fault(operations: list[Any]) -> None:
    assert len(operations) == 12
    assert ask_much(operations, FEW) >= 12 * FEW


@pytest.mark.long
def test_no_request_of_many_ends_in_a_fault(operations: list[Any]) -> None:
    assert ask_much(operations, MANY) >= 12 * MANY

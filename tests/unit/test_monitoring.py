"""Alert rules and dashboard speak of metrics, labels and statuses that there are, in PromQL that parses."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from munim.core.errors import MunimError
from munim.readers import metrics
from munim.readers.ledger_totals import Lateness, Refused, RunTotals

FOLDER = Path(str(files("schedules"))) / "monitoring"
AT = datetime(2026, 8, 20, 6, 0, tzinfo=UTC)

OF_OTHERS = {"kube_job_status_failed": {"namespace", "reason", "job_name"}}
"""What others than munim expose, with the labels used here: kube-state-metrics."""

promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not here")


@cache
def exposed() -> dict[str, set[str]]:
    """Each metric that munim exposes with its labels, as samples are named."""
    totals = [RunTotals("nav", "amfi.latest", "success", 1, 1000, 1, 1, 0, 0, 0, 0)]
    late = [Lateness("nav", "amfi.latest", "late", date(2026, 8, 18), date(2026, 8, 19), Decimal("0.9"), 1, AT, AT, AT)]
    families = [
        *metrics._standing(up=True),
        *metrics._runs(totals, late),
        *metrics._freshness(late, AT),
        *metrics._quarantine([Refused("nav", 3)]),
    ]
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / "prometheus-rules.yaml").read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return found


def expressions() -> list[tuple[str, str]]:
    """Every expression, with the alert or the panel that asks it."""
    asked = [(rule["alert"], rule["expr"]) for rule in rules()]
    return asked + [(panel["title"], one["expr"]) for panel in dashboard()["panels"] for one in panel["targets"]]


def selectors(expression: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each metric that an expression reads, with the labels that it chooses by."""
    found: list[promql_parser.VectorSelector] = []

    def visit(node: object) -> bool:
        if isinstance(node, promql_parser.MatrixSelector):
            found.append(node.vector_selector)
        elif isinstance(node, promql_parser.VectorSelector):
            found.append(node)
        return True

    promql_parser.walk(promql_parser.parse(expression), visit)
    for selector in found:
        yield str(selector.name), {one.name: one.value for one in selector.matchers.matchers}


@pytest.mark.parametrize(("asker", "expression"), expressions())
def test_an_expression_reads_metrics_and_labels_that_there_are(asker: str, expression: str) -> None:
    known = exposed() | OF_OTHERS
    read = list(selectors(expression))

    assert read, f"{asker} reads nothing"
    for name, labels in read:
        assert name in known, f"{asker} reads {name}"
        assert set(labels) <= known[name]
        values = [value for label in ("status", "kind") for value in labels.get(label, "").split("|") if value]
        assert set(values) <= {*metrics.STATUSES, *metrics.ROW_KINDS}


def test_every_metric_of_interest_is_alerted_on_or_shown() -> None:
    read = {name for _, expression in expressions() for name, _ in selectors(expression)}

    assert set(exposed()) - read == {"munim_info", "munim_last_failure_timestamp_seconds"}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_a_rule_says_what_is_wrong_how_bad_it_is_and_what_to_look_at(rule: dict[str, Any]) -> None:
    assert set(rule) - {"for"} == {"alert", "expr", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert set(rule["annotations"]) == {"summary", "description"}


def test_alerts_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in rules()]

    assert len(set(names)) == len(names) == 10


def test_a_job_that_found_nothing_published_yet_wakes_nobody() -> None:
    """Exit code 6 ends a Job as PodFailurePolicy does; the rule over Jobs must not choose that reason."""
    (rule,) = [one for one in rules() if "kube_job" in one["expr"]]
    ((_, labels),) = selectors(rule["expr"])

    assert labels["reason"] == "BackoffLimitExceeded|DeadlineExceeded"


def test_the_dashboards_panels_have_numbers_places_and_the_chosen_prometheus() -> None:
    shown = dashboard()
    panels = shown["panels"]
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len({panel["id"] for panel in panels}) == len(panels) == 11
    assert len(set(cells)) == len(cells), "two panels lie over each other"
    assert max(x for x, _ in cells) == 23
    assert {one["datasource"]["uid"] for panel in panels for one in (panel, *panel["targets"])} == {"${datasource}"}
    assert [one["name"] for one in shown["templating"]["list"]] == ["datasource", "feed"]
    assert shown["timezone"] == "Asia/Kolkata"


def test_statuses_that_errors_have_are_told_before_the_first() -> None:
    kinds = {one.kind for one in MunimError.__subclasses__()} - {"late"}

    assert {kind for kind in kinds if not kind.startswith("archive")} <= set(metrics.STATUSES)


@promtool
def test_promtool_takes_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", FOLDER / "prometheus-rules.yaml"],
                          capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


@promtool
def test_a_late_feed_is_alerted_on_after_its_time_and_a_refusal_at_once(tmp_path: Path) -> None:
    """Prometheus itself plays the rules over made series, a sample a minute."""
    late, refused = '{dataset="nav", feed="amfi.latest"}', '{dataset="flows", feed="nse.fii_dii", status="refused"}'
    played = {
        "rule_files": [str(FOLDER / "prometheus-rules.yaml")],
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": f"munim_lateness_seconds{late}", "values": "0+60x120"},
                    {"series": f"munim_runs_total{refused}", "values": "0x30 1x90"},
                    {"series": "munim_database_up", "values": "1x120"},
                ],
                "promql_expr_test": [
                    {"expr": 'count(ALERTS{alertstate="firing"}) by (alertname)', "eval_time": at, "exp_samples": [
                        {"labels": f'{{alertname="{name}"}}', "value": 1} for name in names
                    ]}
                    for at, names in (
                        ("20m", []), ("28m", ["MunimLate"]), ("35m", ["MunimContentRefused", "MunimLate"])
                    )
                ],
            }
        ],
    }  # fmt: skip
    path = tmp_path / "played.yaml"
    path.write_text(yaml.safe_dump(played), encoding="utf-8")

    done = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr

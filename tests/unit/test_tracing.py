"""A run's trace: a span a step, the error where one was, delivered where OpenTelemetry's variable says, or nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from munim.cli.tracing import traced
from munim.core.errors import SourceUnavailable
from tests.commands import environment

NAMED = {"munim.feed": "amfi.latest", "munim.slot": "2026-08-20T08:00:00+05:30"}


@pytest.fixture(autouse=True)
def _no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def test_a_run_has_a_span_and_each_step_one_below_it() -> None:
    spans, told = InMemorySpanExporter(), list[str]()
    with traced("munim run", NAMED, told.append, spans) as step:
        for name in ("claim", "fetch", "archive", "parse", "load"):
            step(name)

    found = {span.name: span for span in spans.get_finished_spans()}
    run = found.pop("munim run")
    assert told == list(found) == ["claim", "fetch", "archive", "parse", "load"]
    assert run.context is not None
    assert dict(run.attributes or {}) == NAMED
    assert {span.parent.span_id for span in found.values() if span.parent} == {run.context.span_id}
    assert run.resource.attributes["service.name"] == "munim"


def test_a_run_that_fails_says_why_on_its_span() -> None:
    spans = InMemorySpanExporter()

    def fails() -> None:
        with traced("munim run", NAMED, lambda _name: None, spans) as step:
            step("fetch")
            raise SourceUnavailable("503 Service Unavailable", feed="amfi.latest")

    with pytest.raises(SourceUnavailable):
        fails()

    fetch, run = spans.get_finished_spans()
    assert (fetch.name, run.name) == ("fetch", "munim run")
    assert run.status.status_code is StatusCode.ERROR
    assert "503 Service Unavailable" in str(run.status.description)


def test_without_an_endpoint_nothing_is_imported_and_the_step_is_the_given_one() -> None:
    looks = (
        "import sys\nfrom munim.cli.tracing import traced\n"
        "def told(name): pass\n"
        "with traced('run', {}, told) as step: assert step is told\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]\n"
    )
    done = subprocess.run([sys.executable, "-c", looks], env=environment(), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_spans_are_delivered_to_the_endpoint_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        try:
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_address[1]}")
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
            with traced("munim run", NAMED, lambda _name: None) as step:
                step("fetch")
        finally:
            collector.shutdown()
            thread.join()

    ((path, body),) = received
    request = ExportTraceServiceRequest.FromString(body)
    names = [span.name for of in request.resource_spans for scope in of.scope_spans for span in scope.spans]
    assert (path, names) == ("/v1/traces", ["fetch", "munim run"])

"""OpenTelemetry traces of runs, where OTEL_EXPORTER_OTLP_ENDPOINT says where to: a span a run, and one a step of it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""OpenTelemetry's own variables; its others (headers, time-outs, certificates, resources) are obeyed too."""


@contextmanager
def traced(
    name: str, attributes: Mapping[str, str], step: Callable[[str], None], exporter: SpanExporter | None = None
) -> Iterator[Callable[[str], None]]:
    """Give a `step` that does what the given one does, and begins a span; the one before it ends there.

    Without an endpoint, or without the packages (`pip install munim[traces]`), it is the given one. What can't be
    delivered is dropped with a word in the log: a trace never fails a run.
    """
    exporter = exporter or _exporter()
    if exporter is None:
        yield step
        return
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only for who traces
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": "munim"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("munim")
    under_way: list[Span] = []

    def begin(step_name: str) -> None:
        _end(under_way)
        under_way.append(tracer.start_span(step_name))
        step(step_name)

    try:
        # An error that passes through is recorded on the run's span.
        with tracer.start_as_current_span(name, attributes=dict(attributes)):
            try:
                yield begin
            finally:
                _end(under_way)
    finally:
        provider.shutdown()


def _end(under_way: list[Span]) -> None:
    while under_way:
        under_way.pop().end()


def _exporter() -> SpanExporter | None:
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        import structlog  # noqa: PLC0415

        structlog.get_logger().warning("no traces: OpenTelemetry is not installed", advice="pip install munim[traces]")
        return None
    return OTLPSpanExporter()

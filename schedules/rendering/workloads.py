"""What runs besides the CronJobs: the migration, the scheduler or the exporter of metrics, and the answers."""

from __future__ import annotations

from typing import Any

from munim import __version__
from schedules.rendering.pods import PORT, Manifest, job, labels, pod

GRACE_S = 120
"""Seconds in which runs that are under way when the scheduler's pod has to go end, or are cancelled and written so."""

ANSWERED_S = 30
"""Seconds in which questions that are being answered when a pod has to go are answered (munim.api.serving.listen)."""

REPLICAS = 2
"""Pods that answer, so that one may go."""


def migration() -> Manifest:
    """Return the Job that goes first.

    Its name has the version: a Job can't be changed, and each version brings its own. Where it was not yet, every run
    ends with exit code 2 before it asks a site or writes a row (`Database.session` compares the schema).
    """
    named = labels("migrate")
    spec = job(pod(["db", "migrate"]), {"labels": named}, retries=6, deadline_s=3600)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"munim-migrate-{__version__.replace('.', '-')}", "labels": named},
        "spec": {"ttlSecondsAfterFinished": 86_400, **spec},
    }


def scheduler() -> list[Manifest]:
    """Return the scheduler service, in the place of CronJobs; it has Chromium, since it runs every feed."""
    spec = pod(
        # A pod's address: a NetworkPolicy guards it.
        ["scheduler", "--host", "0.0.0.0", "--port", str(PORT), "--grace", str(GRACE_S - 10)],  # noqa: S104
        browser=True,
        grace_s=GRACE_S,
        **_serving(live="/healthz", ready="/readyz"),
    )
    # Two at once would make no double load, but each asks the sites; what is missed between the two is caught up.
    return [_deployment("munim-scheduler", "scheduler", spec), _service("munim-scheduler", "scheduler")]


def exporter() -> list[Manifest]:
    """Return what serves /metrics where CronJobs run the feeds."""
    arguments = ["metrics", "serve", "--host", "0.0.0.0", "--port", str(PORT)]  # noqa: S104 - the same
    spec = pod(arguments, grace_s=10, **_serving(live="/healthz", ready="/readyz"))
    return [_deployment("munim-metrics", "metrics", spec), _service("munim-metrics", "metrics")]


def answers() -> list[Manifest]:
    """Return what answers agents and programs (MCP and HTTP), to bearers of a token alone; any number of them."""
    # Without MUNIM_TOKEN_SECRET or MUNIM_TOKEN_JWKS it ends with exit code 2: an open door is no default.
    arguments = ["api", "serve", "--host", "0.0.0.0", "--port", str(PORT)]  # noqa: S104 - the same
    spec = pod(arguments, grace_s=ANSWERED_S + 10, **_serving(live="/healthz", ready="/readyz"))
    deployment = _deployment("munim-api", "api", spec)
    # It serves no /metrics, and a new version answers before the old one goes: nothing is kept between two requests.
    del deployment["spec"]["template"]["metadata"]["annotations"]
    deployment["spec"] |= {"replicas": REPLICAS, "strategy": {"type": "RollingUpdate"}}
    return [deployment, _service("munim-api", "api")]


def _serving(*, live: str, ready: str) -> dict[str, Any]:
    """Return a container's port and probes. Not ready while the database is out of reach; alive all the same."""
    return {
        "ports": [{"name": "http", "containerPort": PORT}],
        "startupProbe": _probe(live, periodSeconds=5, failureThreshold=24),
        "livenessProbe": _probe(live, periodSeconds=20, failureThreshold=3),
        "readinessProbe": _probe(ready, periodSeconds=20, failureThreshold=2),
    }


def _probe(path: str, **times: int) -> Manifest:
    return {"httpGet": {"path": path, "port": "http"}, "timeoutSeconds": 5, **times}


def _deployment(name: str, component: str, spec: Manifest) -> Manifest:
    named = labels(component)
    scraped = {"prometheus.io/scrape": "true", "prometheus.io/port": str(PORT), "prometheus.io/path": "/metrics"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": named},
        "spec": {
            "replicas": 1,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": named},
            "template": {"metadata": {"labels": named, "annotations": scraped}, "spec": spec},
        },
    }


def _service(name: str, component: str) -> Manifest:
    named = labels(component)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": named},
        "spec": {"selector": named, "ports": [{"name": "http", "port": PORT, "targetPort": "http"}]},
    }

"""Who does backfills: workers that stay, and a burst of them that ends when nothing is left."""

from __future__ import annotations

from schedules.rendering.pods import Manifest, job, labels, pod

GRACE_S = 120
"""Seconds in which a worker whose pod has to go ends the slot that it is at; one that doesn't is done by another."""

REPLICAS = 2
"""Workers that stay. More wait for the same site's turn where a site is what is waited for."""

BURST = 8
"""Workers of a burst."""

BURST_DEADLINE_S = 24 * 3600


def workers() -> list[Manifest]:
    """Return the workers that stay: those of every plain data set, and one with Chromium for what only it can ask."""
    return [
        _deployment("munim-worker", "worker", ["worker"], replicas=REPLICAS, browser=False),
        _deployment("munim-worker-browser", "worker-browser", ["worker", "--queues", "browser"], 1, browser=True),
    ]


def burst() -> Manifest:
    """Return the Indexed Job of a one-off burst: as many workers as completions, each ends when nothing is left.

    A pod that is lost is made again under its own index; one that ended well is not, so that the Job ends with the
    work and not before. Its slots are claimed in the database: an index means nothing to them.
    """
    named = labels("burst")
    spec = job(
        pod(["worker", "--until-empty"], grace_s=GRACE_S),
        {"labels": named},
        retries=BURST * 3,
        deadline_s=BURST_DEADLINE_S,
    )
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "munim-burst", "labels": named},
        "spec": {
            "completionMode": "Indexed",
            "completions": BURST,
            "parallelism": BURST,
            # A Job can't be changed or run twice: it makes place for the next burst.
            "ttlSecondsAfterFinished": 3600,
            **spec,
        },
    }


def _deployment(name: str, component: str, arguments: list[str], replicas: int, *, browser: bool) -> Manifest:
    named = labels(component)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": named},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": named},
            "template": {
                "metadata": {"labels": named},
                "spec": pod(arguments, browser=browser, grace_s=GRACE_S),
            },
        },
    }

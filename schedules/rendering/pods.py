"""The pod that every workload is made of: no root, one writable folder, no token, secrets by reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from munim import __version__
from munim.core.errors import FAULT, ExitCode

Manifest = dict[str, Any]
"""A Kubernetes object, or a part of one, as YAML has it."""

CONTAINER = "munim"
USER = 10001
"""Number of the image's user; the Dockerfile has the same, and a test compares."""

PORT = 8080
"""Where the scheduler, or the exporter of metrics, answers."""

SETTINGS = "munim-settings"
"""ConfigMap: MUNIM_ARCHIVE, MUNIM_CONTACT, the object store's region and endpoint."""

SECRETS = "munim-secrets"
"""Secret whose keys are settings (MUNIM_DATABASE_URL, MUNIM_ALERT_URLS), mounted as files of these names."""

STORE_KEYS = "munim-object-store"
"""Secret with the object store's own variables (AWS_ACCESS_KEY_ID …); not needed where nodes or roles give access."""

NOT_RETRIED = [*sorted(int(code) for code in ExitCode if code not in {ExitCode.DONE, ExitCode.RETRY}), FAULT]
"""Exit codes after which the same pod again would end in the same way, or would press a site that refused us."""


@dataclass(frozen=True)
class Size:
    """What a pod asks for, and the memory at which it is ended. No limit of CPU: a throttled run is a late one."""

    cpu: str
    memory: str
    memory_limit: str


PLAIN = Size("250m", "512Mi", "1Gi")
BROWSER = Size("500m", "1Gi", "2Gi")

SCRATCH = "/tmp"  # noqa: S108 - an emptyDir: the pod's alone, and gone with it
"""The only place where a pod can write."""

SHARED_MEMORY = "512Mi"
"""The shared memory of a pod with Chromium: the runtime's 64 MiB are too few for its renderers, which then crash."""


def labels(component: str, **more: str) -> dict[str, str]:
    """Return the labels of a workload; further ones are named `munim/NAME`."""
    return {
        "app.kubernetes.io/name": "munim",
        "app.kubernetes.io/component": component,
        **{f"munim/{name}": value for name, value in more.items()},
    }


def image(*, browser: bool) -> str:
    """Return the image's name; overlays replace it with yours (`images:` in kustomization.yaml)."""
    return f"{'munim-browser' if browser else 'munim'}:{__version__}"


def pod(arguments: list[str], *, browser: bool = False, grace_s: int = 60, **serving: Any) -> Manifest:  # noqa: ANN401
    """Return the spec of a pod that runs `munim` with these arguments.

    `grace_s`: seconds from SIGTERM to the end, in which a run under way is cancelled and written so. `serving`: what a
    container that serves has besides (ports, probes).
    """
    return {
        "serviceAccountName": "munim",
        "automountServiceAccountToken": False,
        # Kubernetes would add variables of every Service: those of a Service named munim begin with MUNIM_.
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": grace_s,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(arguments, browser=browser) | serving],
        "volumes": _volumes(browser=browser),
    }


def job(spec: Manifest, metadata: Manifest, *, retries: int, deadline_s: int) -> Manifest:
    """Return the spec of a Job whose pod is retried only where that can help."""
    return {
        "backoffLimit": retries,
        "activeDeadlineSeconds": deadline_s,
        "podFailurePolicy": {
            "rules": [
                # A node that is drained is no failure of the run.
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
                {
                    "action": "FailJob",
                    "onExitCodes": {"containerName": CONTAINER, "operator": "In", "values": NOT_RETRIED},
                },
            ]
        },
        "template": {"metadata": metadata, "spec": {"restartPolicy": "Never", **spec}},
    }


def _container(arguments: list[str], *, browser: bool) -> Manifest:
    size = BROWSER if browser else PLAIN
    mounts = [
        {"name": "tmp", "mountPath": SCRATCH},
        {"name": "secrets", "mountPath": "/run/secrets/munim", "readOnly": True},
    ]
    return {
        "name": CONTAINER,
        "image": image(browser=browser),
        "args": arguments,
        "env": [
            # An unset database or archive is exit code 2, never an empty database in the pod.
            {"name": "MUNIM_REQUIRE_EXTERNAL", "value": "1"},
            {"name": "MUNIM_HOME", "value": f"{SCRATCH}/munim"},
            {"name": "MUNIM_LOG_FORMAT", "value": "json"},
            {"name": "HOME", "value": SCRATCH},
        ],
        "envFrom": [{"configMapRef": {"name": SETTINGS}}, {"secretRef": {"name": STORE_KEYS, "optional": True}}],
        "resources": {
            "requests": {"cpu": size.cpu, "memory": size.memory, "ephemeral-storage": "256Mi"},
            "limits": {"memory": size.memory_limit, "ephemeral-storage": "1Gi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": mounts + ([{"name": "shm", "mountPath": "/dev/shm"}] if browser else []),  # noqa: S108
    }


def _volumes(*, browser: bool) -> list[Manifest]:
    volumes: list[Manifest] = [
        {"name": "tmp", "emptyDir": {"sizeLimit": "512Mi"}},
        # Optional, so that a missing Secret is exit code 2 with a message, not a pod that waits for it.
        {"name": "secrets", "secret": {"secretName": SECRETS, "optional": True, "defaultMode": 0o440}},
    ]
    if browser:
        volumes.append({"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": SHARED_MEMORY}})
    return volumes

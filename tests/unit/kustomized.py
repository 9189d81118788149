"""Overlays as Kubernetes would get them, and the pods in them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schedules.rendering import files

OVERLAYS = ("external", "scheduler", "small")
BESIDE = ("api", "burst")
"""Overlays that go beside one of those."""

Manifest = dict[str, Any]


def kubectl() -> str | None:
    return shutil.which("kubectl")


def built(overlay: str, folder: Path | None = None) -> list[Manifest]:
    """What `kubectl kustomize` makes of an overlay; without kubectl the files that it names, unpatched."""
    place = (folder or files.shipped()) / "overlays" / overlay
    command = kubectl()
    return list(_resources(place)) if command is None else list(yaml.safe_load_all(_kustomized(command, place)))


@cache
def _kustomized(command: str, place: Path) -> str:
    done = subprocess.run([command, "kustomize", str(place)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def _resources(place: Path) -> Iterator[Manifest]:
    """Load what a kustomization names, and what those that it names do."""
    kustomization = yaml.safe_load((place / "kustomization.yaml").read_text(encoding="utf-8"))
    for name in kustomization["resources"]:
        path = place / name
        if path.is_dir():
            yield from _resources(path)
        else:
            yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))
    for made in kustomization.get("configMapGenerator", []):
        literals = dict(line.split("=", 1) for line in made["literals"])
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": made["name"]}, "data": literals}


@dataclass(frozen=True)
class Pod:
    """A pod's template, with the name of what makes it."""

    owner: str
    labels: dict[str, str]
    spec: Manifest

    @property
    def container(self) -> Manifest:
        (only,) = self.spec["containers"]
        return dict(only)


def pods(manifests: list[Manifest]) -> list[Pod]:
    return [
        Pod(one["metadata"]["name"], template["metadata"]["labels"], template["spec"])
        for one in manifests
        if (template := _template(one)) is not None
    ]


def named(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}


def _template(manifest: Manifest) -> Manifest | None:
    spec = manifest.get("spec", {})
    job = spec.get("jobTemplate", {}).get("spec", spec)
    found: Manifest | None = job.get("template")
    return found

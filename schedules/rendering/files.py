"""The manifests as files: those made from the timetable, and those written by hand beside them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from schedules.rendering import cronjobs, workers, workloads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schedules.rendering.pods import Manifest

HEAD = "# Made by `munim kubernetes render` from schedules/timetable.py; a test compares the two.\n"


def shipped() -> Path:
    """Return the folder of the manifests that come with munim."""
    return Path(str(files("schedules"))) / "kubernetes"


def rendered() -> dict[str, str]:
    """Return what is made, by path below the folder of manifests."""
    return {
        "api/api.yaml": _yaml(workloads.answers()),
        "base/migrate.yaml": _yaml([workloads.migration()]),
        "burst/burst.yaml": _yaml([workers.burst()]),
        "cronjobs/cronjobs.yaml": _yaml(cronjobs.cronjobs()),
        "cronjobs/metrics.yaml": _yaml(workloads.exporter()),
        "scheduler/scheduler.yaml": _yaml(workloads.scheduler()),
        "workers/workers.yaml": _yaml(workers.workers()),
    }


def by_hand() -> dict[str, str]:
    """Return what is written by hand, by path below the folder of manifests."""
    place, made = shipped(), rendered()
    found = {path.relative_to(place).as_posix(): path for path in sorted(place.rglob("*.yaml"))}
    return {name: path.read_text(encoding="utf-8") for name, path in found.items() if name not in made}


def differing(folder: Path) -> list[str]:
    """Return the paths, below a folder of manifests, of what is not there as it is made now."""
    return [name for name, text in rendered().items() if _read(folder / name) != text]


def write(folder: Path) -> list[str]:
    """Write the manifests into a folder, and return the paths below it that are new or changed.

    What is made is always written. What is written by hand is only put where there is none: it is yours to change.
    """
    wanted = rendered() | {name: text for name, text in by_hand().items() if not (folder / name).exists()}
    changed = [name for name, text in wanted.items() if _read(folder / name) != text]
    for name in changed:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")
    return sorted(changed)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _yaml(manifests: Iterable[Manifest]) -> str:
    import yaml  # noqa: PLC0415 - only for who renders

    class Plain(yaml.SafeDumper):
        """Without anchors: what is the same in two places is written twice."""

        def ignore_aliases(self, _data: object) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
            """Indent lists below their key, as people write them."""
            super().increase_indent(flow, indentless=False)

    text = yaml.dump_all(manifests, Dumper=Plain, sort_keys=False, explicit_start=True, width=110)
    return HEAD + text

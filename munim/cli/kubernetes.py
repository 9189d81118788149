"""`munim kubernetes`: the manifests, made from the timetable."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from munim.cli.output import near, say
from munim.cli.words import examples
from munim.core.errors import RequestWrong

app = typer.Typer(help="Make the Kubernetes manifests from the timetable.", no_args_is_help=True)


@app.callback()
def _kubernetes() -> None:
    pass


@app.command(
    "render",
    epilog=examples("munim kubernetes render deploy", "munim kubernetes render deploy --check",
                    "kubectl diff -k deploy/overlays/external"),
)  # fmt: skip
def render(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Folder of the manifests; without it, where munim's own are."),
    ] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 2 where the files are not what would be made.")
    ] = False,
) -> None:
    """Write the manifests into a folder: CronJobs, scheduler and migration anew, the rest only where it is missing.

    Overlays, policies and settings are yours to change; what is made from the timetable is written over.
    """
    from schedules.rendering import files  # noqa: PLC0415 - pandas-free, but the YAML is only for who renders

    place = files.shipped() if folder is None else folder
    if check:
        differing = files.differing(place)
        if differing:
            raise RequestWrong(
                f"{', '.join(differing)}: not what the timetable says", advice="run `munim kubernetes render`"
            )
        say(f"{near(place.resolve())}: as the timetable says")
        return
    changed = files.write(place)
    for name in changed:
        say(f"written: {near((place / name).resolve())}")
    if not changed:
        say(f"{near(place.resolve())}: nothing to write, all is as the timetable says")

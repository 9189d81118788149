"""`munim rebuild`: the tables again, from the archive alone."""

from __future__ import annotations

from munim.cli import doors, progress
from munim.cli.output import say, show_json
from munim.cli.run import DataSetArgument
from munim.cli.words import Output, OutputOption, examples
from pipelines.catalogue import data_set

EXAMPLES = examples("munim rebuild nav", "munim rebuild nav -o json")


def rebuild(dataset: DataSetArgument, output: OutputOption = Output.TABLE) -> None:
    """Empty a data set's tables and load every archived payload again, in one transaction.

    The rows and revisions come out the same. The ledger keeps its entries.
    """
    from pipelines.rebuild import rebuild as rebuild_tables  # noqa: PLC0415 - brings pandas

    settings = doors.open_settings()
    kept = data_set(dataset)
    with progress.bar(f"rebuild {dataset}") as tell:
        report = rebuild_tables(kept, doors.open_tools(settings, None), tell)
    if output is Output.JSON:
        show_json({"payloads": report.payloads, **report.rows})
    else:
        rows = ", ".join(f"{count:,} {name}" for name, count in report.rows.items())
        say(f"{report.payloads:,} payloads make {rows}")

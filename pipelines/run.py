"""The one function that everything calls: fetch what a slot asks for, keep the bytes, and load them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loaders import ledger
from loaders.known import load_known
from loaders.ledger import RunEntry
from loaders.report import claim_slot
from loaders.retry import DatabaseError, naming_failures, with_retries
from munim.core.errors import ContentRefused, MunimError, NotYetPublished, RequestWrong, SourceUnavailable
from pipelines import verdicts
from pipelines.clocks import CLOCKS_APART
from pipelines.tools import Options, Tools, context

if TYPE_CHECKING:
    from loaders.batch import LoadContext
    from loaders.database import Connection
    from loaders.report import LoadReport
    from munim.core.payload import Payload
    from pipelines.dataset import DataSet, Feed
    from scrapers.client import Client


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    `report` is None when the slot was closed already; `run_id` is then the run that did it, or 0 where nothing is
    published yet. `following` are the runs of further feeds that it led to. `why` is why a slot was passed over.
    """

    feed: str
    slot: str
    status: str
    run_id: int
    report: LoadReport | None = None
    following: tuple[Outcome, ...] = ()
    why: str | None = None


def run(dataset: DataSet, feed: str, slot: str, tools: Tools, options: Options | None = None) -> Outcome:
    """Run one slot: claim it, fetch, archive, parse, check and load; return what came of it.

    A slot that is closed is left alone unless `again` or `force` is asked for; one that another process is at is
    waited for. Then the slots that this one leads to are run, if any (`Feed.follow`), each with bytes and an entry in
    the ledger of its own. Raises a `MunimError` of the kind that says what to do; the ledger has it too.
    """
    options = options or Options()
    asked = dataset.feed(feed)
    follow = asked.follow
    if follow is None:
        return _run_slot(dataset, asked, slot, tools, options)
    with tools.client() as client:
        outcome = _run_slot(dataset, asked, slot, tools, options, client)
        # A dry run has written nothing that could lead on, and a slot that was passed over leads nowhere.
        if options.dry_run or outcome.why is not None:
            return outcome
        following = with_retries(tools.database, lambda session: follow(session, slot))
        return replace(outcome, following=_follow(dataset, following, tools, options, client))


def _follow(
    dataset: DataSet, slots: Sequence[tuple[str, str]], tools: Tools, options: Options, client: Client
) -> tuple[Outcome, ...]:
    """Run slots that another one has led to; one that fails stops no other, but for a source that refuses us.

    What is not published has the status `not_yet`. Raises the first failure when all are done.
    """
    done: list[Outcome] = []
    failures: list[MunimError] = []
    for feed, slot in slots:
        try:
            done.append(_run_slot(dataset, dataset.feed(feed), slot, tools, options, client))
        except NotYetPublished as error:
            done.append(Outcome(feed, slot, error.kind, run_id=0))
        except (ContentRefused, SourceUnavailable) as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return tuple(done)


def _run_slot(
    dataset: DataSet, asked: Feed, slot: str, tools: Tools, options: Options, client: Client | None = None
) -> Outcome:
    """Run one slot of one feed."""
    feed = asked.name
    started = context(tools, dataset.name, options)
    with _claim(tools, started, feed, slot) as closed:
        if closed is not None and not (options.again or options.force or options.dry_run):
            return skipped(tools, started, feed, slot, closed)
        if (passed := _passed_over(tools, started, asked, slot, options)) is not None:
            return passed
        closes = closed is None and asked.is_settled(slot, tools.clock())
        begun = context(tools, dataset.name, options, closes_slot=closes, needs_day=asked.needs_day(slot))
        started = replace(begun, run_key=started.run_key)
        with told(tools, started, feed, slot):
            tools.step("fetch")
            with nullcontext(client) if client is not None else tools.client() as asking:
                payload = asked.fetch(asking, slot)
        report = load_payload(dataset, payload, tools, started)
    return Outcome(feed, slot, report.status, report.run_id, report)


def load_payload(dataset: DataSet, payload: Payload, tools: Tools, started: LoadContext) -> LoadReport:
    """Archive a payload and load it: what every door's payloads go through.

    Bytes that are in the tables already are not read again. A failure is written into the ledger and raised.
    """
    with told(tools, started, payload.feed, payload.slot, payload):
        _refuse_future(payload, tools)
        if not started.dry_run:
            tools.step("archive")
            tools.archive.put(payload)
        same_bytes = not dataset.hangs_on_fetch
        known = with_retries(
            tools.database,
            lambda session: load_known(session, payload, started, tools.clock, same_bytes=same_bytes),
        )
        return known if known is not None else _read_and_load(dataset, payload, tools, started)


def _refuse_future(payload: Payload, tools: Tools) -> None:
    """Refuse a fetch time that is still to come: its values would outlive everything that is fetched till then."""
    if payload.fetched_at > tools.clock() + CLOCKS_APART:
        raise RequestWrong(
            f"it says that it was fetched at {payload.fetched_at.isoformat()}, which is still to come",
            feed=payload.feed,
            slot=payload.slot,
            advice="mend the time in its name, its sidecar or --fetched-at",
        )


def skipped(tools: Tools, started: LoadContext, feed: str, slot: str, closed: int) -> Outcome:
    """Note in the ledger that a slot was found closed."""

    def write(session: Connection) -> int:
        number = ledger.write_run(session, started, RunEntry(feed, slot, "skipped"), tools.clock())
        session.commit()
        return number

    if not started.dry_run:
        with_retries(tools.database, write)
    return Outcome(feed, slot, "skipped", closed)


def _passed_over(tools: Tools, started: LoadContext, asked: Feed, slot: str, options: Options) -> Outcome | None:
    """Note in the ledger, once, that a slot is not worth asking for, and why; None where it is."""
    rests = asked.rests
    if rests is None or options.again or options.force or options.dry_run:
        return None

    def write(session: Connection) -> Outcome | None:
        why = rests(session, slot)
        if why is None:
            return None
        number = ledger.passed_over_by(session, started.dataset, asked.name, slot)
        if number is None:
            number = ledger.write_run(session, started, RunEntry(asked.name, slot, "skipped", error=why), tools.clock())
            session.commit()
        return Outcome(asked.name, slot, "skipped", number, why=why)

    return with_retries(tools.database, write)


def _read_and_load(dataset: DataSet, payload: Payload, tools: Tools, started: LoadContext) -> LoadReport:
    from loaders.judging import CheckFailed  # noqa: PLC0415

    decisions = verdicts.about(payload, tools.archive.decisions())
    verdict = verdicts.verdict(decisions)
    started = replace(started, forced=started.forced or verdict == verdicts.FORCE)
    tools.step("parse")
    batch = dataset.read(payload, verdicts.accepted_lines(decisions))
    way = dataset.way()  # brings pandas, which known bytes don't need
    job = way.job(payload, batch, tools, started, decisions)
    try:
        return with_retries(tools.database, lambda session: way.load(session, job))
    except CheckFailed:
        if not started.dry_run and verdict is None:
            verdicts.decide(tools, payload, verdicts.REFUSE, "munim")
        raise


@contextmanager
def _claim(tools: Tools, started: LoadContext, feed: str, slot: str) -> Iterator[int | None]:
    """Hold a slot, so that two that fire at once make one load: the other waits, and finds it closed.

    Yields the run that closed it; None while it is open.
    """
    with tools.database.session() as session:
        with told(tools, started, feed, slot), naming_failures():
            tools.step("claim")
            claim_slot(session, started.dataset, feed, slot)
            closed = ledger.closed_by(session, started.dataset, feed, slot)
            session.commit()
        yield closed


@contextmanager
def told(
    tools: Tools, started: LoadContext, feed: str | None, slot: str | None, payload: Payload | None = None
) -> Iterator[None]:
    """Write into the ledger why a run failed, and let the failure go on; what is logged meanwhile names the run.

    `run` in the log is `run_key` in the ledger: its number is given when its rows are written.
    """
    from structlog.contextvars import bound_contextvars  # noqa: PLC0415 - 50 ms; who logs has it

    with bound_contextvars(run=str(started.run_key), feed=feed, slot=slot):
        try:
            yield
        except MunimError as error:
            _write_failure(tools, started, RunEntry(feed, slot, error.kind, error=str(error)), payload, error)
            raise
        except (KeyboardInterrupt, SystemExit):
            _write_failure(tools, started, RunEntry(feed, slot, "cancelled", error="the run was cancelled"), payload)
            raise
        except Exception as error:
            _write_failure(tools, started, RunEntry(feed, slot, "error", error=repr(error)), payload)
            raise


def _write_failure(
    tools: Tools, started: LoadContext, entry: RunEntry, payload: Payload | None, error: MunimError | None = None
) -> None:
    if started.dry_run:
        return
    entry = replace(entry, sha256=payload.sha256 if payload else None, checks=getattr(error, "checks", ()))
    try:
        with tools.database.session() as session:
            ledger.write_run(session, started, entry, tools.clock())
            session.commit()
    except (MunimError, DatabaseError) as second:
        import structlog  # noqa: PLC0415 - for the rare case

        # The first failure is the one to tell; the log has both.
        structlog.get_logger().warning("the ledger could not be told of a failure", why=str(second))

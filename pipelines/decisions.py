"""What people decide: a run is taken back, or refused rows are read again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from loaders import ledger, payloads, quarantine
from loaders.report import LoadReport, done_already, finish, lock
from loaders.retry import with_retries
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from pipelines import verdicts
from pipelines.run import told
from pipelines.tools import Options, Tools, context, reverting

if TYPE_CHECKING:
    from loaders.batch import LoadContext
    from loaders.database import Connection
    from pipelines.dataset import DataSet


REVERT = "munim.revert"
"""The feed that the ledger names for a revert whose own is not known yet."""


@dataclass(frozen=True)
class ReplayReport:
    """How many refused rows were read and loaded now, and how many are still refused."""

    replayed: int
    still_refused: int


def revert(dataset: DataSet, run_id: int, tools: Tools, options: Options | None = None) -> LoadReport:
    """Put back, as new values, what a run replaced; what it alone had said is withdrawn.

    Of keyed data sets what other files say that are not taken back holds, whichever of them said it first.
    Values that a later run replaced are left as that run made them. Raises `RequestWrong` for a run that loaded
    nothing or is not there.
    """
    way = dataset.way()
    started = reverting(context(tools, dataset.name, options or Options()), run_id)

    def work(session: Connection) -> LoadReport:
        # One transaction under the lock: a load in between would else be overwritten with what stood before it.
        lock(session, dataset.name)
        if (done := done_already(session, started)) is not None:
            return done
        where = payloads.placement(session, dataset.name, _loaded_by(session, run_id))
        found = way.revert(session, where, run_id, tools)
        if found is None:
            raise RequestWrong(f"run {run_id} has no value that still stands", advice="there is nothing to put back")
        feed, body = found
        # After everything that is loaded, whatever the clocks of those payloads said; not asked of the clock again when
        # a lost connection makes this run twice: the archive would have two reverts, and the tables one.
        at = max(started.started_at, where.ordered[-1].fetched_at + timedelta(microseconds=1))
        payload = Payload(feed, f"run {run_id}", f"munim:revert/{run_id}", at, body, origin="revert")
        if not started.dry_run:
            tools.archive.put(payload)
        job = way.job(payload, dataset.read(payload, ()), tools, started, [])
        new_run_id = ledger.next_run_id(session)
        report, payload_id = way.load_rows(session, job, new_run_id)
        way.write_success(session, job, report, payload_id)
        finish(session, started, tools.step)
        return report

    with told(tools, started, REVERT, f"run {run_id}"):
        return with_retries(tools.database, work)


def replay(dataset: DataSet, quarantine_ids: Sequence[int], tools: Tools, *, accept: bool = False) -> ReplayReport:
    """Read refused rows again with today's parser, and load those that can be read now.

    With `accept`, rows that only a judgement was against (a far date, a negative NAV) are loaded too, and the archive
    keeps that they were accepted. Their values take their place by when their payload was fetched.
    Raises `RequestWrong` for a row that is not there or not open.
    """
    rows = with_retries(tools.database, lambda session: _open_rows(session, dataset.name, quarantine_ids))
    replayed = 0
    for payload_id, lines in rows.items():
        started = context(tools, dataset.name, Options())
        replayed += _replay_payload(dataset, payload_id, lines, tools, started, accept=accept)
    return ReplayReport(replayed, sum(len(lines) for lines in rows.values()) - replayed)


def _replay_payload(
    dataset: DataSet, payload_id: int, lines: Sequence[int], tools: Tools, started: LoadContext, *, accept: bool
) -> int:
    way = dataset.way()
    payload = with_retries(tools.database, lambda session: _payload(session, payload_id, tools))
    decisions = verdicts.about(payload, tools.archive.decisions())
    accepted = verdicts.accepted_lines(decisions)
    batch = dataset.read(payload, accepted | set(lines) if accept else accepted)
    readable, good = way.only(batch, lines)
    if not good:
        return 0
    if accept:
        verdicts.decide(tools, payload, verdicts.ACCEPT_ROWS, tools.asked_by, lines=sorted(good))
    job = way.job(payload, readable, tools, started, decisions)

    def work(session: Connection) -> int:
        lock(session, dataset.name)
        if done_already(session, started) is not None:
            return len(good)
        way.load_more(session, job, payload_id, batch)
        count = quarantine.mark_replayed(session, payload_id, good, tools.asked_by, tools.clock())
        finish(session, started)
        return count

    return with_retries(tools.database, work)


def _loaded_by(session: Connection, run_id: int) -> int:
    row = session.execute(
        "SELECT run.status, payload.payload_id, payload.run_id FROM etl.run LEFT JOIN etl.payload USING (payload_id) "
        "WHERE run.run_id = %s",
        (run_id,),
    ).fetchone()
    if row is None:
        raise RequestWrong(f"there is no run {run_id}", advice="see `munim runs list`")
    status, payload_id, loaded_by = row
    if status != "success" or payload_id is None:
        raise RequestWrong(f"run {run_id} loaded nothing: it ended as {status}")
    if loaded_by != run_id:
        raise RequestWrong(
            f"run {run_id} replayed refused rows of run {loaded_by}", advice=f"revert run {loaded_by} to take all back"
        )
    return int(str(payload_id))


def _open_rows(session: Connection, dataset: str, quarantine_ids: Sequence[int]) -> Mapping[int, list[int]]:
    found = session.execute(
        "SELECT quarantine_id, payload_id, line_no FROM etl.quarantine "
        "WHERE dataset = %s AND status = 'open' AND quarantine_id = ANY (%s)",
        (dataset, list(quarantine_ids)),
    ).fetchall()
    absent = set(quarantine_ids) - {int(str(row[0])) for row in found}
    if absent:
        raise RequestWrong(f"no open row {min(absent)} in quarantine", advice="see `munim quarantine list`")
    rows: dict[int, list[int]] = defaultdict(list)
    for _, payload_id, line_no in found:
        rows[int(str(payload_id))].append(int(str(line_no)))
    return rows


def _payload(session: Connection, payload_id: int, tools: Tools) -> Payload:
    row = session.execute(
        "SELECT feed, slot, url, fetched_at, origin, sha256 FROM etl.payload WHERE payload_id = %s", (payload_id,)
    ).fetchone()
    if row is None:
        raise RequestWrong(f"there is no payload {payload_id}")
    feed, slot, url, fetched_at, origin, sha256 = row
    return Payload(str(feed), str(slot), str(url), fetched_at, tools.archive.get(str(sha256)), origin)  # type: ignore[arg-type]

"""What comes out of the programs that analysts keep their histories in: quotation marks, line ends, other bases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from loaders.keyed_batch import KeyedBatch
from munim.core.errors import ContentRefused, RequestWrong
from munim.core.payload import Payload
from pipelines import flows, flows_import
from pipelines.flows_import import Figures, FlowKey, Header, Known

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
TITLES = "trade_date,fii_net,dii_net,label\n"


def read(file: str | bytes, header: Header | None = None, known: Known | None = None) -> KeyedBatch:
    said = header or Header("desk", {})
    body = flows_import.write(file.encode() if isinstance(file, str) else file, said)
    if known is not None:
        body = flows_import.judged(body, NOW.date(), known)
    payload = Payload(flows.IMPORT, NOW.isoformat(), "file:history.csv", NOW, body, origin="import")
    return flows_import.read(payload)


def nets(batch: KeyedBatch) -> list[tuple[date, str, Decimal]]:
    frame = batch.rows[0].frame
    return [tuple(row) for row in frame[["trade_date", "investor_class", "net_inr_crore"]].to_numpy().tolist()]


def test_a_quotation_mark_that_is_never_closed_refuses_the_file_and_says_which_line_it_is_in() -> None:
    file = TITLES + '2026-06-03,1,2,x\n2026-06-04,3,4,"y\n2026-06-05,5,6,z\n'

    with pytest.raises(ContentRefused, match="a quotation mark in line 3 swallows lines up to 4"):
        read(file)


def test_a_quotation_mark_that_is_closed_lines_later_refuses_the_line_that_it_makes() -> None:
    file = TITLES + '2026-06-03,1,2,x\n2026-06-04,3,4,"y\n2026-06-05,5,6,"\n2026-06-08,7,8,z\n'

    batch = read(file)

    assert {day for day, _, _ in nets(batch)} == {date(2026, 6, 3), date(2026, 6, 8)}
    assert batch.rejects[["line_no", "raw_line", "reason"]].to_numpy().tolist() == [
        [4, '2026-06-04,3,4,"y\n2026-06-05,5,6,"', "field_count"]
    ]


def test_a_note_of_two_lines_that_nothing_is_made_of_is_no_harm() -> None:
    file = 'trade_date,fii_net,dii_net,note\n2026-06-03,1,2,"a long\nday"\n2026-06-04,3,4,"a\x0cb"\n'

    assert len(nets(read(file))) == 4


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_machine(line_end: str) -> None:
    file = (TITLES + "2026-06-03,1,2,x\n2026-06-04,3,\n").replace("\n", line_end).encode()

    batch = read(file)

    assert nets(batch) == [
        (date(2026, 6, 3), "fii_fpi", Decimal("1.00")),
        (date(2026, 6, 3), "dii", Decimal("2.00")),
    ]
    assert batch.rejects[["line_no", "raw_line"]].to_numpy().tolist() == [[3, "2026-06-04,3,"]]


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (TITLES + f"2026-06-03,1,2{'0' * 200_000},x\n", "the file is no CSV: field larger than field limit"),
        ("[" * 100_000, "the file is no JSON: maximum recursion depth"),
    ],
)
def test_a_file_that_the_reader_gives_up_on_is_refused(file: str, why: str) -> None:
    with pytest.raises(ContentRefused, match=why):
        read(file)


def test_final_figures_are_no_contradiction_to_provisional_ones_and_other_provisional_ones_are() -> None:
    file = "trade_date,fii_net,dii_net\n2026-05-25,2115.37,100\n"
    nse: dict[FlowKey, Figures] = {
        (date(2026, 5, 25), "fii_fpi", "all_exchanges", "nse"): Figures(None, None, Decimal("821.75")),
        (date(2026, 5, 25), "dii", "all_exchanges", "nse"): Figures(None, None, Decimal(100)),
    }
    known = Known(frozenset(), nse, dict.fromkeys(nse, "exchange_provisional"))
    final = Header("desk", {}, basis="depository_final")

    assert [net for _, _, net in nets(read(file, final, known))] == [Decimal("2115.37"), Decimal("100.00")]
    for basis in ("exchange_provisional", "imported"):
        with pytest.raises(ContentRefused, match=r"net 2115\.37, but nse has net 821\.75"):
            read(file, replace(final, basis=basis), known)


def test_one_column_of_theirs_is_one_of_ours() -> None:
    with pytest.raises(RequestWrong, match="fii net is mapped twice"):
        flows_import.parse_map("Date=trade_date,FII Net=fii_buy,fii net=fii_net")

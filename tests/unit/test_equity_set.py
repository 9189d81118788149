"""The data sets of equity: light, each with its feeds, and each recorded file read by the one that it is of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from munim.core.errors import ContentRefused
from pipelines.equity_set import CORPORATE_ACTIONS, DATA_SETS, EQUITY, INDEX_MEMBERS, INSTRUMENTS
from pipelines.equity_tables import TABLES
from tests.unit.equity_files import ABSENT, LEGACY_HEADER, LEGACY_ROW, RECORDED, payload, zipped


def test_declarations_bring_no_pandas() -> None:
    code = "import sys, pipelines.equity_set; sys.exit('pandas' in sys.modules or 'pyarrow' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2]).returncode == 0


def test_no_feed_is_of_two_data_sets_and_each_table_ranks_feeds_of_its_own() -> None:
    feeds = [feed.name for dataset in DATA_SETS for feed in dataset.feeds]
    assert len(feeds) == len(set(feeds))

    for dataset in DATA_SETS:
        for table in TABLES[dataset.name]:
            for group in table.groups:
                assert set(group.rank) <= {feed.name for feed in dataset.feeds}
        ranked = {name for table in TABLES[dataset.name] for group in table.groups for name in group.rank}
        assert ranked == {feed.name for feed in dataset.feeds}


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
@pytest.mark.parametrize(
    ("name", "dataset", "rows"),
    [
        ("nse_cm_old_eras/03NOV1994.csv", EQUITY, 135),
        ("bse_eq_legacy/03JUN2024.csv", EQUITY, 4453),
        ("masters/EQUITY_L.csv", INSTRUMENTS, 2365),
        ("masters/symbolchange.csv", INSTRUMENTS, 1029),
        ("corporate_actions_2026-05.json", CORPORATE_ACTIONS, 20),
    ],
)
def test_a_file_is_told_and_read_by_its_data_set_and_by_no_other(name: str, dataset: object, rows: int) -> None:
    body = (RECORDED / name).read_bytes()

    for one in DATA_SETS:
        if one is dataset:
            feed = one.detect(body)
            batch = one.read(payload(body, Path(name).name, feed=feed), ())
            assert len(batch.rows[0].frame) == rows
        else:
            with pytest.raises(ContentRefused):
                one.detect(body)


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
def test_an_index_list_is_read_when_its_feed_is_said() -> None:
    body = (RECORDED / "masters/ind_nifty50list.csv").read_bytes()

    with pytest.raises(ContentRefused, match="doesn't say of which"):
        INDEX_MEMBERS.detect(body)
    batch = INDEX_MEMBERS.read(payload(body, "members.csv", feed="nse.index_nifty50"), ())
    assert len(batch.rows[0].frame) == 50
    with pytest.raises(ContentRefused, match=r"a file of nse\.index_nifty50"):
        INDEX_MEMBERS.read(payload(body, "ind_nifty50list.csv", feed="nse.index_nifty500"), ())


def test_a_zipped_bhavcopy_is_told() -> None:
    assert EQUITY.detect(zipped(f"{LEGACY_HEADER}\n{LEGACY_ROW}\n")) == "nse.bhavcopy_legacy"

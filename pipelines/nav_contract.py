"""What the frames of the NAV data set promise, as pandera schemas: the tests hold every payload's frames to them."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa_schema
import pyarrow as pa

from loaders.columns import RAW_FACTS
from pipelines.nav_values import NAV_TYPE

_TEXT = pd.ArrowDtype(pa.string())

NAVS = pa_schema.DataFrameSchema(
    {
        "scheme_code": pa_schema.Column(_TEXT, pa_schema.Check.str_matches(r"^(\d{4,9}|[A-Z]{2,6}-\d{1,6})$")),
        "nav_date": pa_schema.Column(pd.ArrowDtype(pa.date32())),
        "nav": pa_schema.Column(pd.ArrowDtype(NAV_TYPE)),
        "line_no": pa_schema.Column("int64", pa_schema.Check.ge(1)),
    },
    unique=["scheme_code", "nav_date"],
    strict=True,
    ordered=True,
)
"""`NavBatch.navs`: no value is missing, no key stands twice."""

FACTS = pa_schema.DataFrameSchema(
    {
        "scheme_code": pa_schema.Column(_TEXT, unique=True),
        "name_kind": pa_schema.Column(_TEXT, pa_schema.Check.isin(["long", "base"])),
        **{name: pa_schema.Column(_TEXT, nullable=True) for name in RAW_FACTS},
    },
    strict=True,
    ordered=True,
)
"""`NavBatch.facts`: one row a scheme; what the source left blank is NULL."""

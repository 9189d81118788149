"""The HTTP API: every answer right, versioned, paged, in three formats, and every no with what would be right."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pyarrow.parquet as pq
import pytest
import structlog
from pydantic import SecretStr
from starlette.testclient import TestClient

from loaders.database import Database
from munim.api.desk import Desk
from munim.api.http_app import http_app
from munim.api.serving import open_desk
from pipelines.tools import Tools
from tests.conftest import SetClock
from tests.integration.made_answers import (
    DAY,
    GROWTH,
    IDCW,
    MONDAY,
    TOKENS,
    bad_tokens,
    body,
    growth,
    load,
    settings,
    token,
)

NAV = f"/v1/nav?scheme={GROWTH}&on=2026-08-14"


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    with open_desk(settings(), database) as opened:
        yield opened


@pytest.fixture
def http(desk: Desk, tools: Tools, clock: SetClock) -> TestClient:
    """A client of the API; a NAV of Friday was loaded on Monday."""
    load(tools, clock, growth("101.2340", "14-Aug-2026"), MONDAY)
    return TestClient(http_app(desk))


def test_an_answer_has_its_value_day_basis_source_and_freshness(http: TestClient) -> None:
    answer = http.get(NAV).json()

    assert answer["columns"][:2] == ["date", "nav"]
    assert answer["rows"][0][:2] == ["2026-08-14", "101.234"]
    assert answer["as_of"] == "2026-08-14"
    assert answer["source"]["url"] == "https://www.example.com/NAVAll.txt"
    assert answer["source"]["fetched_at"] == "2026-08-17T03:00:00Z"
    assert answer["freshness"]["latest"] == "2026-08-14"


def test_what_still_holds_is_304_and_what_does_not_is_told(http: TestClient, tools: Tools, clock: SetClock) -> None:
    tag = http.get(NAV).headers["etag"]

    held = http.get(NAV, headers={"If-None-Match": f'"other", {tag}'})
    assert (held.status_code, held.content, held.headers["etag"]) == (304, b"", tag)
    assert http.get(f"{NAV}&limit=5", headers={"If-None-Match": tag}).status_code == 304
    assert http.get(NAV, headers={"If-None-Match": tag, "Accept": "text/csv"}).status_code == 200

    load(tools, clock, growth("101.9900", "14-Aug-2026"), MONDAY + DAY)
    restated = http.get(NAV, headers={"If-None-Match": tag})
    assert (restated.status_code, restated.json()["rows"][0][1]) == (200, "101.99")


def test_pages_hold_every_row_exactly_once_though_a_load_comes_between(
    desk: Desk, tools: Tools, clock: SetClock
) -> None:
    http = TestClient(http_app(desk))
    days = [date(2026, 8, 1) + timedelta(days=one) for one in range(12)]
    for one, day in enumerate(days):
        load(tools, clock, growth(f"{90 + one}", f"{day:%d-%b-%Y}"), MONDAY + timedelta(minutes=one))
    url, found = f"/v1/nav?scheme={GROWTH}&from_date=2026-08-01&to_date=2026-08-12&limit=5", []
    for page in range(3):
        answer = http.get(url)
        found += [tuple(row[:2]) for row in answer.json()["rows"]]
        if page == 0:
            load(tools, clock, growth("1", "12-Aug-2026"), MONDAY + DAY)
        assert answer.json()["truncated"] is (page < 2) is ("link" in answer.headers)
        url = answer.headers.get("link", "").removeprefix("<").removesuffix('>; rel="next"')

    assert found == [(day.isoformat(), str(90 + one)) for one, day in enumerate(days)], "the pages are of one moment"


def test_csv_and_parquet_hold_the_values_of_json(http: TestClient) -> None:
    record = http.get(NAV).json()
    as_csv = http.get(NAV, headers={"Accept": "text/csv"})
    parquet = http.get(NAV, headers={"Accept": "application/vnd.apache.parquet;q=0.9, text/plain"})

    assert as_csv.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(as_csv.text))
    assert header == record["columns"]
    assert rows == [["" if cell is None else str(cell) for cell in row] for row in record["rows"]]
    table = pq.read_table(io.BytesIO(parquet.content))
    assert table.column_names == record["columns"]
    assert table.column("date").to_pylist() == [date(2026, 8, 14)]
    assert table.column("nav").to_pylist() == [Decimal("101.234")]
    envelope = json.loads(table.schema.metadata[b"munim"])
    assert envelope["source"] == record["source"] == json.loads(as_csv.headers["munim-answer"])["source"]


def test_what_nobody_serves_is_406(http: TestClient) -> None:
    answer = http.get(NAV, headers={"Accept": "image/png"})

    assert answer.status_code == 406
    assert answer.json()["advice"] == "accept application/json, text/csv or application/vnd.apache.parquet"


@pytest.mark.parametrize(
    ("path", "status", "said", "advice"),
    [
        ("/v1/nav?scheme=999999", 404, "no scheme has the code or ISIN '999999'", "find_scheme"),
        ("/v1/nav?scheme=120503&on=2027-01-01", 422, "on 2027-01-01 is yet to come", "ask up to 2026-08-17"),
        ("/v1/nav?scheme=120503&on=yesterday", 422, "on: ", "nav takes scheme, on, "),
        ("/v1/nav", 422, "scheme: has to be given", "such as scheme=120503"),
        ("/v1/nav?scheme=120503&date=2026-08-14", 422, "date: is no parameter of this question", "nav takes scheme"),
        ("/v1/nav?scheme=120503&scheme=120502", 422, "scheme is given more than once", "once"),
        ("/v1/nav?scheme=120503&limit=100000", 422, "limit: input should be less than or equal to 100", "nav takes"),
        ("/v1/nav?scheme=%00", 422, "scheme has characters that no text has", "leave them out"),
        ("/v1/nav?scheme=120503&on=0001-01-01", 422, "out of range", "between 1990 and today"),
        ("/v1/navs", 404, "there is no question 'navs'", "/v1/nav, "),
        ("/elsewhere", 404, "there is no question '/elsewhere'", "/v1/nav, "),
    ],
)
def test_a_no_says_what_happened_and_what_would_be_right(
    http: TestClient, path: str, status: int, said: str, advice: str
) -> None:
    answer = http.get(path)

    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert said in problem["detail"]
    assert advice in problem["advice"]


def test_nothing_is_written_through_it(http: TestClient) -> None:
    answer = http.post(NAV)

    assert (answer.status_code, answer.json()["advice"]) == (405, "ask with GET")


def test_an_answer_of_more_rows_than_may_be_is_refused_and_never_cut(
    database: Database, tools: Tools, clock: SetClock
) -> None:
    load(tools, clock, body((GROWTH, "Axis A", "1", "14-Aug-2026"), (IDCW, "Axis B", "2", "14-Aug-2026")), MONDAY)
    with open_desk(settings().model_copy(update={"answer_rows": 1}), database) as desk:
        answer = TestClient(http_app(desk)).get("/v1/find_scheme?query=axis")

    assert answer.status_code == 422
    assert answer.json()["detail"] == "that would be 2 rows, and an answer has 1 at most"


def test_what_takes_too_long_is_ended_by_the_server(http: TestClient, desk: Desk) -> None:
    with desk.database.session() as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("5s",)
        connection.execute("SET LOCAL statement_timeout = 1")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(5)")


def test_only_bearers_of_a_token_that_holds_are_answered(http: TestClient, desk: Desk) -> None:
    guarded = TestClient(http_app(desk, TOKENS))
    with structlog.testing.capture_logs() as logs:
        for why, bad in bad_tokens().items():
            answer = guarded.get(NAV, headers={"Authorization": f"Bearer {bad}"})
            assert (answer.status_code, answer.json()["title"]) == (401, "A token is needed"), why
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert bad not in answer.text
        assert guarded.get(NAV).status_code == 401
        good = token(subject="an analyst")
        assert guarded.get(NAV, headers={"Authorization": f"Bearer {good}"}).status_code == 200
    assert good not in str(logs)
    assert [guarded.get(path).json() for path in ("/healthz", "/readyz")] == [{"status": "ok"}] * 2
    with desk.log.session() as connection:
        assert connection.execute("SELECT caller FROM etl.answer_log").fetchall() == [("an analyst",)]
        kept = str(connection.execute("SELECT answer_log::text FROM etl.answer_log").fetchall())
    assert good not in kept


def test_without_its_database_it_is_alive_and_not_ready(desk: Desk, clock: SetClock) -> None:
    nowhere = Database("replica", clock, url="postgresql://nobody@127.0.0.1:1/none")
    http = TestClient(http_app(replace(desk, database=nowhere)))

    assert http.get("/healthz").status_code == 200
    answer = http.get("/readyz")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


def test_the_page_of_freshness_is_escaped_and_runs_nothing(http: TestClient, desk: Desk) -> None:
    with psycopg.connect(str(desk.database.url)) as opened:
        opened.execute("UPDATE etl.timetable SET dataset = '<script>alert(1)</script>' WHERE feed = 'nsdl.fpi_latest'")
    page = http.get("/")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<td>amfi.latest</td>" in page.text
    assert "<script" not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_openapi_has_an_example_of_each_question_that_works(http: TestClient, desk: Desk) -> None:
    described = http.get("/openapi.json").json()

    assert set(described["paths"]) == {f"/v1/{name}" for name in desk.questions}
    for name, question in desk.questions.items():
        operation = described["paths"][f"/v1/{name}"]["get"]
        shown = {one["name"]: one["example"] for one in operation["parameters"] if "example" in one}
        assert shown == dict(question.example)
        assert set(operation["responses"]) >= {"200", "304", "404", "422", "503"}
        assert http.get(f"/v1/{name}", params={key: str(value) for key, value in shown.items()}).status_code in {
            200,
            404,
        }


def test_answers_are_read_by_a_role_of_their_own_and_logged_by_another(
    database: Database, tools: Tools, clock: SetClock
) -> None:
    load(tools, clock, growth("101.2340", "14-Aug-2026"), MONDAY)
    url = str(database.url)
    role = f"reader_of_{psycopg.conninfo.conninfo_to_dict(url)['dbname']}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'made'")
        try:
            owner.execute(f"GRANT USAGE ON SCHEMA market, etl, agent TO {role}")
            owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA market, etl, agent TO {role}")
            theirs = psycopg.conninfo.make_conninfo(url, user=role, password="made")
            with open_desk(settings(answers_database_url=SecretStr(theirs)), database) as desk:
                answer = TestClient(http_app(desk)).get(NAV)
                assert answer.json()["rows"][0][1] == "101.234"
                with desk.database.session() as connection:
                    assert connection.execute("SELECT current_user::text").fetchone() == (role,)
                with psycopg.connect(theirs) as same, pytest.raises(psycopg.errors.InsufficientPrivilege):
                    same.execute("DELETE FROM etl.answer_log")
                with desk.log.session() as connection:
                    assert connection.execute("SELECT question FROM etl.answer_log").fetchall() == [("nav",)]
        finally:
            owner.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")

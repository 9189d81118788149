"""What a scheduler says of itself over HTTP."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from schedules.health import serving


def asked(address: str, path: str) -> tuple[int, str, str]:
    host, port = address.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers["Content-Type"]


def test_what_is_well_is_200_and_what_is_not_is_503_with_what_is_wrong() -> None:
    with serving("127.0.0.1", 0, lambda: None, lambda: "the database failed – see its log") as address:
        assert asked(address, "/healthz")[:2] == (200, "ok\n")
        assert asked(address, "/readyz?full=1")[:2] == (503, "the database failed – see its log\n")
        assert asked(address, "/metrics")[:2] == (404, "there is /healthz, /readyz\n")
        assert asked(address, "/")[0] == 404


def test_metrics_are_served_where_there_are_any() -> None:
    with serving("127.0.0.1", 0, lambda: None, lambda: None, lambda: "munim_up 1\n") as address:
        assert asked(address, "/metrics") == (200, "munim_up 1\n", "text/plain; version=0.0.4; charset=utf-8")


def test_a_port_that_is_taken_is_an_error() -> None:
    with serving("127.0.0.1", 0, lambda: None, lambda: None) as address:
        port = int(address.rpartition(":")[2])
        with pytest.raises(OSError, match=r"[Aa]ddress"), serving("127.0.0.1", port, lambda: None, lambda: None):
            pass

"""Screens: what is a condition, and that nothing else ever becomes SQL."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.errors import RequestWrong
from munim.readers.screen_language import MOST_CHARACTERS, NUMBER_COLUMNS, TEXT_COLUMNS, Screen, parse_screen


def said(text: str) -> tuple[str, list[Decimal | str]]:
    screen = parse_screen(text)
    return screen.condition.as_string(None), list(screen.parameters.values())


@pytest.mark.parametrize(
    ("text", "condition", "values"),
    [
        (
            "pct_from_52w_high > -2 and delivery_ratio > 2",
            '(("pct_from_52w_high" > (- %(screen_0)s::numeric)) AND ("delivery_ratio" > %(screen_1)s::numeric))',
            [Decimal(2), Decimal(2)],
        ),
        (
            "close > average_50d_inr * 1.05",
            '("close" > ("average_50d_inr" * %(screen_0)s::numeric))',
            [Decimal("1.05")],
        ),
        (
            "volume_ratio / delivery_ratio >= .5",
            '(("volume_ratio" / NULLIF("delivery_ratio", 0)) >= %(screen_0)s::numeric)',
            [Decimal("0.5")],
        ),
        (
            "series in ('EQ', \"BE\")",
            '("series" IN (%(screen_0)s::text, %(screen_1)s::text))',
            ["EQ", "BE"],
        ),
        (
            "return_1d_pct between -5 and 5",
            '("return_1d_pct" BETWEEN (- %(screen_0)s::numeric) AND %(screen_1)s::numeric)',
            [Decimal(5), Decimal(5)],
        ),
        ("delivery_pct IS NOT NULL", '("delivery_pct" IS NOT NULL)', []),
        ("(close) > 10_000_000", '("close" > %(screen_0)s::numeric)', [Decimal(10_000_000)]),
        (
            "((close + 1) * 2 == 4)",
            '((("close" + %(screen_0)s::numeric) * %(screen_1)s::numeric) = %(screen_2)s::numeric)',
            [1, 2, 4],
        ),
    ],
)
def test_a_screen_is_a_condition_with_parameters(text: str, condition: str, values: list[Decimal | str]) -> None:
    assert said(text) == (condition, values)


def test_and_binds_before_or_and_not_before_both() -> None:
    loose, _ = said("not close > 1 and close > 2 or close > 3")
    grouped, _ = said("((not (close > 1)) and (close > 2)) or (close > 3)")
    other, _ = said("not (close > 1 and (close > 2 or close > 3))")

    assert loose == grouped != other


def test_names_may_begin_with_words_of_the_language_and_be_written_in_capitals() -> None:
    assert parse_screen("CLOSE > 1 AND Symbol != 'or'").columns == {"close", "symbol"}
    with pytest.raises(RequestWrong, match="no column 'order_size'"):
        parse_screen("order_size > 1")


def test_a_wrong_name_is_answered_with_near_ones() -> None:
    with pytest.raises(RequestWrong, match="did you mean delivery_ratio"):
        parse_screen("delivery_ration > 2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ends"),
        ("close >", "ends too early"),
        ("close > 1 and", "ends too early"),
        ("close", "ends too early"),
        ("'x'", "ends too early"),
        ("close > 1; drop table market.screener", "at character 10"),
        ("close > 1 -- x", "can't be read|ends too early|no column"),
        ("close > pg_sleep(10)", "can't be read"),
        ("close > (select 1)", "can't be read"),
        ("payload_id > 1", "no column 'payload_id'"),
        ("close = 'TCS'", "a number and a text are compared"),
        ("symbol > 'A'", "texts are not compared with >"),
        ("symbol + 1 > 2", "a text stands where a number is due"),
        ("symbol in ('TCS', 1)", "a number and a text are compared"),
        ("symbol between 'A' and 'B'", "a text stands where a number is due"),
        ("close > 1.2.3", "can't be read"),
        ("close > 5x", "can't be read"),
        (f"close > {'9' * 40}", "too many digits"),
        ("close > 1 " * 200, "characters"),
        ("close > 1 > 0", "can't be read"),
        ("__import__('os') > 1", "can't be read"),
        ("symbol = 'a\x00'", "can't be read"),
        ("symbol = '\udc80'", "can't be read"),
    ],
)
def test_what_is_no_screen_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(RequestWrong, match=message):
        parse_screen(text)


@pytest.mark.parametrize("text", ["'; drop table x; --", "%s", "%(screen_0)s", "a\\", "“"])
def test_a_text_is_a_parameter_whatever_it_holds(text: str) -> None:
    quoted = f'"{text}"' if "'" in text else f"'{text}'"

    assert said(f"symbol = {quoted}") == ('("symbol" = %(screen_0)s::text)', [text])


def test_deep_brackets_and_denials_do_not_overflow() -> None:
    deep = "(" * 400 + "close > 1" + ")" * 400
    assert said(deep) == said("close > 1")
    assert said("not " * 200 + "close > 1")[0].count("NOT") == 200
    assert said("close > " + "- " * 400 + "1")[1] == [Decimal(1)]


WORDS = [*sorted(NUMBER_COLUMNS), *sorted(TEXT_COLUMNS), "and", "or", "not", "in", "is", "null", "between"]
PIECES = st.sampled_from([*WORDS, "(", ")", "+", "-", "*", "/", ">", "<=", "=", "1", "2.5", "'x'", ","])


@given(st.lists(PIECES, max_size=20).map(" ".join) | st.text(max_size=80))
def test_any_text_is_a_screen_or_wrong_and_a_screen_holds_only_known_names(text: str) -> None:
    try:
        screen = parse_screen(text)
    except RequestWrong:
        return
    assert isinstance(screen, Screen)
    assert screen.columns <= NUMBER_COLUMNS | TEXT_COLUMNS
    condition = screen.condition.as_string(None)
    for name in screen.columns:
        condition = condition.replace(f'"{name}"', "")
    for name in screen.parameters:
        condition = condition.replace(f"%({name})s", "")
    words = {"", "AND", "OR", "NOT", "IN", "IS", "NULL", "NULLIF", "BETWEEN", "numeric", "text", "0"}
    assert set("".join(one if one.isalnum() else " " for one in condition).split(" ")) <= words


def test_the_longest_screen_is_read() -> None:
    text = " or ".join(["close>1"] * 90)
    assert len(text) <= MOST_CHARACTERS
    assert len(parse_screen(text).parameters) == 90

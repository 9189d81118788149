"""Plan, option and payout of a mutual-fund scheme, from AMFI's columns and the long name.

Until the file of 2026-08-19 AMFI told them in the scheme's name alone; from the next one they
have columns of their own, which many fund houses leave blank. So: the column first, then the
last long name; never silence. A name without "regular" is not read as regular: of the names of
2026-08-19 that say neither and whose Plan column says something the day after, 850 are regular,
but 4 are direct (Zerodha's and Groww's index funds among them), as are 19 unclaimed plans and
60 ETFs.
"""

from dataclasses import dataclass
from typing import Final, Literal

from pipelines.scheme_attributes import (
    Attributes,
    PayoutFrequency,
    Plan,
    PlanClass,
    read_attributes,
)

Option = Literal["growth", "idcw", "idcw_payout", "idcw_reinvestment", "bonus"]
Source = Literal["column", "name", "class"]

_NOTHING_SAID: Final = Attributes()

# SEBI CIR/IMD/DF/21/2012 (13 Sep 2012) closed the plans that differ by the amount invested to
# new money from 1 Oct 2012, and made direct plans from 1 Jan 2013: these classes are older than
# "direct", and a direct one says so (`Super Institutional Plan - Direct`). All 46 whose Plan
# column is filled on 2026-08-20 are regular by it. BOI's `Eco Plan` and provident-fund options
# are no such classes: there, nothing is concluded.
_REGULAR_CLASSES: Final = frozenset(
    {"super_institutional", "institutional_plus", "institutional", "retail", "wholesale"}
)


@dataclass(frozen=True, slots=True)
class Classification:
    """What is known of one scheme code's plan and option.

    Every field but `conflict` is None where neither the columns nor the name tell. `idcw` is
    IDCW (formerly dividend) of which payout or reinvestment is not told, or both are offered
    under one code. `plan_class` is an older class beside the plan (`institutional`, `retail`).
    `payout_frequency` is the one that is published with the option; `maturity`, `periodic`,
    `flexi` and `discretionary` are published words too. A source is `column` or `name`, or
    `class` for a plan that is regular because of its class.
    """

    plan: Plan | None
    plan_source: Source | None
    plan_class: PlanClass | None
    option: Option | None
    option_source: Source | None
    payout_frequency: PayoutFrequency | None
    payout_frequency_source: Source | None
    conflict: bool
    conflict_detail: str | None


def classify(long_name: str | None, base_name: str | None, plan: str | None, option: str | None) -> Classification:
    """Classify one scheme code.

    `plan` and `option` are AMFI's columns as published (None where the file has none);
    `long_name` is the last name that was published with plan and option in it; `base_name`,
    the name of the newer files, is read where there is no long name. The column wins where it
    says something; where the name contradicts it, or the columns one another, `conflict` is
    set and `conflict_detail` says how.
    """
    named = _read(long_name) if _said(long_name) else _read(base_name)
    plan_column, option_column = _read(plan), _read(option)
    told_plan, plan_source = _plan(plan_column, option_column, named)
    told_option, option_source = _option(option_column, named)
    frequency, frequency_source = _payout_frequency(option_column, named)
    detail = _contradictions(plan_column, option_column, named)
    return Classification(
        plan=told_plan,
        plan_source=plan_source,
        plan_class=option_column.plan_class or plan_column.plan_class or named.plan_class,
        option=told_option,
        option_source=option_source,
        payout_frequency=frequency,
        payout_frequency_source=frequency_source,
        conflict=detail is not None,
        conflict_detail=detail,
    )


def _said(text: str | None) -> bool:
    return text is not None and text.strip() not in {"", "-"}


def _read(text: str | None) -> Attributes:
    return read_attributes(text) if text else _NOTHING_SAID


def _plan(plan_column: Attributes, option_column: Attributes, named: Attributes) -> tuple[Plan | None, Source | None]:
    """Return the plan and its source.

    The Option column sometimes holds it (`Direct Growth`), but it is asked after the Plan
    column and the name: there, `Regular IDCW` can be the plain IDCW of a direct plan.
    """
    if plan_column.plan:
        return plan_column.plan, "column"
    if named.plan:
        return named.plan, "name"
    if option_column.plan:
        return option_column.plan, "column"
    return ("regular", "class") if named.plan_class in _REGULAR_CLASSES else (None, None)


def _option(column: Attributes, named: Attributes) -> tuple[Option | None, Source | None]:
    """Return the option and the source of its most specific word.

    Where column and name agree on IDCW and only the name tells payout or reinvestment, the
    name completes the column.
    """
    if column.option is None:
        return _option_of(named), "name" if named.option else None
    if named.option == column.option and not column.payout_mode and named.payout_mode:
        return _option_of(named), "column" if named.payout_mode == "both" else "name"
    return _option_of(column), "column"


def _option_of(label: Attributes) -> Option | None:
    if label.option != "idcw":
        return label.option
    if label.payout_mode == "payout":
        return "idcw_payout"
    return "idcw_reinvestment" if label.payout_mode == "reinvestment" else "idcw"


def _payout_frequency(column: Attributes, named: Attributes) -> tuple[PayoutFrequency | None, Source | None]:
    """Return the frequency; the name's only where it does not contradict the column's option."""
    if column.payout_frequency:
        return column.payout_frequency, "column"
    if named.payout_frequency and column.option in {None, named.option}:
        return named.payout_frequency, "name"
    return None, None


def _contradictions(plan_column: Attributes, option_column: Attributes, named: Attributes) -> str | None:
    told = [
        *_differ("plan", plan_column.plan, "name", named.plan),
        *_differ("plan", plan_column.plan, "Option column", _direct(option_column)),
        *_differ("option", option_column.option, "name", named.option),
        *_differ("payout", _one_mode(option_column), "name", _one_mode(named)),
        *_differ("payout frequency", option_column.payout_frequency, "name", named.payout_frequency),
    ]
    return "; ".join(told) or None


def _differ(what: str, column: str | None, other: str, said: str | None) -> tuple[str, ...]:
    if column is None or said is None or column == said:
        return ()
    return (f"{what}: column says {column}, {other} says {said}",)


def _direct(option_column: Attributes) -> Plan | None:
    return "direct" if option_column.plan == "direct" else None


def _one_mode(label: Attributes) -> str | None:
    return None if label.payout_mode == "both" else label.payout_mode

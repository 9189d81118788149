"""The three parts of a made universe, handed on together."""

from __future__ import annotations

from dataclasses import dataclass

from munim.replica.publication import Publication
from munim.replica.schemes import Schemes
from munim.replica.values import Values


@dataclass(frozen=True)
class Made:
    """Who there is, when their NAVs appear, and what the NAVs are."""

    schemes: Schemes
    publication: Publication
    navs: Values

"""Text from outside as text: no markup, no entities, no control characters, and never longer than its place."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

LONGEST_COMPANY: Final = 200
LONGEST_CATEGORY: Final = 200
LONGEST_STATUS: Final = 60

_TAG: Final = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)(?:>|$)")
"""A tag, or one that never ends: `<a href=... target=new>` is in NSE's details, `<small><b>` in InvestorGain's."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of control, format (zero width, right to left), surrogate and unassigned characters."""


def clean_text(raw: str | None) -> str | None:
    """Return the text without tags, entities and control characters, single-spaced; None where nothing is left.

    What an entity hides (`&lt;script&gt;`) is cleaned too, so that cleaning again changes nothing.
    """
    text, before = raw or "", None
    while text != before:
        before = text
        text = html.unescape(_TAG.sub(" ", text))
        # A tab or a line end parts words; a character without width does not.
        shown = (" " if character.isspace() else character for character in text)
        text = "".join(character for character in shown if unicodedata.category(character) not in _UNSEEN)
        text = " ".join(text.split())
    return text or None


def capped(text: str | None, longest: int) -> str | None:
    """Return the first characters of a text, as many as its column takes."""
    return None if text is None else text[:longest].rstrip() or None

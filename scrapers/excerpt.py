"""A body in a few words, for messages: its size and how it begins."""

from __future__ import annotations

EXCERPT_CHARACTERS = 80


def describe(body: bytes, content_type: str | None = None) -> str:
    """Return content type, size in bytes and the first printable characters of a body, on one line."""
    size = f"{len(body):,} byte{'' if len(body) == 1 else 's'}"
    parts = [content_type, size] if content_type else [size]
    beginning = excerpt(body)
    if beginning:
        parts.append(f"beginning {beginning!r}")
    return ", ".join(parts)


def excerpt(body: bytes) -> str:
    """Return the first 80 printable characters of a body; other characters and runs of white space become a blank."""
    # Four bytes are the longest UTF-8 character, and white space may take room in front of the text.
    text = body.lstrip()[: EXCERPT_CHARACTERS * 8].decode("utf-8", errors="replace")
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:EXCERPT_CHARACTERS]

"""JSON of public issues: read without a float, and told apart from what comes in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, SourceUnavailable
from scrapers.bodies import body_error, check_text

if TYPE_CHECKING:
    from munim.core.payload import Payload

Node = object
"""A mapping, a list, a string (numbers too, as they are written), a bool or None."""

Record = Mapping[str, Node]

BYTE_ORDER_MARK = "\ufeff"


def load(payload: Payload) -> Node:
    """Return the JSON of a body, its numbers as the text that the source wrote (`1.0` stays `1.0`).

    Raises as `bodies.check_text`; `SourceUnavailable` for JSON that is cut short, `ContentRefused` for what is none or
    has one key twice in one object: which of the two would hold?
    """
    text = check_text(payload)
    if not text.startswith((b"[", b"{", b'"')):
        raise body_error(ContentRefused, payload, "text where JSON is due")
    try:
        return loads(text)
    except RepeatedKey as error:
        raise body_error(ContentRefused, payload, f"JSON with the key {error} twice in one object") from error
    except (ValueError, RecursionError) as error:
        whole = text.endswith((b"]", b"}", b'"'))
        kind = ContentRefused if whole else SourceUnavailable
        raise body_error(kind, payload, f"JSON that {'is broken' if whole else 'is cut short'} ({error})") from error


def loads(body: bytes) -> Node:
    """Return the JSON of bytes as `load` does; raises ValueError, and `RepeatedKey` which is none."""
    text = body.decode().removeprefix(BYTE_ORDER_MARK)
    found: Node = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
    return found


class RepeatedKey(Exception):
    """A key stands twice in one object."""


def _once(pairs: list[tuple[str, Node]]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKey(repr(key))
        found[key] = value
    return found


def plain(key: str) -> str:
    """Return a key in small letters and digits alone: `noOfSharesBid` and `noOfsharesBid` are one name."""
    return re.sub(r"[^a-z0-9]", "", key.casefold())


def record(node: Node) -> dict[str, Node]:
    """Return an object's values by their plain names; nothing where the node is no object."""
    return {plain(key): value for key, value in node.items()} if isinstance(node, Mapping) else {}


def records(node: Node) -> list[Node]:
    """Return a list's elements; nothing where the node is no list."""
    return list(node) if isinstance(node, Sequence) and not isinstance(node, str) else []


def keys(nodes: Sequence[Node]) -> Iterator[str]:
    """Yield the keys of objects as the source writes them, each once, in order of first sight."""
    yield from dict.fromkeys(str(key) for node in nodes if isinstance(node, Mapping) for key in node)


def cell(node: Node) -> str | None:
    """Return a value as text: a string as it is, true and false by their JSON names, what is nested as JSON."""
    if node is None or isinstance(node, str):
        return node
    return line(node)


def line(node: Node) -> str:
    """Return a node as JSON on one line, for people; its numbers have become strings."""
    return json.dumps(node, ensure_ascii=False)

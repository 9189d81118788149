"""The small JSON files of the archive: what came when, and what people decided."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from munim.core.errors import RequestWrong
from scrapers.archive_errors import ObjectCorrupt

if TYPE_CHECKING:
    from munim.core.payload import Origin, Payload

TIME_IN_NAMES = "%Y%m%dT%H%M%S.%fZ"
DIGITS_IN_NAMES = 16
PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
"""What feeds and kinds look like; they are parts of paths."""

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True)
class Manifest:
    """Everything about one payload but its bytes; `fetched_at` is in UTC."""

    feed: str
    slot: str
    url: str
    redirects: tuple[str, ...]
    fetched_at: datetime
    origin: Origin
    sha256: str
    size_bytes: int

    @classmethod
    def of(cls, payload: Payload) -> Self:
        """Return the manifest of a payload."""
        return cls(
            feed=plain_name(payload.feed),
            slot=payload.slot,
            url=payload.url,
            redirects=payload.redirects,
            fetched_at=payload.fetched_at,
            origin=payload.origin,
            sha256=payload.sha256,
            size_bytes=len(payload.body),
        )

    @classmethod
    def read(cls, path: str, body: bytes) -> Self:
        """Read a manifest's JSON; raise `ObjectCorrupt` when it is none."""
        record = _parse(path, body)
        try:
            return cls(**record | {"redirects": tuple(record["redirects"]), "fetched_at": _time(record["fetched_at"])})
        except (KeyError, TypeError, ValueError) as error:
            raise ObjectCorrupt(f"the archive's {path} is no manifest: {error!r}") from error

    @property
    def path(self) -> str:
        """Where it stands in the archive."""
        folder = f"manifests/{self.feed}/{self.fetched_at:%Y-%m}"
        return f"{folder}/{self.fetched_at:{TIME_IN_NAMES}}-{self.sha256[:DIGITS_IN_NAMES]}.json"

    @property
    def body(self) -> bytes:
        """Its JSON."""
        return _json(asdict(self))


@dataclass(frozen=True)
class Decision:
    """What a person decided about a payload, named by feed, `fetched_at` and `sha256`.

    `kind` is a word such as "force", "refuse", "accept-rows" or "revert"; `made_at` is when and `by` is who;
    `detail` holds what the kind needs, as JSON.
    """

    kind: str
    made_at: datetime
    by: str
    feed: str
    fetched_at: datetime
    sha256: str
    detail: dict[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse times without a zone and names that can't be parts of a path."""
        plain_name(self.kind)
        plain_name(self.feed)
        for name in ("made_at", "fetched_at"):
            instant: datetime = getattr(self, name)
            if instant.tzinfo is None:
                raise RequestWrong(f"{name} of a decision has no time zone", feed=self.feed)
            object.__setattr__(self, name, instant.astimezone(UTC))

    @classmethod
    def read(cls, path: str, body: bytes) -> Self:
        """Read a decision's JSON; raise `ObjectCorrupt` when it is none."""
        record = _parse(path, body)
        try:
            times = {name: _time(record[name]) for name in ("made_at", "fetched_at")}
            return cls(**record | times)
        except (KeyError, TypeError, ValueError) as error:
            raise ObjectCorrupt(f"the archive's {path} is no decision: {error!r}") from error

    @cached_property
    def id(self) -> str:
        """The decision's name, made from its content: the same decision has the same one."""
        return hashlib.sha256(self.body).hexdigest()[:DIGITS_IN_NAMES]

    @property
    def path(self) -> str:
        """Where it stands in the archive."""
        return f"decisions/{self.made_at:{TIME_IN_NAMES}}-{self.kind}-{self.id}.json"

    @property
    def body(self) -> bytes:
        """Its JSON."""
        return _json(asdict(self))


def plain_name(name: str) -> str:
    """Return a feed's or a kind's name; raise `RequestWrong` when it can't be part of a path."""
    if not PLAIN_NAME.fullmatch(name):
        raise RequestWrong(f"{name!r} can't name a feed or a kind: small letters, digits, '.', '_' and '-' only")
    return name


def _parse(path: str, body: bytes) -> dict[str, Any]:
    try:
        record = json.loads(body)
    except ValueError as error:
        raise ObjectCorrupt(f"the archive's {path} is no JSON: {error}") from error
    if not isinstance(record, dict):
        raise ObjectCorrupt(f"the archive's {path} is no JSON object")
    return record


def _json(record: dict[str, Any]) -> bytes:
    """Return the one way to write a record, so that equal records are equal bytes."""
    text = json.dumps(record, default=_isoformat, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode() + b"\n"


def _isoformat(instant: object) -> str:
    if isinstance(instant, datetime):
        return instant.astimezone(UTC).isoformat(timespec="microseconds")
    raise RequestWrong(f"{instant!r} can't be written into the archive as JSON")


def _time(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return instant.astimezone(UTC)

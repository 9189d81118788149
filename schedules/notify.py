"""Who is told: mail, Slack, Telegram, a webhook and a hundred more, each by a URL (apprise)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.alerts import Message, Notify

EXAMPLES = "mailtos://user:password@host, slack://token/#channel, tgram://bot/chat, jsons://host/path"


def notifier(urls: Sequence[str]) -> Notify:
    """Return what tells everybody that the URLs name; without one, what is told is in the log alone.

    A message is taken when at least one of them took it. Raises `RequestWrong` for a URL that can't be read; the
    message has none of it, as it may hold a password.
    """
    if not urls:
        return _log
    from apprise import Apprise  # noqa: PLC0415 - a second, for who has something to tell

    each = [Apprise() for _ in urls]
    for number, (url, place) in enumerate(zip(urls, each, strict=True), start=1):
        if not place.add(url):
            raise RequestWrong(f"URL {number} of MUNIM_ALERT_URLS can't be read", advice=f"write {EXAMPLES}")

    def notify(message: Message) -> bool:
        taken = [bool(place.notify(body=message.body, title=message.title, notify_type=message.kind)) for place in each]
        for number, was_taken in enumerate(taken, start=1):
            if not was_taken:
                structlog.get_logger().warning("an alert was not taken", url_number=number, title=message.title)
        return any(taken)

    return notify


def _log(message: Message) -> bool:
    structlog.get_logger().warning("alert", title=message.title, body=message.body, kind=message.kind)
    return True

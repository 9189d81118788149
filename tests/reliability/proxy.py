"""What stands between a run and its server, and breaks the connection at a chosen message.

It speaks no protocol of its own: it passes messages on, counts those of the client, and knows where each ends
(https://www.postgresql.org/docs/current/protocol-message-formats.html).
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SOCKET_NAME = ".s.PGSQL.5432"
STARTUP = b""
"""The kind that the first message of a connection has: it is sent without one."""


class Cut(Enum):
    """When a connection breaks: before a message of the client is passed on, after it, or before its answer is."""

    BEFORE = auto()
    AFTER = auto()
    ANSWER = auto()


@dataclass(frozen=True)
class Message:
    """One message of a client: its number among all through this proxy, its kind (one letter), and its content."""

    number: int
    kind: bytes
    content: bytes = field(repr=False)

    @property
    def is_commit(self) -> bool:
        """Whether it asks for COMMIT, by itself or prepared."""
        return self.kind in {b"Q", b"P"} and self.content.strip(b"\0").split(b"\0")[0] == b"COMMIT"

    @property
    def is_query(self) -> bool:
        """Whether the server answers it, or what the client sends right after it, without waiting for more."""
        return self.kind in {b"Q", b"S"} or self.is_commit


Choose = Callable[[Message], Cut | None]


class Proxy:
    """Listens on a socket of its own; `choose` says of each message of a client whether the connection breaks there."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.choose: Choose = lambda _message: None
        self.messages: list[Message] = []
        self.cuts = 0
        self._server = server
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET_NAME))
        self._listening.listen()

    def begin(self, choose: Choose) -> None:
        """Count anew, and break connections as this says."""
        with self._lock:
            self.messages, self.cuts, self.choose = [], 0, choose

    def serve(self) -> None:
        """Take connections until the proxy closes."""
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Take no more connections, and break those that there are."""
        # Closing alone would not wake the thread that waits for a connection.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            for one in self._open:
                _break(one)

    def _connect(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        with client, server:
            with self._lock:
                self._open |= {client, server}
            with suppress(OSError):
                server.connect(str(self._server))
                answers = _Answers(server, client)
                back = threading.Thread(target=answers.pass_on, daemon=True)
                back.start()
                self._pass_on(client, server, answers)
                back.join()
            with self._lock:
                self._open -= {client, server}

    def _pass_on(self, client: socket.socket, server: socket.socket, answers: _Answers) -> None:
        for kind, content in _messages(client):
            with self._lock:
                message = Message(len(self.messages), kind, content)
                self.messages.append(message)
                cut = self.choose(message)
                self.cuts += cut is not None
            if cut is Cut.ANSWER and not message.is_query:
                # It has no answer of its own to keep back: the server may wait for more, and so would all.
                cut = Cut.AFTER
            if cut is Cut.ANSWER:
                answers.keep_back()
            if cut is not Cut.BEFORE:
                server.sendall(kind + struct.pack("!i", len(content) + 4) + content)
            if cut in {Cut.BEFORE, Cut.AFTER}:
                break
        else:
            server.shutdown(socket.SHUT_WR)
            return
        _break(client)
        _break(server)


class _Answers:
    """The way back: passes on what the server says, or keeps it back until the answer is whole and then breaks off."""

    def __init__(self, server: socket.socket, client: socket.socket) -> None:
        self._server, self._client = server, client
        self._kept_back = threading.Event()

    def keep_back(self) -> None:
        self._kept_back.set()

    def pass_on(self) -> None:
        with suppress(OSError):
            for kind, content in _messages(self._server, has_startup=False):
                if not self._kept_back.is_set():
                    self._client.sendall(kind + struct.pack("!i", len(content) + 4) + content)
                elif kind in {b"Z", b"G"}:
                    # Ready for the next query, or for the rows of a COPY.
                    break
        _break(self._client)
        _break(self._server)


def _messages(sender: socket.socket, *, has_startup: bool = True) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each message, until the sender closes."""
    kind = STARTUP
    while True:
        if not has_startup:
            kind = _receive(sender, 1)
            if not kind:
                return
        length = _receive(sender, 4)
        if not length:
            return
        yield kind, _receive(sender, struct.unpack("!i", length)[0] - 4)
        has_startup = False


def _receive(sender: socket.socket, size: int) -> bytes:
    """Return so many bytes, or none where the sender closed."""
    received = b""
    while len(received) < size:
        part = sender.recv(size - len(received))
        if not part:
            return b""
        received += part
    return received


def _break(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def between(url: str, folder: Path) -> Iterator[tuple[Proxy, str]]:
    """Run a proxy before the server of a URL; yield it, and the URL through it."""
    host = parse_qs(urlsplit(url).query)["host"][0]
    proxy = Proxy(Path(host) / SOCKET_NAME, folder)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy, url.replace(host, str(folder))
    finally:
        proxy.close()
        thread.join()

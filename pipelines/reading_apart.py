"""A process that reads payloads while this one loads those before: Python has one lock a process, and both want it.

As a program: python -m pipelines.reading_apart DATASET; payloads come on stdin and what was read goes to stdout, both
pickled. It ends with its stdin, and so whenever the process that began it does, however that one ends.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any, BinaryIO

from munim.core.errors import MunimError

if TYPE_CHECKING:
    from munim.core.payload import Payload

PIPE_BYTES = 1024 * 1024
"""What a pipe holds, where the system lets it: a window is tens of megabytes, and who fills one up waits."""

ROOT = Path(__file__).resolve().parents[1]
"""Where our packages lie: the other process is to have the very same."""


class ReadingApart:
    """The other process, for payloads of one data set; one thread asks it at a time."""

    def __init__(self, dataset: str) -> None:
        """Begin it; it is ready a second later, and what is asked meanwhile waits.

        Raises `OSError` where no process is to be had.
        """
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        # Without -P what lies in the folder that we happen to stand in would come before our own packages.
        command = [sys.executable, "-P", "-m", __name__, dataset]
        environment = {**os.environ, "PYTHONPATH": paths}
        # The program is our own, run by the Python that runs us.
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, env=environment)  # noqa: S603
        self.is_lost = False
        for stream in (self._process.stdin, self._process.stdout):
            _widen(stream)

    def read(self, payload: Payload) -> Any | None:  # noqa: ANN401 - what the data set's `read` gives
        """Return what the data set's `read` gives of a payload; None where it raises, or the process is lost."""
        # The digest is none of its work.
        asked = payload.__dict__ | {"sha256": payload.sha256}
        try:
            pickle.dump(asked, _there(self._process.stdin), protocol=5)
            _there(self._process.stdin).flush()
            digest, found = pickle.load(_there(self._process.stdout))  # noqa: S301 - our own process wrote it
        except Exception:  # noqa: BLE001 - whatever it is, nothing that this process says may be trusted any more
            self._lose()
            return None
        if digest != payload.sha256:
            self._lose()
            return None
        return found

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _lose(self) -> None:
        self.is_lost = True
        self._process.kill()


def _there(stream: Any) -> BinaryIO:  # noqa: ANN401 - a pipe, or None where the process has none
    if stream is None:
        raise EOFError
    found: BinaryIO = stream
    return found


def _widen(stream: Any) -> None:  # noqa: ANN401 - as above
    """Let a pipe hold more, where the system has that and allows it."""
    if stream is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _serve(dataset: str) -> None:
    from munim.core.payload import Payload  # noqa: PLC0415 - the other side has it
    from pipelines.catalogue import data_set  # noqa: PLC0415

    # Who stops us at a terminal stops the process that asks, and that ends our stdin.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What anything prints goes to stderr: our stdout is for answers alone.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    read = data_set(dataset).read
    while True:
        try:
            asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - the process that began us wrote it
        except EOFError:
            return
        digest = asked.pop("sha256")
        payload = Payload(**asked)
        payload.__dict__["sha256"] = digest
        try:
            found = read(payload, ())
        except MunimError:
            # Whoever asks reads it once more, and is told why.
            found = None
        pickle.dump((digest, found), answers, protocol=5)
        answers.flush()


if __name__ == "__main__":
    _serve(sys.argv[1])

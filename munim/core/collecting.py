"""The collector of cycles, and when it does better to rest."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_rests() -> Iterator[None]:
    """Let the collector rest while thousands of objects are made, none of which holds another that holds it.

    It would look through them again and again as they grow in number, and now and then through all that the process
    has: a tenth of a second where the answer takes a hundredth.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def keep_out_of_collections() -> None:
    """Let the collector look no more at what is there by now: modules and what they hold stay as long as the process.

    A door's whole program is hundreds of thousands of objects: to look through them takes a tenth of a second, in the
    middle of whatever answer is being made then.
    """
    gc.collect()
    gc.freeze()

"""Side-by-side work on daemon threads, so that a hung call never keeps the process from leaving."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


def spawn(work: Callable[[], T], name: str) -> Future[T]:
    """Run one piece of work on its own daemon thread."""
    future: Future[T] = Future()
    threading.Thread(target=_into, args=(future, work), name=name, daemon=True).start()
    return future


def gather(work: Sequence[Callable[[], T]], width: int) -> list[T]:
    """Run all pieces, at most `width` at once; results in order. The first error in order is raised at the end."""
    if len(work) <= 1:
        return [piece() for piece in work]
    futures: list[Future[T]] = [Future() for _piece in work]
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for index in range(len(work)):
        waiting.put(index)

    def drain() -> None:
        while True:
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                return
            _into(futures[index], work[index])

    for number in range(min(width, len(work))):
        threading.Thread(target=drain, name=f"evict-{number}", daemon=True).start()
    return [future.result() for future in futures]


def _into(future: Future[Any], work: Callable[[], Any]) -> None:
    """Move a result, or whatever was raised, into the future of the thread that waits for it."""
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - handed over whole, raised again by the waiting thread
        future.set_exception(error)

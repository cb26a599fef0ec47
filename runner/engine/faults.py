"""What was not foreseen, as an error of evict's own: its kind and place, never its text, which may hold anything."""

from __future__ import annotations

from pathlib import Path

from connectors.errors import InternalError


def fault(error: Exception, where: str) -> InternalError:
    """The modelled form of an unforeseen exception; `where` says what was being done."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    return InternalError(
        f"{type(error).__name__}{place} while {where}", fix="please report this; the case is safe, and can be resumed"
    )

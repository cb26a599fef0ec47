"""On a real terminal: the live board, NO_COLOR, and the cursor that comes back."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time

from tests.runner.cli.conftest import COMMAND, RESPONDER, Seeded, environment

COLOUR = re.compile(rb"\x1b\[[0-9;]*3[0-9][0-9;]*m")
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"


def on_a_terminal(
    *arguments: object, rows: int = 24, interrupts: int = 0, wait_for: bytes = b"", **more: str
) -> tuple[int, bytes]:
    """Run the program on a pseudo-terminal of 80 columns; its exit code and all it wrote."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    child = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(**{"TERM": "xterm"} | more),
    )
    os.close(theirs)
    output = b""
    while True:
        try:
            output += os.read(ours, 65536)
        except OSError:
            break
        if interrupts and wait_for in output:
            for _ in range(interrupts):
                child.send_signal(signal.SIGINT)
                time.sleep(0.05)
            interrupts = 0
    os.close(ours)
    return child.wait(timeout=60), output


def test_a_run_shows_the_live_board_and_leaves_the_cursor(approved: Seeded) -> None:
    approved.running.faults(latency_s=0.15)  # longer than a frame of the board
    code, output = on_a_terminal("run", approved.case, "--as", RESPONDER)
    assert code == 1
    assert re.search(rb"! \d+ standing", output)
    assert COLOUR.search(output)
    assert output.rindex(SHOW) > output.rindex(HIDE)


def test_no_color_is_respected(planned: Seeded) -> None:
    code, output = on_a_terminal("run", planned.case, "--as", RESPONDER, NO_COLOR="1")
    assert code == 3
    assert COLOUR.search(output) is None


def test_a_dumb_terminal_gets_plain_lines(planned: Seeded) -> None:
    _code, output = on_a_terminal("run", planned.case, "--as", RESPONDER, TERM="dumb")
    assert HIDE not in output
    assert b"> look[0]" in output


def test_two_interrupts_leave_the_cursor_visible(approved: Seeded) -> None:
    approved.running.faults(latency_s=0.15)
    code, output = on_a_terminal("run", approved.case, "--as", RESPONDER, interrupts=2, wait_for=b"> cut[0]")
    assert code == 130
    assert output.rindex(SHOW) > output.rindex(HIDE)

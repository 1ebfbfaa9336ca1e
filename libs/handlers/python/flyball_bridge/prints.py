"""What a job prints is told with its run, so that the log has its id; all else stays on stdout and stderr."""

import io
import os
import sys

from .run import current_run


def route_prints(wire):
    sys.stdout = _Printed(sys.stdout.buffer, wire.pid)
    sys.stderr = _Printed(sys.stderr.buffer, wire.pid)


class _Printed(io.TextIOWrapper):
    def __init__(self, buffer, pid):
        super().__init__(buffer, encoding="utf-8", errors="backslashreplace", line_buffering=True)
        self._pid = pid

    def write(self, text):
        run = current_run.get()
        # A forked child has the context of its parent, and not the thread that would send.
        if run is None or run.ended or os.getpid() != self._pid:
            return super().write(text)
        run.print(text)
        return len(text)

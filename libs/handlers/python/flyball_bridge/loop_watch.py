"""Tells when a handler blocks the event loop, and with it every other async job."""

EVERY_S = 0.1
BLOCKED_S = 0.25
SILENT_S = 60


class LoopWatch:
    """Ticks only while jobs run: an idle process stays asleep."""

    def __init__(self, loop, warn):
        self._loop = loop
        self._warn = warn
        self._running = 0
        self._timer = None
        self._due = 0.0
        self._warned_at = float("-inf")

    def begin(self):
        self._running += 1
        if self._timer is None:
            self._schedule()

    def end(self):
        self._running -= 1

    def _schedule(self):
        self._due = self._loop.time() + EVERY_S
        self._timer = self._loop.call_at(self._due, self._tick)

    def _tick(self):
        late = self._loop.time() - self._due
        if late > BLOCKED_S and self._due - self._warned_at > SILENT_S:
            self._warned_at = self._due
            self._warn(
                f"the handler blocked the event loop for {round(late * 1000)} ms: no other job could go on. "
                "Await what waits, or make the handler a plain function: those run in threads."
            )
        self._timer = None
        if self._running > 0:
            self._schedule()

"""One attempt at a job, in this process."""

import asyncio
import contextvars

from .json_text import json_text

# At most this many chunks wait to be stored: chunkWindow of bridge/frames.ts.
CHUNK_WINDOW = 16

# The run whose code is running, in its task and in its thread.
current_run = contextvars.ContextVar("flyball_run", default=None)


class Run:
    """`host` takes what the run makes: chunk(run, text), progress(run, text), log(run, level, message)."""

    def __init__(self, number, job, host):
        self.number = number
        self.job = job
        # The dict is the handler's own to change.
        self.job_id = job["id"]
        self.cancelled = False
        self.ended = False
        # Its task where that interrupts the handler, or that it runs in a thread, which nothing interrupts.
        self.task = None
        self.in_thread = False
        self._host = host
        self._loop = asyncio.get_running_loop()
        self._unstored = 0
        self._room = asyncio.Event()
        self._partial = ""

    def text(self, value, path):
        """Raises NotJson."""
        text, not_finite = json_text(value, path)
        if not_finite:
            self.log(
                "warn", f"{path} held {not_finite} NaN or infinite numbers, which JSON cannot hold: they became null"
            )
        return text

    async def chunk(self, text):
        """On the loop. Returns when one more chunk may be made."""
        if self.cancelled:
            return
        self._unstored += 1
        self._host.chunk(self, text)
        while self._unstored >= CHUNK_WINDOW and not self.cancelled:
            self._room.clear()
            await self._room.wait()

    def chunk_from_thread(self, text):
        asyncio.run_coroutine_threadsafe(self.chunk(text), self._loop).result()

    def stored(self):
        self._unstored -= 1
        self._room.set()

    def cancel(self):
        self.cancelled = True
        self._room.set()
        if self.in_thread:
            self.log("warn", "was cancelled, but sync code cannot be interrupted: it keeps its slot until it returns")
        elif self.task is not None:
            self.task.cancel()

    def progress(self, text):
        if not self.ended:
            self._host.progress(self, text)

    def log(self, level, message):
        self._host.log(self, level, message)

    def print(self, text):
        """What its code prints, line by line."""
        *lines, self._partial = (self._partial + text).split("\n")
        for line in lines:
            self._host.printed(self, line)
        if len(self._partial) > 4096:
            self.end_print()

    def end_print(self):
        if self._partial:
            self._host.printed(self, self._partial)
        self._partial = ""

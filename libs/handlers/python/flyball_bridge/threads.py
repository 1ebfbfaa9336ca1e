"""Threads for sync code."""

import asyncio
import contextvars
import queue
import threading


class Threads:
    """Daemon threads, the last used first: a handler that runs one job at a time keeps its thread and its thread-locals.

    Daemons, because a job that never returns must not keep the process from ending.
    """

    def __init__(self):
        self._idle = []

    async def call(self, function):
        """The result of `function()` in a thread, with the caller's context. It cannot be interrupted."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        inbox = self._idle.pop() if self._idle else self._new()
        inbox.put((contextvars.copy_context(), function, loop, answer))
        value, error = await answer
        if error is not None:
            raise error
        return value

    def _new(self):
        inbox = queue.SimpleQueue()
        threading.Thread(target=self._work, args=(inbox,), name="flyball-handler", daemon=True).start()
        return inbox

    def _work(self, inbox):
        while True:
            context, function, loop, answer = inbox.get()
            try:
                outcome = (context.run(function), None)
            except BaseException as error:
                outcome = (None, error)
            self._idle.append(inbox)
            try:
                loop.call_soon_threadsafe(_settle, answer, outcome)
            except RuntimeError:
                return  # the loop is closed: the process ends
            del context, function, answer, outcome


def _settle(answer, outcome):
    if not answer.done():
        answer.set_result(outcome)

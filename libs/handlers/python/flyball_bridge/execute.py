"""Runs the user's handler for one job: async code on the loop, sync code in a thread, streams from either."""

import asyncio
import collections.abc
import inspect

from .callables import is_async
from .endings import (
    Ending,
    failed,
    generator_raised,
    raised,
    raised_in_signal_handler,
    returned,
    stopped,
    succeeded,
)
from .run import current_run
from .trace_context import TraceContexts


class Executor:
    def __init__(self, config, threads):
        self._config = config
        self._threads = threads
        self._async = is_async(config.handler)
        self._trace_contexts = TraceContexts()

    async def run(self, run):
        """To the end; raises only what the user's signal handlers raise."""
        current_run.set(run)
        try:
            with self._trace_contexts.attached(run):
                ending = await self._run(run)
        except asyncio.CancelledError as error:
            ending = stopped() if run.cancelled else raised(error)
        except BaseException as error:
            if raised_in_signal_handler(error):
                raise
            ending = raised(error)
        if self._config.refresh_worker:
            ending.fields["refreshWorker"] = True
        return ending

    async def _run(self, run):
        if run.cancelled:
            return stopped()
        run.task = asyncio.current_task()
        if self._async:
            return await self._read(self._config.handler(run.job), run)
        return await self._read(await self._in_thread(run, lambda: self._sync(run)), run)

    async def _in_thread(self, run, function):
        run.in_thread = True
        value = await self._threads.call(function)
        run.in_thread = False
        return stopped() if run.cancelled else value

    def _sync(self, run):
        """In a thread, where what is plain is also read: a large result costs the loop nothing."""
        value = self._config.handler(run.job)
        return value if _is_for_loop(value) else self._read_plain(value, run)

    async def _read(self, value, run):
        while inspect.isawaitable(value):
            value = await value
        if isinstance(value, Ending):
            return value
        if isinstance(value, collections.abc.AsyncIterator):
            return await self._stream(value, run)
        if isinstance(value, collections.abc.Generator):
            return await self._in_thread(run, lambda: self._stream_sync(value, run))
        return returned(value, run)

    def _read_plain(self, value, run):
        if isinstance(value, collections.abc.Generator):
            return self._stream_sync(value, run)
        return returned(value, run)

    async def _stream(self, stream, run):
        chunks = []
        try:
            async for value in stream:
                refused = self._refused(value)
                if refused is not None:
                    await stream.aclose()
                    return refused
                await run.chunk(self._keep(value, run, chunks))
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            if raised_in_signal_handler(error):
                raise
            return generator_raised(error)
        return self._streamed(chunks)

    def _stream_sync(self, stream, run):
        chunks = []
        try:
            for value in stream:
                if run.cancelled:
                    stream.close()
                    return stopped()
                refused = self._refused(value)
                if refused is not None:
                    stream.close()
                    return refused
                run.chunk_from_thread(self._keep(value, run, chunks))
        except BaseException as error:
            return generator_raised(error)
        return self._streamed(chunks)

    def _refused(self, value):
        """A yielded dict with a truthy `error` stops the stream."""
        if isinstance(value, dict) and value.get("error"):
            return failed("handler-threw", str(value["error"]))
        return None

    def _keep(self, value, run, chunks):
        text = run.text(value, "output of a yield")
        if self._config.return_aggregate_stream:
            chunks.append(text)
        return text

    def _streamed(self, chunks):
        return succeeded(f"[{','.join(chunks)}]")


def _is_for_loop(value):
    return inspect.isawaitable(value) or isinstance(value, collections.abc.AsyncIterator)

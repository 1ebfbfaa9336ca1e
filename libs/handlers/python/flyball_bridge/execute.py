"""Runs the user's handler for one job: async code on the loop, sync code in a thread, streams from either."""

import asyncio
import collections.abc
import inspect

from .callables import is_async
from .endings import (
    Ending,
    error_text,
    failed,
    generator_raised,
    raised,
    raised_in_signal_handler,
    returned,
    stopped,
    succeeded,
)
from .run import current_run


class Executor:
    def __init__(self, config, threads):
        self._config = config
        self._threads = threads
        self._async = is_async(config.handler)

    async def run(self, run):
        """To the end; raises only what the user's signal handlers raise."""
        current_run.set(run)
        try:
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
        if self._async:
            run.interruptible = asyncio.current_task()
            value = self._config.handler(run.job)
        else:
            value = await self._threads.call(lambda: self._sync(run))
        return await self._read(value, run)

    def _sync(self, run):
        """In a thread, where what is plain is also read: a large result costs the loop nothing."""
        value = self._config.handler(run.job)
        return value if _is_for_loop(value) else self._read_plain(value, run)

    async def _read(self, value, run):
        while not isinstance(value, Ending):
            if run.cancelled and run.interruptible is None:
                return stopped()
            run.interruptible = asyncio.current_task()
            if inspect.isawaitable(value):
                value = await value
            elif isinstance(value, collections.abc.AsyncIterator):
                return await self._stream(value, run)
            elif isinstance(value, collections.abc.Generator):
                run.interruptible = None
                generator = value
                value = await self._threads.call(lambda: self._read_plain(generator, run))
            else:
                return returned(value, run)
        return value

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

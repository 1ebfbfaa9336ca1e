"""The event loop of a handler's process, and what the worker asks of it."""

import asyncio
import signal
import sys

from . import progress
from .callables import is_async
from .endings import failed, raised_in_signal_handler
from .execute import Executor
from .loop_watch import LoopWatch
from .modifier import ask_modifier
from .run import Run
from .threads import Threads


class Server:
    def __init__(self, config, wire, checks):
        self._config = config
        self._wire = wire
        self._checks = checks
        self._threads = Threads()
        self._executor = Executor(config, self._threads)
        self._runs = {}
        self._closing = False
        # The loop keeps only weak references to its tasks.
        self._tasks = set()

    def run(self):
        """Until the worker closes the bridge; then the user's file goes on after its `start`."""
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._watch = LoopWatch(self._loop, lambda message: self._wire.log("warn", message))
        unfit = self._loop.run_until_complete(self._checks.run())
        if unfit is not None:
            self._wire.refuse("HANDLER_UNFIT", unfit)
            self._wire.flush()
            sys.exit(1)
        self._wire.attach(lambda frame: self._loop.call_soon_threadsafe(self._take, frame))
        facts = {
            "hasModifier": self._config.concurrency_modifier is not None,
            "sync": not is_async(self._config.handler),
        }
        self._wire.send({"type": "ready", "facts": facts})
        self._run_loop()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def _run_loop(self):
        while True:
            try:
                self._loop.run_forever()
                return
            except SystemExit as error:
                if raised_in_signal_handler(error):
                    raise
                # A task that a handler started has exited. asyncio lets that through; the other jobs go on.
                self._wire.log("warn", "a task of the handler called sys.exit; the process goes on")

    def _take(self, frame):
        kind = frame["type"]
        run = self._runs.get(frame.get("run"))
        if kind == "job":
            run = Run(frame["run"], frame["job"], self)
            self._runs[run.number] = run
            self._begin(self._job(run))
        elif kind == "modify":
            self._begin(self._modify(frame["call"], frame["current"]))
        elif kind == "close":
            self._close()
        elif run is not None and kind == "cancel":
            run.cancel()
        elif run is not None and kind == "stored":
            run.stored()

    def _begin(self, coroutine):
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _job(self, run):
        progress.begin(run)
        self._watch.begin()
        try:
            ending = await self._executor.run(run)
        except Exception as error:  # such as an exception whose own __str__ raises
            ending = failed("handler-threw", f"{type(error).__name__} while the handler's error was read")
        finally:
            self._watch.end()
            progress.end(run)
            del self._runs[run.number]
        run.end_print()
        run.ended = True
        self._wire.end(run.number, ending.fields, ending.output)

    async def _modify(self, call, current):
        answer = await ask_modifier(self._config.concurrency_modifier, current, self._threads)
        self._wire.send({"type": "modified", "call": call, **answer})

    def _close(self):
        """The user's own SIGTERM handler has its turn first."""
        if self._closing:
            return
        self._closing = True
        if callable(signal.getsignal(signal.SIGTERM)):
            signal.raise_signal(signal.SIGTERM)
        # A handler that asyncio knows is called by the loop, in its next turns.
        self._loop.call_later(0.05, self._loop.stop)

    # What runs make: the host of run.py.

    def chunk(self, run, text):
        self._wire.send({"type": "chunk", "run": run.number}, data=text)

    def progress(self, run, text):
        self._wire.progress(run.number, text)

    def log(self, run, level, message):
        self._wire.log(level, message, run.number)

    def printed(self, run, line):
        self._wire.printed(line, run.number)

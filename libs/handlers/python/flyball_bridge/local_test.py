"""`--test_input JSON`: runs one job here and exits, as RunPod's SDK does."""

import asyncio
import json
import os
import sys

from . import progress
from .execute import Executor
from .modifier import ask_modifier
from .run import Run
from .threads import Threads


def test_locally(config, arguments):
    job = _read_job(arguments.test_input)
    if not isinstance(job, dict) or job.get("input") is None:
        _fail('The test job has no input. Give --test_input \'{"input": {...}}\'.')
    job.setdefault("id", "local_test")
    ending = asyncio.run(_run(config, job))
    if not ending.ok:
        _fail(f"Job {job['id']} failed with error: {ending.fields['message']}")
    print(f"Job {job['id']} completed successfully.")
    print(f"Job result: {ending.output or '(no output)'}", flush=True)
    sys.exit(0)


def _read_job(given):
    if given:
        text = given
    elif os.path.exists("test_input.json"):
        with open("test_input.json", encoding="utf-8") as file:
            text = file.read()
    else:
        _fail("test_input.json was not found. Give --test_input a JSON value, or write that file.")
    try:
        return json.loads(text)
    except ValueError as error:
        _fail(f"The test input is no JSON: {error}.")


async def _run(config, job):
    threads = Threads()
    if config.concurrency_modifier is not None:
        print(f"concurrency_modifier(1): {await ask_modifier(config.concurrency_modifier, 1, threads)}")
    run = Run(1, job, _Printer())
    progress.begin(run)
    ending = await Executor(config, threads).run(run)
    progress.end(run)
    return ending


def _fail(message):
    print(message, flush=True)
    sys.exit(1)


class _Printer:
    """The host of a run whose results are only shown."""

    def chunk(self, run, text):
        print(f"Stream output: {text}")
        run.stored()

    def progress(self, run, text):
        print(f"Progress: {text}")

    def log(self, run, level, message):
        print(f"{level.upper().ljust(6)} | {message}")

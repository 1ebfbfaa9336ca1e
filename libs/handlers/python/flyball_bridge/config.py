"""The dict given to `runpod.serverless.start`."""

import difflib
from dataclasses import dataclass
from typing import Any, Callable, Optional

KNOWN = ("handler", "concurrency_modifier", "return_aggregate_stream", "refresh_worker")
# The SDK puts these into the dict itself.
SILENT = ("rp_args", "reference_counter_start")


@dataclass(frozen=True)
class Config:
    handler: Callable[..., Any]
    concurrency_modifier: Optional[Callable[..., Any]]
    return_aggregate_stream: bool
    refresh_worker: bool


class BadConfig(Exception):
    """What is wrong and what to do, for the operator."""


def read_config(given, warn):
    for key in given:
        if key not in KNOWN and key not in SILENT:
            warn(f'"{key}" is no key of runpod.serverless.start and has no effect. Did you mean "{_nearest(key)}"?')
    handler = given.get("handler")
    modifier = given.get("concurrency_modifier")
    if not callable(handler):
        raise BadConfig(
            f'runpod.serverless.start was given {type(handler).__name__} as "handler". Give a function of the job.'
        )
    if modifier is not None and not callable(modifier):
        raise BadConfig(
            f'runpod.serverless.start was given {type(modifier).__name__} as "concurrency_modifier". '
            "Give a function from the current concurrency to the wanted one."
        )
    return Config(
        handler=handler,
        concurrency_modifier=modifier,
        return_aggregate_stream=bool(given.get("return_aggregate_stream")),
        refresh_worker=bool(given.get("refresh_worker")),
    )


def _nearest(key):
    return difflib.get_close_matches(str(key), KNOWN, n=1, cutoff=0)[0]

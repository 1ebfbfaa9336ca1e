"""A worker on RunPod's own SDK for the bench: a job sleeps for as long as its input says."""

import asyncio
import os
import random
import time

import runpod

ends = os.environ.get("ENDS_LOG")
limit = os.environ.get("LIMIT")
first = os.environ.get("FIRST_LIMIT")
fewest, most = 1, 10


async def handler(job):
    await asyncio.sleep(job["input"]["ms"] / 1000)
    if ends is not None:
        with open(ends, "a", encoding="utf-8") as log:
            log.write(f"{time.time() * 1000:.0f}\n")
    return {"ms": job["input"]["ms"]}


def documented(current):
    """The example of RunPod's guide to concurrent handlers: one up or down by a request rate that is drawn."""
    global first
    if first is not None:
        current, first = int(first), None
        return current
    rate = random.randint(20, 100)
    if rate > 50 and current < most:
        return current + 1
    if rate <= 50 and current > fewest:
        return current - 1
    return current


if __name__ == "__main__":
    modifier = documented if limit is None else lambda current: int(limit)
    runpod.serverless.start({"handler": handler, "concurrency_modifier": modifier})

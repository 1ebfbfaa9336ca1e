"""A concurrent handler as RunPod's documentation writes one. It runs unchanged under RunPod's own SDK."""

import asyncio

import runpod


async def handler(job):
    """Counts the words of a text; `seconds` stands for the time a model would take."""
    text = job["input"].get("text")
    if not isinstance(text, str):
        return {"error": 'The input must be {"text": "..."}.'}

    await asyncio.sleep(float(job["input"].get("seconds", 0.1)))
    return {"words": len(text.split()), "characters": len(text)}


def concurrency_modifier(current_concurrency):
    """One more each time it is asked, up to 8. Only CONCURRENCY_STRATEGY=handler asks it."""
    return min(current_concurrency + 1, 8)


runpod.serverless.start({"handler": handler, "concurrency_modifier": concurrency_modifier})

"""Asks the user's concurrency modifier; whatever it answers becomes a finite number or a reason."""

import inspect
import math
import numbers

from .callables import is_async
from .json_text import type_name


async def ask_modifier(modifier, current, threads):
    try:
        # A sync one runs in a thread: it may sleep, and jobs go on meanwhile.
        value = modifier(current) if is_async(modifier) else await threads.call(lambda: modifier(current))
        while inspect.isawaitable(value):
            value = await value
        return _answer(value)
    except BaseException as error:
        return {"invalid": f"raised {type_name(error)}: {error}"[:200]}


def _answer(value):
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return {"invalid": f"{type_name(value)}: {value!r}"[:200]}
    number = float(value)
    if not math.isfinite(number):
        return {"invalid": repr(number)}
    return {"returned": int(value) if isinstance(value, numbers.Integral) else number}

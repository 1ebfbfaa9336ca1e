"""What a handler is, seen through partials and callable objects."""

import functools
import inspect


def is_async(function):
    """It is called on the event loop: an async function or an async generator function."""
    plain = _plain(function)
    return inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain)


def _plain(function):
    while isinstance(function, functools.partial):
        function = function.func
    if inspect.isroutine(function) or inspect.isclass(function):
        return function
    return type(function).__call__

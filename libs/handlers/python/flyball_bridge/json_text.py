"""Values as JSON text, or the type and place of what JSON cannot hold."""

import json
import math

DEEPEST = 900
LONGEST = 64 * 1024 * 1024


class NotJson(Exception):
    """Names the type and the path."""

    advice = "Return numbers, strings, booleans, None, lists and dicts of them."


class TooLarge(NotJson):
    advice = "Store it elsewhere and return its address."


def json_text(value, path):
    """The text, and how many NaN and infinities became null."""
    try:
        text, not_finite = json.dumps(value, allow_nan=False), 0
    except (TypeError, ValueError, RecursionError):
        # The slow way: it finds the place, or what can be repaired.
        copier = _Copier()
        text = json.dumps(copier.copy(value, path, ()), allow_nan=False)
        not_finite = copier.not_finite
    if len(text) > LONGEST:
        raise TooLarge(f"{path} has {len(text)} bytes as JSON, above the limit of {LONGEST}")
    return text, not_finite


class _Copier:
    def __init__(self):
        self.not_finite = 0

    def copy(self, value, path, above):
        if isinstance(value, float) and not math.isfinite(value):
            self.not_finite += 1
            return None
        if value is None or isinstance(value, (str, int, float)):
            return value
        if not isinstance(value, (dict, list, tuple)):
            raise NotJson(f"{path} is a {type_name(value)}, which JSON cannot hold")
        if any(value is other for other in above):
            raise NotJson(f"{path} refers back to a value that holds it")
        if len(above) > DEEPEST:
            raise NotJson(f"{path[:80]}… is more than {DEEPEST} levels deep")
        inside = (*above, value)
        if isinstance(value, dict):
            return {_key(key, path): self.copy(item, f"{path}.{key}", inside) for key, item in value.items()}
        return [self.copy(item, f"{path}[{index}]", inside) for index, item in enumerate(value)]


def _key(key, path):
    if key is None or isinstance(key, (str, int, float)):
        return key if not isinstance(key, float) or math.isfinite(key) else str(key)
    raise NotJson(f"{path} has a {type_name(key)} as a key, which JSON cannot hold")


def type_name(value):
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"

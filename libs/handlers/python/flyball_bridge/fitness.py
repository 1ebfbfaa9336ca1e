"""`@runpod.serverless.register_fitness_check`: run in order before the first job is taken."""

import inspect


class FitnessChecks:
    def __init__(self):
        self._checks = []

    def register(self, check):
        self._checks.append(check)
        return check

    def clear(self):
        self._checks.clear()

    async def run(self):
        """Why the worker is not fit, or None."""
        for check in self._checks:
            try:
                result = check()
                if inspect.isawaitable(result):
                    await result
            except (Exception, SystemExit) as error:
                name = getattr(check, "__name__", repr(check))
                return f"the fitness check {name} failed: {type(error).__name__}: {error}. Fix what it checks, then restart."
        return None

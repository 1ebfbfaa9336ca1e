"""A job's W3C trace context as the current one of the user's OpenTelemetry, where `opentelemetry-api` is installed."""

import contextlib


class TraceContexts:
    """Imports nothing before the first job that has one: who does not trace pays nothing."""

    def __init__(self):
        self._looked = False
        self._api = None
        self._warned = False

    @contextlib.contextmanager
    def attached(self, run):
        """In the run's task, whose threads copy its context: jobs that run at once do not see each other's."""
        token = self._attach(run)
        try:
            yield
        finally:
            if token is not None:
                self._detach(token, run)

    def _attach(self, run):
        carrier = {name: run.job[name] for name in ("traceparent", "tracestate") if isinstance(run.job.get(name), str)}
        if "traceparent" not in carrier:
            return None
        try:
            api = self._look()
            return None if api is None else api.attach(carrier)
        except Exception as error:
            self._warn(error, run)
            return None

    def _detach(self, token, run):
        try:
            self._api.detach(token)
        except Exception as error:
            self._warn(error, run)

    def _look(self):
        if not self._looked:
            self._looked = True
            self._api = _installed()
        return self._api

    def _warn(self, error, run):
        """Once: what is wrong with one job's is wrong with all."""
        if not self._warned:
            self._warned = True
            run.log("warn", f"opentelemetry did not take the job's trace context: {type(error).__name__}: {error}")


class _Api:
    def __init__(self, context, propagator):
        self._context = context
        self._propagator = propagator

    def attach(self, carrier):
        return self._context.attach(self._propagator.extract(carrier, self._context.get_current()))

    def detach(self, token):
        self._context.detach(token)


def _installed():
    try:
        from opentelemetry import context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    except ModuleNotFoundError:
        return None
    return _Api(context, TraceContextTextMapPropagator())

"""How a run ended, as the worker reads it: RunPod's rules for what a handler returns, yields and raises."""

import json
import os
import signal
import sys
import traceback
from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from .json_text import NotJson, json_text, type_name

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Ending:
    fields: Dict[str, Any] = field(default_factory=dict)
    # JSON; None: no output.
    output: Optional[str] = None

    @property
    def ok(self):
        return self.fields["ok"]


def succeeded(output):
    return Ending({"ok": True}, output)


def failed(error_type, message, **fields):
    return Ending({"ok": False, "errorType": error_type, "message": message, **fields})


def stopped():
    return failed("other", "the attempt was stopped")


def returned(value, run):
    """A dict loses `error` and `refresh_worker`; a truthy error fails the job, an empty rest is no output."""
    if not isinstance(value, dict):
        return _with_output(succeeded(None), value, run)
    rest = {key: item for key, item in value.items() if key not in ("error", "refresh_worker")}
    error = value.get("error")
    ending = failed("handler-threw", error_text(error)) if error else succeeded(None)
    if value.get("refresh_worker"):
        ending.fields["refreshWorker"] = True
    return _with_output(ending, rest, run) if rest else ending


def _with_output(ending, value, run):
    try:
        ending.output = run.text(value, "output")
    except NotJson as error:
        # The cause that the handler gave itself is the truer one.
        if ending.ok:
            refresh = {key: item for key, item in ending.fields.items() if key == "refreshWorker"}
            ending = bad_output(error, **refresh)
    return ending


def bad_output(error, **fields):
    return failed("bad-output", f"the handler's {error}. {error.advice}", **fields)


def error_text(error):
    if isinstance(error, str):
        return error
    try:
        return json_text(error, "error")[0]
    except NotJson:
        return str(error)


def raised(error):
    """The six keys of RunPod's SDK."""
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return _exited(error)
    info = {
        "error_type": str(type(error)),
        "error_message": str(error),
        "error_traceback": _traceback(error),
        "hostname": os.environ.get("RUNPOD_POD_HOSTNAME", "unknown"),
        "worker_id": os.environ.get("RUNPOD_POD_ID", "unknown"),
        "runpod_version": sys.modules["runpod"].__version__,
    }
    return failed("handler-threw", json.dumps(info), cause=f"{type_name(error)}: {error}")


def generator_raised(error):
    if isinstance(error, NotJson):
        return bad_output(error)
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return _exited(error)
    message = f"handler: {error} \ntraceback: {_traceback(error)}"
    return failed("handler-threw", message, cause=f"{type_name(error)}: {error}")


def _exited(error):
    if isinstance(error, KeyboardInterrupt):
        return failed("handler-exited", "handler raised KeyboardInterrupt")
    code = "" if error.code is None else repr(error.code)
    return failed("handler-exited", f"handler called sys.exit({code})")


def _traceback(error):
    """From the user's first frame on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(HERE):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace))


def raised_in_signal_handler(error):
    """A SystemExit from the user's own SIGTERM or SIGINT handler is meant for the process, not for the job it met."""
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    codes = [handler.__code__ for handler in handlers if hasattr(handler, "__code__")]
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code in codes:
            return True
        trace = trace.tb_next
    return False

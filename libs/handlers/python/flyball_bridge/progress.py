"""`runpod.serverless.progress_update`, from sync and async code and from any thread."""

import threading

from .json_text import NotJson
from .run import current_run

_lock = threading.Lock()
_by_job = {}


def progress_update(job, progress):
    """Takes a copy and returns at once; ordered, the latest wins, nothing is sent after the result."""
    run = _run_of(job)
    if run is None:
        return
    try:
        run.progress(run.text(progress, "progress"))
    except NotJson as error:
        run.log("warn", f"progress was dropped: {error}")


def begin(run):
    with _lock:
        _by_job.setdefault(run.job_id, []).append(run)


def end(run):
    with _lock:
        runs = _by_job[run.job_id]
        runs.remove(run)
        if not runs:
            del _by_job[run.job_id]


def _run_of(job):
    job_id = job["id"]
    run = current_run.get()
    if run is not None and run.job_id == job_id:
        return run
    # A thread that the handler started knows no context; the id names the run, and the latest attempt is the true one.
    with _lock:
        return _by_job.get(job_id, [None])[-1]

"""Takes over `runpod.serverless`, then runs the user's file as Python would."""

import importlib
import os
import runpy
import sys
import traceback

from .arguments import parse_arguments
from .config import BadConfig, read_config
from .fitness import FitnessChecks
from .local_test import test_locally
from .prints import route_prints
from .progress import progress_update
from .serve import Server
from .take_over import take_over
from .wire import Wire


def main(mode, path, args, stand_in, writes_bytecode):
    sys.argv = [path, *args]
    # The real package wins where it is installed: the stand-in comes last.
    sys.path = [os.path.dirname(os.path.abspath(path)), *sys.path, stand_in]
    session = Session(Wire() if mode == "serve" else None)
    take_over(session)
    spec = importlib.util.find_spec("runpod")
    if spec is not None and spec.origin is not None and spec.origin.startswith(stand_in):
        importlib.import_module("runpod.serverless")
    sys.dont_write_bytecode = not writes_bytecode
    session.run(path)


class Session:
    """What the user's calls of `runpod.serverless` reach. `wire` is None in a local test."""

    def __init__(self, wire):
        self.checks = FitnessChecks()
        self.started = False
        self._wire = wire

    def run(self, path):
        if self._wire is None:
            runpy.run_path(path, run_name="__main__")
            return
        route_prints(self._wire)
        try:
            runpy.run_path(path, run_name="__main__")
        except BaseException as error:
            if self.started:
                raise
            if not isinstance(error, SystemExit):
                traceback.print_exc()
            self._refuse(f"{path} failed before runpod.serverless.start: {_words(error)}.{_hint(error)}")
        if not self.started:
            self._refuse(f"{path} ended without calling runpod.serverless.start. Call it with your handler at the end.")
        self._wire.flush()

    def start(self, config):
        """Takes the place of `runpod.serverless.start`."""
        arguments = parse_arguments()
        try:
            settings = read_config(config, self._warn)
        except BadConfig as error:
            self._refuse(str(error))
        for advice in arguments.advice:
            self._warn(advice)
        if self._wire is None:
            test_locally(settings, arguments)
            return
        if arguments.test_input is not None:
            self._warn("--test_input has no effect on a running worker: give it to flyball start HANDLER to run one job.")
        self.started = True
        Server(settings, self._wire, self.checks).run()

    progress_update = staticmethod(progress_update)

    def _warn(self, message):
        if self._wire is None:
            print(f"WARN   | {message}")
        else:
            self._wire.log("warn", message)

    def _refuse(self, message):
        if self._wire is None:
            print(f"ERROR  | {message}")
        else:
            self._wire.refuse("HANDLER_FAILED", message)
            self._wire.flush()
        sys.exit(1)


def _words(error):
    return f"{type(error).__name__}: {error}"


def _hint(error):
    missing = error.name or "" if isinstance(error, ModuleNotFoundError) else ""
    if missing.startswith("runpod."):
        return " The file needs more of the runpod package than its entry points: pip install runpod."
    if missing:
        return f" Install it for {sys.executable}, or set PYTHON to the interpreter that has it."
    return ""
